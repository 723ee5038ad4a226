"""Chunks of the base tier, put by: their facts and payloads into one new segment, a row a trace that leads there.

A segment of the base tier belongs to many traces, most of which end with it; so does a row of the log. Nothing of
them is changed: they are read until they end, and from then on what was put by. A chunk that `record` wrote for good,
though it points into the base tier, is put by as well, and its row removed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from functions.keep.moving import Moving, Place
from shared.base.errors import NotFound
from shared.base.log import logger
from shared.base.units import MIB
from shared.retention.periods import deletable_epoch_s
from shared.runs.codec import pack_facts
from shared.runs.fact import Fact
from shared.store import keys
from shared.store.archives import MOST_CHUNKS, TIER, Archive, Filed, FiledFacts, archive_item, area_of
from shared.store.attachments import attachments_of, with_attachments_in
from shared.store.chunks import Chunk
from shared.store.parallel import side_by_side
from shared.store.ports import Item, ObjectRange, Objects, Store
from shared.store.ranges import get_ranges
from shared.store.runlog import traces_in
from shared.store.segments import sealed, segment_name

_MAX_SEGMENT_BYTES = 32 * MIB
"""Of frames that are in memory together; a larger chunk has a segment of its own."""
_MOST_NAMED = 4
"""Requests in the name of a segment, which is in the key of each archive's row: 400 days of 6 bytes a request."""
_PREVIEWED = ("inputs", "outputs")

Logged = Mapping[str, Sequence[Item]]
"""The rows of the log that say something of a trace, by its id."""


class Put(NamedTuple):
    """One trace's archive in a segment of this name, and the facts in it by project."""

    moving: Moving
    segment_name: str
    archive: Archive
    facts: Sequence[tuple[str, Sequence[Fact]]]


def put_by(store: Store, places: Iterable[Place], logged: Logged, now_us: int) -> list[Put]:
    """The new archives of these chunks, durable, with the rows that lead to them."""
    done: list[Put] = []
    for group in _groups(places):
        done += _put_group(store.objects, group, logged, now_us)
    store.traces.put([_row(one) for one in done])
    return done


def _row(one: Put) -> Item:
    stored = one.moving.stored
    return archive_item(stored.workspace, stored.id, one.segment_name, one.archive, deletable_epoch_s(stored.ends_us))


def _put_group(objects: Objects, group: Sequence[Place], logged: Logged, now_us: int) -> list[Put]:
    """The archives of these chunks, which are in order of their traces, in one new segment, which is durable."""
    workspace = group[0].moving.stored.workspace
    facts = [_facts(objects, place, logged) for place in group]
    frames = _frames(objects, group)
    areas: dict[str, list[FiledFacts]] = defaultdict(list)
    for (moving, chunk, _, _), said in zip(group, facts, strict=True):
        filed = FiledFacts(moving.stored.id, chunk.order, chunk.project, pack_facts(said))
        areas[moving.stored.id].append(filed)
    parts = [(trace_id, area_of(filed)) for trace_id, filed in areas.items()]
    payloads = [(place.moving.stored.id, frame) for place, frame in zip(group, frames, strict=True) if frame]
    name = segment_name(now_us, {place.chunk.receipt for place in group}, _MOST_NAMED)
    objects.put(keys.segment(TIER, workspace, name), sealed([*parts, *payloads]))
    return list(_archives(name, parts, group, facts, frames))


def _archives(
    name: str,
    parts: Sequence[tuple[str, bytes]],
    group: Sequence[Place],
    facts: Sequence[list[Fact]],
    frames: Sequence[bytes],
) -> Iterator[Put]:
    """What the rows of these archives say: areas come first in the segment, then the frames."""
    at, offset = 0, sum(len(area) for _, area in parts)
    of_chunks = list(zip(group, facts, frames, strict=True))
    for trace_id, area in parts:
        own = [one for one in of_chunks if one[0].moving.stored.id == trace_id]
        projects = list(dict.fromkeys(place.chunk.project for place, _, _ in own))
        chunks: list[Filed] = []
        for place, _, frame in own:
            chunks.append(_filed(place.chunk, projects.index(place.chunk.project), offset, len(frame)))
            offset += len(frame)
        archive = Archive(at, len(area), projects, chunks)
        yield Put(own[0][0].moving, name, archive, [(place.chunk.project, said) for place, said, _ in own])
        at += len(area)


def _filed(chunk: Chunk, project: int, offset: int, length: int) -> Filed:
    return Filed(
        receipt=chunk.receipt,
        part=chunk.part,
        project=project,
        posts=chunk.posts,
        root=chunk.root,
        offset=offset if length else 0,
        length=length,
        raw_length=chunk.raw_length,
        born_us=chunk.born_us,
    )


def _frames(objects: Objects, group: Sequence[Place]) -> list[bytes]:
    """The payload frame of each chunk; empty where it has none."""
    away = [place.chunk for place in group if place.chunk.segment is not None]
    ranges = [ObjectRange(chunk.segment or "", chunk.offset, chunk.length) for chunk in away]
    read = iter(get_ranges(objects, ranges) if ranges else [])
    return [place.chunk.payload if place.chunk.segment is None else next(read) for place in group]


def _facts(objects: Objects, place: Place, logged: Logged) -> list[Fact]:
    """The facts of a chunk, with the previews that the log has of them, naming attachments that live as long."""
    named = sorted(key for key in attachments_of(place.facts) if keys.tier_of(key) != TIER)
    side_by_side(lambda key: _copy(objects, key), named)
    trace_id = place.moving.stored.id
    rows = [row for row in logged.get(trace_id, ()) if row.sk.split("#")[1] == place.chunk.receipt]
    traces = (trace for row in rows for trace in traces_in(row) if trace.trace_id == trace_id)
    shown = {(fact.run_id, fact.is_patch): fact for trace in traces for fact in trace.facts}
    return [
        with_attachments_in(_previewed(fact, shown.get((fact.run_id, fact.is_patch))), TIER) for fact in place.facts
    ]


def _previewed(fact: Fact, logged: Fact | None) -> Fact:
    if logged is None:
        return fact
    shown = {name: [logged.fields[name][0], *fact.fields[name][1:]] for name in _PREVIEWED if name in logged.fields}
    return Fact(fact.run_id, fact.is_patch, {**fact.fields, **shown})


def _copy(objects: Objects, key: str) -> None:
    try:
        objects.copy(key, keys.in_tier(key, TIER))
    except NotFound:  # its upload never ended, or it was moved before and is over in the base tier
        logger.warning("an attachment is not there", extra={"key": key})


def _groups(places: Iterable[Place]) -> Iterator[list[Place]]:
    """The chunks that share a new segment: those of one workspace, as many as may be in memory; traces in a row."""
    group: list[Place] = []
    size = 0
    of_trace: Counter[str] = Counter()
    for place in sorted(places, key=lambda one: one.moving.stored.workspace):
        length = place.chunk.length or len(place.chunk.payload)
        is_full = size + length > _MAX_SEGMENT_BYTES or of_trace[place.moving.stored.id] >= MOST_CHUNKS
        if group and (is_full or group[0].moving.stored.workspace != place.moving.stored.workspace):
            yield group
            group, size, of_trace = [], 0, Counter()
        group.append(place)
        size += length
        of_trace[place.moving.stored.id] += 1
    if group:
        yield group
