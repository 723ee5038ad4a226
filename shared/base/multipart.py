"""A multipart/form-data body as its parts, strictly: what is not as stated is an error that names the part.

A part that states its length (the SDKs' do) is not searched for the boundary, so its bytes may hold
anything; the boundary must then stand exactly where the length says.

Source: RFC 2046, section 5.1.1; RFC 7578.
"""

from __future__ import annotations

import re

import msgspec

from shared.base.errors import Malformed, TooLarge

MAX_PARTS = 50_000
"""As many as 32 MiB of ordinary operations have. A batch of 100 operations has at most 700 and its attachments, but
while a server is slow to answer, langsmith's client goes on filling one compressed body: over 10,000 were seen.
What is refused for their number is lost, since the client drops it."""
MAX_HEAD_BYTES = 4_096
MAX_NAME_BYTES = 1_024
_MAX_BOUNDARY_CHARS = 70

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]+)"|([^\s";]+))\s*(?:;|$)', re.IGNORECASE)
_USUAL_HEAD = re.compile(
    rb'\r\nContent-Disposition: form-data; name="([^"\\\x00-\x1f]{1,1024})"\r\n'
    rb"Content-Type: ([^\r\n;]{1,255})(?:; length=(\d{1,9}))?\r\n"
    rb"(?:Content-Length: (\d{1,9})\r\n)?\r\n"
)
_JSON = "application/json"
_JSON_BYTES = _JSON.encode()
_NAME = re.compile(r';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))', re.IGNORECASE)
_LENGTH = re.compile(r";\s*length=([^\s;]*)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Part(msgspec.Struct, frozen=True, gc=False):
    """One part. `content_type` is without its `length` parameter."""

    name: str
    content_type: str
    body: bytes


_Head = tuple[str, str, int | None, int]
"""Name, content type, the length that is stated, and where the part's bytes start."""


def boundary_of(content_type: str) -> str:
    """The boundary that a Content-Type header states. Raises: Malformed."""
    kind = content_type.split(";", 1)[0].strip().lower()
    if kind != "multipart/form-data":
        raise Malformed(f"Content-Type is {kind[:80]!r}; this route takes multipart/form-data")
    found = _BOUNDARY.search(content_type)
    boundary = (found[1] or found[2]) if found else ""
    if not 0 < len(boundary) <= _MAX_BOUNDARY_CHARS or not boundary.isascii():
        raise Malformed(f"Content-Type has no boundary of 1 to {_MAX_BOUNDARY_CHARS} ASCII characters")
    return boundary


def split(body: bytes, boundary: str) -> list[Part]:
    """The parts in their order. Raises: Malformed, TooLarge."""
    delimiter = b"\r\n--" + boundary.encode()
    at = _first(body, delimiter)
    parts: list[Part] = []
    while not body.startswith(b"--", at):
        if len(parts) == MAX_PARTS:
            raise TooLarge(f"The body has more than {MAX_PARTS} parts; at most {MAX_PARTS} are taken in one request")
        name, content_type, length, start = _head(body, at, len(parts))
        end = body.find(delimiter, start) if length is None else start + length
        if not body.startswith(delimiter, end):
            raise _endless(name, length)
        parts.append(Part(name, content_type, body[start:end]))
        at = end + len(delimiter)
    if body[at + 2 :].strip(b"\r\n\t "):
        raise Malformed("The body goes on after its last boundary")
    return parts


def _first(body: bytes, delimiter: bytes) -> int:
    """Where the first boundary ends. No preamble is taken: no SDK sends one."""
    start = 0 if body.startswith(b"\r\n") else 2
    if not body.startswith(delimiter[start:]):
        raise Malformed("The body does not begin with the boundary that Content-Type states")
    return len(delimiter) - start


def _head(body: bytes, at: int, index: int) -> _Head:
    """What the part's header lines say, as the SDKs write them or in any other way."""
    usual = _USUAL_HEAD.match(body, at)
    if usual is None:
        return _unusual_head(body, at, index)
    name, content_type, in_type, in_header = usual.groups()
    if in_type is not None and in_header is not None:
        return _unusual_head(body, at, index)
    length = in_header or in_type
    try:
        kind = _JSON if content_type == _JSON_BYTES else content_type.decode()
        return name.decode(), kind, None if length is None else int(length), usual.end()
    except UnicodeDecodeError:
        raise Malformed(f"Part {index}: its header lines are not UTF-8") from None


def _unusual_head(body: bytes, at: int, index: int) -> _Head:
    """The same for header lines in any order, case and spacing."""
    end = body.find(b"\r\n\r\n", at, at + MAX_HEAD_BYTES)
    if not body.startswith(b"\r\n", at) or end < 0:
        raise Malformed(f"Part {index}: no header lines of at most {MAX_HEAD_BYTES} bytes follow its boundary")
    try:
        lines = body[at + 2 : end].decode()
    except UnicodeDecodeError:
        raise Malformed(f"Part {index}: its header lines are not UTF-8") from None
    headers = _header_lines(lines, index)
    content_type = headers.get("content-type", "")
    name = _name(headers.get("content-disposition", ""), index)
    if "content-encoding" in headers:
        raise Malformed(f"Part {name!r} has a Content-Encoding of its own; compress the whole body instead")
    return name, _LENGTH.sub("", content_type).strip(), _length(name, headers, content_type), end + 4


def _header_lines(lines: str, index: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines.split("\r\n"):
        key, colon, value = line.partition(":")
        key = key.strip().lower()
        if not colon or not key:
            raise Malformed(f"Part {index}: header line {line[:80]!r} has no name before a colon")
        if key in headers:
            raise Malformed(f"Part {index}: header {key[:80]!r} is there twice")
        headers[key] = value.strip()
    return headers


def _name(disposition: str, index: int) -> str:
    found = _NAME.search(disposition)
    if not disposition.lower().startswith("form-data") or found is None:
        raise Malformed(f"Part {index} has no Content-Disposition: form-data with a name")
    name: str = found[2] or re.sub(r"\\(.)", r"\1", found[1] or "")
    if not name or len(name.encode()) > MAX_NAME_BYTES or _CONTROL.search(name):
        raise Malformed(f"Part {index}: its name must be 1 to {MAX_NAME_BYTES} bytes without control characters")
    return name


def _length(name: str, headers: dict[str, str], content_type: str) -> int | None:
    """The length that the part states, in either of the two ways."""
    in_type = _LENGTH.search(content_type)
    stated = {text for text in (headers.get("content-length"), in_type and in_type[1]) if text is not None}
    lengths = {int(text) for text in stated if text.isascii() and text.isdigit() and len(text) < 10}  # noqa: PLR2004 under 1 GB
    if len(stated) != len(lengths) or len(lengths) > 1:
        raise Malformed(f"Part {name!r} states the length {sorted(stated)!r}, which is not one number of bytes"[:300])
    return lengths.pop() if lengths else None


def _endless(name: str, length: int | None) -> Malformed:
    """No boundary stands where the part's bytes end."""
    if length is None:
        return Malformed(f"Part {name!r} does not end: the body was cut, or its last boundary is missing")
    return Malformed(f"Part {name!r} states {length} bytes, but no boundary stands there: cut, or miscounted")
