"""The bytes of a request's body as the client meant them: out of base64, out of its compression, in bounded memory.

A stream that was cut inside a zstd frame gives the bytes up to the cut: the layer above finds that the
last boundary, or the closing brace, is missing.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import zstandard

from shared.base.base64_text import from_base64
from shared.base.errors import Malformed, TooLarge
from shared.base.units import MIB

MAX_WINDOW_BYTES = 8 * MIB
"""What a decoder must offer for interoperability. Source: RFC 8878, section 3.1.1.1.2."""
MAX_GZIP_MEMBERS = 64
"""Each further member costs a copy of what is left, so a body of empty ones would cost its square."""
_PIECE_BYTES = MIB // 2
_GZIP_BITS = 31  # zlib's window bits with the gzip wrapper; 15 is the zlib wrapper that HTTP calls deflate
_ZLIB_BITS = 15
_local = threading.local()


def unpacked(event: Mapping[str, Any], max_bytes: int) -> bytes:
    """The body of an API Gateway event.

    Raises: TooLarge over `max_bytes`, found without unpacking more than that; Malformed when it is damaged.
    """
    encoding = event["headers"].get("content-encoding", "").strip().lower()
    unpack = _UNPACK.get(encoding)
    if unpack is None:
        raise Malformed(f"Content-Encoding {encoding[:80]!r} is not known here; send none, zstd, gzip or deflate")
    body = unpack(_sent(event), max_bytes)
    if len(body) > max_bytes:
        raise TooLarge(
            f"The body holds more than {max_bytes} bytes when unpacked; at most {max_bytes} are taken in one "
            "request. Send smaller batches (LANGSMITH_BATCH_INGEST_SIZE_LIMIT)"
        )
    return body


def _sent(event: Mapping[str, Any]) -> bytes:
    """The bytes on the wire."""
    body = event.get("body") or ""
    try:
        return from_base64(body) if event.get("isBase64Encoded") else body.encode()
    except ValueError as error:
        raise Malformed(f"The body is not what the gateway says it is: {error}") from None


def _plain(body: bytes, max_bytes: int) -> bytes:  # noqa: ARG001 one of the unpackers
    return body


def _zstd(body: bytes, max_bytes: int) -> bytes:
    """Any number of frames, with or without a stated size; one byte more than allowed is enough to know."""
    if not body:
        return body
    try:
        stream = _decompressor().stream_reader(body, read_across_frames=True)
        return b"".join(_pieces(stream, max_bytes + 1))
    except zstandard.ZstdError as error:
        raise Malformed(f"The body is not valid zstd: {error}") from None


def _decompressor() -> zstandard.ZstdDecompressor:
    """One for each thread, kept with its window's memory; each stream begins anew, however the last one ended."""
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES)
    decompressor: zstandard.ZstdDecompressor = _local.decompressor
    return decompressor


def _pieces(stream: zstandard.ZstdDecompressionReader, room: int) -> Iterator[bytes]:
    """What the stream gives, up to `room` bytes. One read of all of it would map and unmap that much memory."""
    while room > 0 and (piece := stream.read(min(room, _PIECE_BYTES))):
        yield piece
        room -= len(piece)


def _zlib(wbits: int, name: str) -> Callable[[bytes, int], bytes]:
    def unpack(body: bytes, max_bytes: int) -> bytes:
        try:
            return _members(body, wbits, max_bytes)
        except zlib.error as error:
            raise Malformed(f"The body is not valid {name}: {error}") from None

    return unpack


def _members(body: bytes, wbits: int, max_bytes: int) -> bytes:
    """The gzip members, one after the other. Source: RFC 1952, section 2.2."""
    parts: list[bytes] = []
    room = max_bytes + 1
    while body and room > 0:
        if len(parts) == MAX_GZIP_MEMBERS:
            raise Malformed(f"The body has more than {MAX_GZIP_MEMBERS} compressed members")
        member = zlib.decompressobj(wbits)
        parts.append(member.decompress(body, room))
        room -= len(parts[-1])
        if not member.eof and room > 0:
            raise Malformed("The body was cut: its compressed stream does not end")
        body = member.unused_data
    return b"".join(parts)


_UNPACK: Mapping[str, Callable[[bytes, int], bytes]] = {
    "": _plain,
    "identity": _plain,
    "zstd": _zstd,
    "gzip": _zlib(_GZIP_BITS, "gzip"),
    "x-gzip": _zlib(_GZIP_BITS, "gzip"),
    "deflate": _zlib(_ZLIB_BITS, "deflate"),
}
