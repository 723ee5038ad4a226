"""What chunks point to, copied into the extended prefix; then the chunks point there, and live as long.

A segment of the base tier belongs to many traces, most of which end with it: so a trace's own frames are copied, those
of a batch into one new segment. A chunk is changed attribute by attribute, and only if it still says what was read:
`record` may be writing it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from shared.base.errors import NotFound, Unavailable
from shared.base.log import logger
from shared.base.units import MIB
from shared.retention.periods import Tier, deletable_epoch_s
from shared.runs.codec import pack_facts, unpack_facts
from shared.store import keys
from shared.store.attachments import attachments_of, with_attachments_in
from shared.store.parallel import side_by_side
from shared.store.ports import EXPIRES_AT, Equals, Item, Key, ObjectRange, Objects, Store, Table, Value
from shared.store.ranges import get_ranges
from shared.store.segments import sealed, segment_name
from shared.store.traces import LETTERS, Chunk, StoredTrace

_TIER: Tier = "extended"
_MAX_SEGMENT_BYTES = 32 * MIB
"""Of frames that are in memory together; a larger chunk has a segment of its own."""

Read = tuple[StoredTrace, Mapping[str, Item]]
"""A trace with the rows of its chunks, by their sort keys."""


class Place(NamedTuple):
    """A chunk of a trace, with its row."""

    stored: StoredTrace
    chunk: Chunk
    row: Item


class Change(NamedTuple):
    """What is to be set in the row of a chunk."""

    place: Place
    values: dict[str, Value]


def move_payloads(store: Store, traces: Sequence[Read], now_us: int) -> None:
    """Let all chunks of these traces, and what they point to, live as long as their tier says."""
    places = [Place(trace, chunk, rows[_sk(chunk)]) for trace, rows in traces for chunk in trace.chunks]
    changes = {id(place): Change(place, _own_changes(store.objects, place)) for place in places}
    for workspace, group in _groups(place for place in places if _is_in_base(place.chunk)):
        for place, values in _copied(store.objects, workspace, group, now_us):
            changes[id(place)].values.update(values)
    side_by_side(lambda change: _apply(store.traces, change), [one for one in changes.values() if one.values])


def _own_changes(objects: Objects, place: Place) -> dict[str, Value]:
    """The end of a chunk's row, and the facts with their attachments where those live as long."""
    stored, chunk, row = place
    ends_epoch_s = deletable_epoch_s(stored.periods.ends_us(chunk.begins_us, _TIER))
    changes: dict[str, Value] = {}
    if (row.expires_epoch_s or 0) < ends_epoch_s:
        changes[EXPIRES_AT] = ends_epoch_s
    facts = unpack_facts(chunk.facts)
    named = sorted(key for key in attachments_of(facts) if keys.tier_of(key) != _TIER)
    if named:
        side_by_side(lambda key: _copy(objects, key), named)
        changes[LETTERS["facts"]] = pack_facts([with_attachments_in(fact, _TIER) for fact in facts])
    return changes


def _copy(objects: Objects, key: str) -> None:
    try:
        objects.copy(key, keys.in_tier(key, _TIER))
    except NotFound:  # its upload never ended, or it was moved before and is over in the base tier
        logger.warning("an attachment is not there", extra={"key": key})


def _copied(
    objects: Objects, workspace: str, group: Sequence[Place], now_us: int
) -> Iterator[tuple[Place, dict[str, Value]]]:
    """Each chunk's frame in a new segment, which is durable before the first of them is given."""
    ranges = [ObjectRange(one.chunk.segment or "", one.chunk.offset, one.chunk.length) for one in group]
    frames = get_ranges(objects, ranges)
    key = keys.segment(_TIER, workspace, segment_name(now_us, {one.chunk.receipt for one in group}))
    objects.put(key, sealed((one.stored.id, frame) for one, frame in zip(group, frames, strict=True)))
    offset = 0
    for place, frame in zip(group, frames, strict=True):
        yield place, {LETTERS["segment"]: key, LETTERS["offset"]: offset, LETTERS["length"]: len(frame)}
        offset += len(frame)


def _groups(places: Iterable[Place]) -> Iterator[tuple[str, list[Place]]]:
    """The chunks that share a new segment: those of one workspace, as many as may be in memory."""
    group: list[Place] = []
    for place in sorted(places, key=lambda one: one.stored.workspace):
        sizes = sum(one.chunk.length for one in group) + place.chunk.length
        if group and (group[0].stored.workspace != place.stored.workspace or sizes > _MAX_SEGMENT_BYTES):
            yield group[0].stored.workspace, group
            group = []
        group.append(place)
    if group:
        yield group[0].stored.workspace, group


def _apply(table: Table, change: Change) -> None:
    facts, row = LETTERS["facts"], change.place.row
    if not table.update(Key(row.pk, row.sk), change.values, Equals(facts, row.attributes[facts])):
        raise Unavailable(f"chunk {row.sk} of trace {change.place.stored.id} changed while it was moved")


def _is_in_base(chunk: Chunk) -> bool:
    return chunk.segment is not None and keys.tier_of(chunk.segment) != _TIER


def _sk(chunk: Chunk) -> str:
    return keys.chunk(chunk.receipt, chunk.part)
