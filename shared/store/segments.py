"""Segments: objects that hold the payload frames of one batch, so written that one trace's bytes can be found in them.

    name     <when it was written, as a receipt>-<the ends of the requests' receipts>
    body     the frames, one after another; then the manifest; then the length of the manifest, 4 bytes

Chunks find their frames by range and need neither. But a `record` that died after it wrote a segment writes
another one when its messages come again, and nothing points to the first: the name leads to it by its time, the
ends tell whose requests are in it, and the manifest where each trace's bytes lie.

A segment that `receive` wrote holds one request, has its receipt as its name, and no manifest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from shared.base.ids import new_receipt
from shared.base.units import US_PER_MS

_END_CHARS = 6
_MAX_ENDS = 32
"""More requests are not named: a name is a name of a file too, of at most 255 bytes."""
_ANY = "any"
_LENGTH_BYTES = 4
_BUCKET_BITS = 20
_BUCKET_CHARS = 7
_BUCKET_US = (1 << _BUCKET_BITS) * US_PER_MS


class Frame(msgspec.Struct, array_like=True):
    """Where one frame of a trace lies in its segment, in bytes."""

    trace_id: str
    offset: int
    length: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Frame]).decode


def segment_name(now_us: int, receipts: Collection[str], most_named: int = _MAX_ENDS) -> str:
    """A new name for a segment that holds frames of these requests; it names none of them where there are more."""
    ends = sorted({receipt[-_END_CHARS:] for receipt in receipts})
    return f"{new_receipt(now_us)}-{''.join(ends) if len(ends) <= most_named else _ANY}"


def sealed(payloads: Iterable[tuple[str, bytes]]) -> bytes:
    """The body of a segment with these frames, each with the id of its trace."""
    body = bytearray()
    frames: list[Frame] = []
    for trace_id, payload in payloads:
        frames.append(Frame(trace_id, len(body), len(payload)))
        body += payload
    manifest = _encode(frames)
    return bytes(body + manifest) + len(manifest).to_bytes(_LENGTH_BYTES, "big")


def frames_of(key: str, body: bytes) -> tuple[list[Frame], int]:
    """What the manifest names, and how long the part before it is; nothing and the whole where there is none."""
    if "-" not in name_of(key):
        return [], len(body)
    begin = len(body) - _LENGTH_BYTES - int.from_bytes(body[-_LENGTH_BYTES:], "big")
    return _decode(body[begin:-_LENGTH_BYTES]), begin


def name_of(key: str) -> str:
    """The name in a segment's key."""
    return key.rsplit("/", 1)[-1]


def may_hold(name: str, receipts: Collection[str]) -> bool:
    """Whether a segment of this name may hold frames of one of these requests."""
    written, _, ends = name.partition("-")
    if not ends:
        return written in receipts
    named = {ends[at : at + _END_CHARS] for at in range(0, len(ends), _END_CHARS)}
    return ends == _ANY or any(receipt[-_END_CHARS:] in named for receipt in receipts)


def buckets(times_us: Iterable[int], before: int, after: int) -> Sequence[str]:
    """How the names begin of segments that were written around these times.

    Units: `before` and `after` count buckets of 17.5 minutes, in which a name's first 7 digits are the same.
    """
    numbers = {time // _BUCKET_US + step for time in times_us for step in range(-before, after + 1)}
    return [f"{number:0{_BUCKET_CHARS}x}" for number in sorted(numbers)]
