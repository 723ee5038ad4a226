"""Files in a folder under their own names, where other programs read them: what a bucket is to an export in AWS."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from shared.base.errors import Malformed, NotFound
from shared.store.ports import ObjectRange


class PlainFolder:
    """Objects as plain files: the key is the path. Types are not kept, and there are no links."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, body: bytes, content_type: str = "") -> None:  # noqa: ARG002 a file's name says its type
        """Store a file, whole or not at all; durable on return."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        with partial.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def get(self, key: str) -> bytes:
        """The whole file. Raises: NotFound."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"there is no file {key!r}") from None

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        """The bytes of each range, in the order asked. Raises: NotFound."""
        return [self.get(one.key)[one.offset : one.offset + one.length] for one in ranges]

    def copy(self, source: str, target: str) -> None:
        """Copy a file. Raises: NotFound."""
        self.put(target, self.get(source))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove files; those that are not there are no error."""
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterable[str]:
        """All keys under a prefix, in order."""
        parent = self._root / prefix.rpartition("/")[0]
        found = (path for path in parent.rglob("*") if path.is_file() and not path.name.startswith("."))
        keys = (path.relative_to(self._root).as_posix() for path in found)
        return iter(sorted(key for key in keys if key.startswith(prefix)))

    def signed_url(self, key: str, expires_s: int, content_type: str, filename: str) -> str:  # noqa: ARG002 the port's
        """The file's own address: whoever sits at this machine may read it."""
        return self._path(key).as_uri()

    def _path(self, key: str) -> Path:
        segments = key.split("/")
        if any(segment in {"", ".", ".."} or "\0" in segment for segment in segments):
            raise Malformed(f"{key[:200]!r} is no path below the folder")
        return self._root.joinpath(*segments)
