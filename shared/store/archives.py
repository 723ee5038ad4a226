"""Archives: chunks of a trace of the extended tier, put by (ADR 19). Their facts lie in a segment, beside the payload.

    row        under the trace, among its chunks and before them: of each chunk all but its facts, and the segment
    area       bytes of the segment: the facts of these chunks, with the previews that else only the log has
    segment    the areas of all traces of one batch, then their payload frames (`segments.py`)

A chunk that was put by lives twice until its own row ends with the base tier. While that row is there it is read, at
no GET; afterwards the archive is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from shared.retention.periods import Tier
from shared.store import keys
from shared.store.ports import Item

TIER: Tier = "extended"
MOST_CHUNKS = 500
"""In one archive: some 25 KB of a row."""
ARCHIVE = "a"
"""The attribute that holds an archive."""


class Filed(msgspec.Struct, array_like=True):
    """One chunk in an archive, but for its facts; `project` counts in the archive's list of them."""

    receipt: str
    part: int
    project: int
    posts: int
    root: int
    offset: int = 0
    length: int = 0
    raw_length: int = 0
    born_us: int | None = None


class Archive(msgspec.Struct, array_like=True):
    """What the row of an archive says. The area is `length` bytes from `offset` of the segment."""

    offset: int
    length: int
    projects: list[str]
    chunks: list[Filed]


class FiledFacts(msgspec.Struct, array_like=True):
    """The facts of one chunk in an area; `order` and `project` are the chunk's."""

    trace_id: str
    order: str
    project: str
    facts: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Archive).decode
_decode_area = msgspec.msgpack.Decoder(list[FiledFacts]).decode


def archive_item(workspace: str, trace_id: str, segment_name: str, archive: Archive, expires_epoch_s: int) -> Item:
    """The row of an archive in a segment of this name."""
    sk = keys.archive(segment_name)
    return Item(keys.trace(workspace, trace_id), sk, {ARCHIVE: _encode(archive)}, expires_epoch_s)


def is_archive(row: Item) -> bool:
    """Whether a row among a trace's chunks is an archive."""
    return row.sk.startswith(keys.ARCHIVES)


def archive_of(row: Item) -> Archive:
    """The archive that a row holds."""
    return _decode(bytes(row.attributes[ARCHIVE]))  # type: ignore[arg-type]


def segment_of(workspace: str, row: Item) -> str:
    """The object that holds the area and the payload of an archive."""
    return keys.segment(TIER, workspace, row.sk.removeprefix(keys.ARCHIVES))


def area_of(chunks: Iterable[FiledFacts]) -> bytes:
    """The area of these chunks."""
    return _encode(list(chunks))


def filed_in(area: bytes) -> Sequence[FiledFacts]:
    """The facts of each chunk in an area."""
    return _decode_area(area)
