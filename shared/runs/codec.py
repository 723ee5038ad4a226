"""How facts, payloads and envelopes become bytes, and back.

A frame is one byte that names the format, then its bytes. Formats are never reused: what was written
must be readable for as long as the longest retention.

    1    zstd of msgpack (facts) or of the joined JSON texts (payloads)
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence

import msgspec
import zstandard

from shared.base.base64_text import from_base64, to_base64
from shared.runs.fact import Envelope, Fact

_ZSTD = b"\x01"
_LEVEL = 3
"""Of rows: level 1 would be 2 µs a run faster for 0.6 to 0.8 % more bytes. In a million reference traces that saves
$0.0002 of Lambda ($0.0000133 a GB-second) and costs up to $0.03 of the table's write units. Level 6 would save as
much again, for 8 µs and more of each frame: CPU time that the budget does not have."""
_QUICK_LEVEL = 1
"""Of what goes through the queue into the bucket (small payloads into a row), where bytes cost a hundredth of that:
6 µs less a run of 4.5 KB, for 0.6 to 2 % more bytes, which are $0.007 in a million reference traces. A chat whose
history is sent again at each turn loses 1 %."""
MAX_FRAME_BYTES = 64 * 1024 * 1024
"""No frame that we wrote is larger when unpacked: one request is at most 32 MiB."""

_BEGINS_FACT = b"\x93\xd9\x24"
"""An array of three whose first is a text of 36 bytes: a fact, and the id of its run. Source: MessagePack's
specification."""

_encode = msgspec.msgpack.Encoder().encode
_decode_facts = msgspec.msgpack.Decoder(list[Fact]).decode
_decode_envelope = msgspec.msgpack.Decoder(Envelope).decode


class _Codecs(threading.local):
    """One of each for each thread: the library's objects must not be shared between threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.quick_compressor = zstandard.ZstdCompressor(level=_QUICK_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_codecs = _Codecs()


def pack_facts(facts: Sequence[Fact]) -> bytes:
    """The facts as one frame."""
    return compress(encode_facts(facts))


def encode_facts(facts: Sequence[Fact]) -> bytes:
    """What a frame of these facts holds, for those who must know its size."""
    return _encode(facts)


def unpack_facts(frame: bytes) -> list[Fact]:
    """The facts of a frame made by `pack_facts`."""
    return _decode_facts(decompress(frame))


def unpack_facts_about(frame: bytes, run_ids: Collection[str]) -> list[Fact]:
    """Those of the frame's facts that are about these runs; a frame without any is seen through in microseconds."""
    raw = decompress(frame)
    if not any(_BEGINS_FACT + run_id.encode() in raw for run_id in run_ids):  # splitting it at all facts is slower
        return []
    return [fact for fact in _decode_facts(raw) if fact.run_id in run_ids]


def pack_envelope(envelope: Envelope) -> str:
    """The envelope as text that a queue takes. Its frames are compressed already."""
    return to_base64(_encode(envelope))


def unpack_envelope(text: str) -> Envelope:
    """The envelope of a queue message. Raises: ValueError when it is not one."""
    return _decode_envelope(from_base64(text))


def compress(raw: bytes) -> bytes:
    """One frame of these bytes, as small as a row should be."""
    return _ZSTD + _codecs.compressor.compress(raw)


def compress_quickly(raw: bytes) -> bytes:
    """One frame of these bytes, for the queue and the bucket."""
    return _ZSTD + _codecs.quick_compressor.compress(raw)


def decompress(frame: bytes) -> bytes:
    """The bytes of a frame. Raises: ValueError when it is no frame of ours."""
    if frame[:1] != _ZSTD:
        raise ValueError(f"unknown frame format {frame[:1]!r}")
    try:
        return _codecs.decompressor.decompress(frame[1:], max_output_size=MAX_FRAME_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError(f"damaged frame: {error}") from error
