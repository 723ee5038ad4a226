"""Objects in a folder, one file each, and links that read one of them without a key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

from shared.base.clock import Clock
from shared.base.errors import NotAllowed, NotFound, TooLarge
from shared.base.units import S_PER_DAY, US_PER_S
from shared.store.ports import ObjectRange
from shared.store.sizes import check_object_key

SIGNED_PATH = "/__objects/"
_DEFAULT_TYPE = "application/octet-stream"
_SECRET_BYTES = 32
_MAX_NAME_BYTES = 250
# Names on disk are percent-quoted, so a mark that quoting never leaves alone cannot clash with a key.
_BODY = "="
_TYPE = "@"
_EMPTY = "%"
_DOTS = {".": "%2E", "..": "%2E%2E", "": _EMPTY}


@dataclass(frozen=True, slots=True)
class SignedRead:
    """What a valid link asks for: this object, shown as this type under this name."""

    key: str
    content_type: str
    filename: str


class FolderObjects:
    """Objects that survive kill -9: a file appears whole, by renaming, before `put` returns.

    The secret that signs links lives in `folder` too, so links stay valid over a restart. An object's
    age is told by `clock`, as its file's modification time.
    """

    def __init__(
        self, folder: Path, base_url: str, clock: Clock, lifecycle_days: Mapping[str, int] | None = None
    ) -> None:
        self._root = folder / "objects"
        self._root.mkdir(parents=True, exist_ok=True)
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._lifecycle_days = lifecycle_days or {}
        self._secret = _kept_secret(folder / "objects.secret")

    def put(self, key: str, body: bytes, content_type: str = _DEFAULT_TYPE) -> None:
        """Store a blob, whole or not at all; durable on return."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_type(path, content_type)
        _write_whole(path, body, self._clock.now_us())

    def get(self, key: str) -> bytes:
        """The whole blob. Raises: NotFound."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise _missing(key) from None

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        """The bytes of each range, in the order asked. Raises: NotFound."""
        return [self._read_range(one) for one in ranges]

    def content_type(self, key: str) -> str:
        """The type that the blob was stored with. Raises: NotFound."""
        path = self._path(key)
        if not path.exists():
            raise _missing(key)
        return _read_type(path)

    def copy(self, source: str, target: str) -> None:
        """Copy a blob with its type. Raises: NotFound."""
        body = self.get(source)
        self.put(target, body, self.content_type(source))

    def delete(self, keys: Sequence[str]) -> None:
        """Remove blobs; those that are not there are no error."""
        for key in keys:
            _remove(self._path(key))

    def list(self, prefix: str) -> Iterable[str]:
        """All keys under a prefix, in the order of their UTF-8 bytes."""
        folder = self._root.joinpath(*map(_name_of_segment, prefix.split("/")[:-1]))
        keys = (self._key(path) for path in _bodies_under(folder))
        return iter(sorted(key for key in keys if key.startswith(prefix)))

    def signed_url(self, key: str, expires_s: int, content_type: str, filename: str) -> str:
        """An address that reads this one blob without any key until `expires_s` seconds from now."""
        check_object_key(key)
        query = {
            "expires": str(self._clock.now_us() // US_PER_S + expires_s),
            "type": content_type,
            "name": filename,
        }
        signed = urlencode({**query, "signature": self._signature(key, query)})
        return f"{self._base_url}{SIGNED_PATH}{quote(key)}?{signed}"

    def verify(self, key: str, query: Mapping[str, str]) -> SignedRead:
        """What a link of `signed_url` asks for, given its unquoted key and query.

        Raises: NotAllowed where a part was altered or left out, or the time is over.
        """
        parts = {name: query.get(name, "") for name in ("expires", "type", "name")}
        if not hmac.compare_digest(self._signature(key, parts).encode(), query.get("signature", "").encode()):
            raise NotAllowed(f"the link to {key!r} is not one that was given out: ask for a new one")
        if int(parts["expires"]) * US_PER_S <= self._clock.now_us():
            raise NotAllowed(f"the link to {key!r} has expired: ask for a new one")
        return SignedRead(key, parts["type"], parts["name"])

    def expire(self, now_epoch_s: int) -> int:
        """Delete what its prefix's lifecycle no longer keeps; says how many.

        Law: an object ends at the first midnight UTC at or after its age in days is reached.
        Source: Amazon S3, "Setting lifecycle configuration", rules based on an object's age.
        """
        expired = [
            path
            for prefix, days in self._lifecycle_days.items()
            for path in map(self._path, self.list(prefix))
            if _end_epoch_s(path, days) <= now_epoch_s
        ]
        for path in expired:
            _remove(path)
        return len(expired)

    def _read_range(self, one: ObjectRange) -> bytes:
        try:
            with self._path(one.key).open("rb") as file:
                file.seek(one.offset)
                return file.read(one.length)
        except FileNotFoundError:
            raise _missing(one.key) from None

    def _signature(self, key: str, query: Mapping[str, str]) -> str:
        text = "\n".join(map(quote, (key, query["expires"], query["type"], query["name"])))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    def _path(self, key: str) -> Path:
        check_object_key(key)
        *folders, last = key.split("/")
        return self._root.joinpath(*map(_name_of_segment, folders), _BODY + _quoted(last))

    def _key(self, path: Path) -> str:
        *folders, last = path.relative_to(self._root).parts
        return "/".join(["" if name == _EMPTY else unquote(name) for name in folders] + [unquote(last[len(_BODY) :])])


def _quoted(segment: str) -> str:
    name = quote(segment, safe="")
    if len(name) > _MAX_NAME_BYTES:
        raise TooLarge(f"part {segment[:80]!r}… of an object key is over {_MAX_NAME_BYTES} bytes when quoted: hash it")
    return name


def _name_of_segment(segment: str) -> str:
    return _DOTS.get(segment) or _quoted(segment)


def _bodies_under(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if name.startswith(_BODY))


def _write_whole(path: Path, body: bytes, modified_us: int) -> None:
    """The temporary name has no mark of a body, so a torn file is never listed or read."""
    handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    os.utime(temporary, ns=(modified_us * 1_000, modified_us * 1_000))
    Path(temporary).replace(path)


def _type_path(path: Path) -> Path:
    return path.with_name(_TYPE + path.name[len(_BODY) :])


def _write_type(path: Path, content_type: str) -> None:
    """Kept beside the body, and only where it says something."""
    if content_type == _DEFAULT_TYPE:
        _type_path(path).unlink(missing_ok=True)
    else:
        _write_whole(_type_path(path), content_type.encode(), 0)


def _read_type(path: Path) -> str:
    try:
        return _type_path(path).read_text()
    except FileNotFoundError:
        return _DEFAULT_TYPE


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _type_path(path).unlink(missing_ok=True)


def _end_epoch_s(path: Path, days: int) -> int:
    try:
        of_age_epoch_s = int(path.stat().st_mtime) + days * S_PER_DAY
    except FileNotFoundError:  # somebody else removed it
        return 0
    return -(-of_age_epoch_s // S_PER_DAY) * S_PER_DAY


def _missing(key: str) -> NotFound:
    return NotFound(f"there is no object {key!r}")


def _kept_secret(path: Path) -> bytes:
    """The secret in this file; made on the first call, readable only by its owner (mkstemp's mode)."""
    if not path.exists():
        _write_whole(path, secrets.token_bytes(_SECRET_BYTES), 0)
    return path.read_bytes()
