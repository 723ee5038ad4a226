"""The laptop's secret for webhooks: made once, kept in the folder for its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_OWNER_ONLY = 0o600
_CHARS = 48


class LocalHooks:
    """The secret `hooks` as AWS keeps it, in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        """The text as it is now; made on the first call. Of two that make it at once, one does."""
        if not self._path.exists():
            self._make()
        return self._path.read_text(encoding="ascii")

    def _make(self) -> None:
        """A file appears whole, and stays: what was sealed with it is opened with no other."""
        fresh = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as file:
            file.write(secrets.token_urlsafe(_CHARS))
        try:
            os.link(fresh, self._path)
        except FileExistsError:
            return
        finally:
            fresh.unlink()
