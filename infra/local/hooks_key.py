"""What the laptop seals rules' headers and keys with."""

from __future__ import annotations

import secrets
from pathlib import Path

from infra.local.secret_file import SecretFile

_BYTES = 48


class LocalHooks(SecretFile):
    """The secret `hooks`, in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, lambda: secrets.token_urlsafe(_BYTES))
