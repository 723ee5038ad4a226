"""A secret of the laptop: made once, kept in the folder for its owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

_OWNER_ONLY = 0o600


class SecretFile:
    """The text of one secret, as AWS keeps it, in a file; `make` gives it where there is none yet."""

    def __init__(self, path: Path, make: Callable[[], str]) -> None:
        self.path = path
        self._make = make

    def read(self) -> str:
        """The text as it is now; made on the first call. Of two that make it at once, one does."""
        if not self.path.exists():
            self._write(self._make())
        return self.path.read_text(encoding="ascii")

    def _write(self, text: str) -> None:
        """A file appears whole, and stays: what is signed or sealed with it is opened with no other."""
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as file:
            file.write(text)
        try:
            os.link(fresh, self.path)
        except FileExistsError:
            return
        finally:
            fresh.unlink()
