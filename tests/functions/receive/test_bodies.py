"""Bodies out of base64 and compression, in bounded memory."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
import zstandard

from functions.receive.bodies import MAX_GZIP_MEMBERS, unpacked
from shared.base.errors import Malformed, TooLarge
from shared.base.units import MIB
from tests.functions.receive.requests import event

LIMIT = 4 * MIB
PEAK_BYTES = 3 * LIMIT
"""What unpacking may take at its peak: the limit, its copy when pieces are joined, and the body."""
TEXT = b"a body, " * 1000


def _unpack(body: bytes, encoding: str, limit: int = LIMIT) -> bytes:
    return unpacked(event("POST", "/runs", body, {"content-encoding": encoding}), limit)


def _streamed_zstd(text: bytes) -> bytes:
    """As the Python client does: no content size, a flush here and there."""
    compressor = zstandard.ZstdCompressor().compressobj()
    middle = len(text) // 2
    flushed = compressor.compress(text[:middle]) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return flushed + compressor.compress(text[middle:]) + compressor.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("", bytes),
        ("identity", bytes),
        ("zstd", _streamed_zstd),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("ZSTD", lambda text: _streamed_zstd(text[:100]) + _streamed_zstd(text[100:])),
        ("gzip", gzip.compress),
        ("x-gzip", lambda text: gzip.compress(text[:100]) + gzip.compress(text[100:])),
        ("deflate", zlib.compress),
    ],
)
def test_every_encoding_gives_the_bytes_back(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """Plain, zstd streamed or whole or in several frames, gzip in one or more members, deflate."""
    assert _unpack(pack(TEXT), encoding) == TEXT


@pytest.mark.parametrize(("encoding", "pack"), [("", bytes), ("zstd", _streamed_zstd), ("gzip", gzip.compress)])
def test_the_limit_is_exact(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """As many bytes as allowed pass, one more does not, and the error names the limit."""
    assert len(_unpack(pack(TEXT), encoding, len(TEXT))) == len(TEXT)
    with pytest.raises(TooLarge, match=str(len(TEXT) - 1)):
        _unpack(pack(TEXT), encoding, len(TEXT) - 1)


def test_text_bodies_arrive_unencoded() -> None:
    """API Gateway passes JSON on as text."""
    request = event("POST", "/runs") | {"body": '{"a": "ü"}', "isBase64Encoded": False}
    assert unpacked(request, LIMIT) == b'{"a": "\xc3\xbc"}'


def _zeros_zstd(size: int) -> bytes:
    compressor = zstandard.ZstdCompressor().compressobj()
    block = bytes(MIB)
    return b"".join([compressor.compress(block) for _ in range(size // MIB)] + [compressor.flush()])


def _zeros_gzip(size: int) -> bytes:
    compressor = zlib.compressobj(wbits=31)
    block = bytes(MIB)
    return b"".join([compressor.compress(block) for _ in range(size // MIB)] + [compressor.flush()])


def _claims_ten_gigabytes() -> bytes:
    """A zstd frame header with a content size of 10 GB in front of a block of 3 bytes."""
    size = (10 * 1024**3).to_bytes(8, "little")
    return b"\x28\xb5\x2f\xfd" + bytes([0b11000000, 0x58]) + size + b"\x19\x00\x00abc"


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("zstd", lambda: _zeros_zstd(1024 * MIB)),
        ("gzip", lambda: _zeros_gzip(256 * MIB)),
        ("zstd", _claims_ten_gigabytes),
    ],
    ids=["zstd 1 GiB of zeros", "gzip 256 MiB of zeros", "zstd that claims 10 GiB"],
)
def test_a_bomb_is_refused_in_bounded_memory(encoding: str, bomb: Callable[[], bytes]) -> None:
    """Bombs end in a clean error before more than a few times the limit was taken."""
    request = event("POST", "/runs", bomb(), {"content-encoding": encoding})
    tracemalloc.start()
    try:
        with pytest.raises((TooLarge, Malformed)):
            unpacked(request, LIMIT)
        assert tracemalloc.get_traced_memory()[1] < PEAK_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", TEXT),
        ("gzip, zstd", TEXT),
        ("zstd", TEXT),
        ("zstd", _streamed_zstd(TEXT) + b"behind"),
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT)[:-9]),
        ("gzip", gzip.compress(TEXT) + b"behind"),
        ("deflate", TEXT),
        ("gzip", gzip.compress(b"") * (MAX_GZIP_MEMBERS + 1)),
    ],
)
def test_damaged_bodies_are_malformed(encoding: str, body: bytes) -> None:
    """Unknown encodings, wrong ones, cut and continued streams are errors of the caller."""
    with pytest.raises(Malformed):
        _unpack(body, encoding)


def test_a_window_over_the_cap_is_refused() -> None:
    """A frame that needs more than 8 MiB of history is an error, not an allocation."""
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    packed = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    body = packed.compress(os.urandom(64)) + packed.flush()
    with pytest.raises(Malformed, match="zstd"):
        _unpack(body, "zstd")


def test_a_body_that_is_no_base64_is_malformed() -> None:
    """What the gateway marks as base64 and is not is refused."""
    with pytest.raises(Malformed):
        unpacked(event("POST", "/runs") | {"body": "abcde"}, LIMIT)
