"""The rows of a trace: chunks of facts, its fate; and the payloads they point to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from shared.base.clock import Clock
from shared.base.units import US_PER_S
from shared.retention.kept import Kept
from shared.retention.periods import Periods, Tier, deletable_epoch_s
from shared.runs.codec import decompress, unpack_facts_about
from shared.runs.fact import Fields
from shared.runs.merge import Told, merge
from shared.store import keys
from shared.store.archives import ARCHIVE, filed_in, is_archive
from shared.store.chunks import (
    LETTERS,
    ROOT_END,
    AtHand,
    Chunk,
    chunk_item,
    chunk_of,
    filed_chunks,
    project_of,
)
from shared.store.erased import Erased
from shared.store.fates import KEPT, kept_in
from shared.store.heads import HeadPlace, place_noted
from shared.store.marks import KINDS
from shared.store.ports import Item, KeyRange, ObjectRange, Objects, Table
from shared.store.ranges import get_ranges

_OUTLINE = (LETTERS["project"], LETTERS["born_us"], ARCHIVE, KEPT, "by", *HeadPlace._fields)


@dataclass(frozen=True)
class StoredTrace:
    """All chunks of one trace, oldest receipt first, and what became of it."""

    workspace: str
    id: str
    chunks: Sequence[Chunk]
    tier: Tier
    periods: Periods
    kept: Kept | None = None
    """Why it is in the extended tier; None in the base tier."""
    provisional: HeadPlace | None = None
    feedback: Sequence[Item] = field(default=())
    erased_by: str | None = None
    """The erasure that took it; what is there of it since came too late."""
    marks: Sequence[Item] = field(default=())
    """What people made of its runs."""

    @cached_property
    def born_us(self) -> int:
        """When any of it was first received."""
        return min(chunk.begins_us for chunk in self.chunks)

    @property
    def kept_because(self) -> str | None:
        """Why it is in the extended tier, in words; None in the base tier."""
        return None if self.kept is None else self.kept.sentence

    @property
    def ends_us(self) -> int:
        """When all of it stops being readable."""
        return self.periods.ends_us(self.born_us, self.tier)

    @property
    def has_archive(self) -> bool:
        """Whether any of it is read from an archive."""
        return any(chunk.archive for chunk in self.chunks)

    @property
    def has_root(self) -> bool:
        """Whether anything is known of the root run."""
        return any(chunk.root for chunk in self.chunks)

    @property
    def has_root_end(self) -> bool:
        """Whether the end of the root run is known."""
        return any(chunk.root == ROOT_END for chunk in self.chunks)

    def merged(self, at_hand: AtHand | None = None) -> dict[str, Fields]:
        """The fields of every run; a payload field's fourth element is its `Chunk`. Facts `at_hand` are used up."""
        return merge(chunk.told(at_hand) for chunk in self.chunks)

    def merged_about(self, run_ids: Collection[str]) -> dict[str, Fields]:
        """`merged`, of these runs alone: of all other facts not even the frames are decoded."""
        about = ((chunk, unpack_facts_about(chunk.facts, run_ids)) for chunk in self.chunks if chunk.facts)
        return merge(Told(chunk.order, chunk.project, facts, chunk) for chunk, facts in about if facts)


class PayloadAt(NamedTuple):
    """Where the JSON text of one field lies."""

    chunk: Chunk
    offset: int
    length: int


class Traces:
    """Questions and commands about whole traces."""

    def __init__(self, table: Table, objects: Objects, clock: Clock, periods: Periods) -> None:
        self._table = table
        self._erased = Erased(table)
        self._objects = objects
        self._clock = clock
        self.periods = periods

    def row(self, workspace: str, trace_id: str, chunk: Chunk, tier: Tier = "base") -> Item:
        """The row that stores a chunk of a trace in this tier."""
        ends_us = self.periods.ends_us(chunk.begins_us, tier)
        return chunk_item(workspace, trace_id, chunk, deletable_epoch_s(ends_us))

    def load(self, workspace: str, trace_id: str, *, consistent: bool = False) -> StoredTrace | None:
        """A trace with its feedback, or None where there is none, it has ended, or was erased."""
        if trace_id in self._erased.traces(workspace):
            return None
        items = self._table.query(KeyRange(keys.trace(workspace, trace_id), consistent=consistent))
        return self._whole([self._unless_gone(self._assembled(workspace, trace_id, items))])[0]

    def outline(self, workspace: str, trace_id: str) -> StoredTrace | None:
        """`load`, but of chunks only where they are and of which project: enough to see that nothing is new."""
        if trace_id in self._erased.traces(workspace):
            return None
        rows = KeyRange(keys.trace(workspace, trace_id), end=keys.FEEDBACK, only=_OUTLINE)
        return self._unless_gone(self._assembled(workspace, trace_id, self._table.query(rows)))

    def load_many(self, workspace: str, trace_ids: Sequence[str]) -> dict[str, StoredTrace]:
        """`load` for each trace that is there, by its id."""
        erased = self._erased.traces(workspace)
        asked = [trace_id for trace_id in trace_ids if trace_id not in erased]
        read = self._table.query_many([KeyRange(keys.trace(workspace, trace_id)) for trace_id in asked])
        found = (self._assembled(workspace, trace_id, items) for trace_id, items in zip(asked, read, strict=True))
        return {trace.id: trace for trace in self._whole(map(self._unless_gone, found)) if trace is not None}

    def projects_of(self, workspace: str, trace_ids: Sequence[str]) -> dict[str, str]:
        """The project that each trace is in, strongly read from its first chunk; none for what is not here."""
        first = [replace(_chunks_of(workspace, one), start=keys.CHUNK, limit=1) for one in trace_ids]
        read = zip(trace_ids, self._table.query_many(first), strict=True)
        return {trace_id: project_of(items[0]) for trace_id, items in read if items}

    def glimpses(self, workspace: str, trace_ids: Sequence[str]) -> dict[str, StoredTrace | None]:
        """Each trace by its first rows alone, strongly read: what tells its project, age and end.

        None is one that must not be read any more, gone or not; what was never here is not among them.
        """
        erased = self._erased.traces(workspace)
        first = [KeyRange(keys.trace(workspace, one), end=keys.FEEDBACK, limit=4, consistent=True) for one in trace_ids]
        read = list(zip(trace_ids, self._table.query_many(first), strict=True))
        gone = {one for one, items in read if one in erased or any(item.sk == keys.ERASED for item in items)}
        found = ((one, self._assembled(workspace, one, items)) for one, items in read if one not in gone)
        return dict.fromkeys(gone) | {one: self._unless_gone(trace) for one, trace in found if trace is not None}

    def _unless_gone(self, trace: StoredTrace | None) -> StoredTrace | None:
        if trace is None or trace.erased_by is not None or trace.ends_us <= self._clock.now_us():
            return None
        return trace

    def stored(self, workspace: str, trace_id: str) -> StoredTrace | None:
        """A trace as strongly read, ended, erased or not: what `record` goes by."""
        stored = self._assembled(workspace, trace_id, self._table.query(_chunks_of(workspace, trace_id)))
        return self._whole([stored])[0]

    def stored_many(self, traces: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], StoredTrace]]:
        """`stored` for each (workspace, trace id) that is there."""
        ranges = [_chunks_of(*key) for key in traces]
        read = zip(traces, self._table.query_many(ranges), strict=True)
        found = {key: self._assembled(*key, items) for key, items in read}
        whole = zip(found, self._whole(found.values()), strict=True)
        return [(key, stored) for key, stored in whole if stored is not None]

    def payloads(self, places: Sequence[PayloadAt]) -> list[bytes]:
        """The JSON text at each place. Opens every frame once. Raises: NotFound when a segment is gone."""
        frames = self.frames(place.chunk for place in places)
        return [frames[id(place.chunk)][place.offset : place.offset + place.length] for place in places]

    def frames(self, of_chunks: Iterable[Chunk]) -> dict[int, bytes]:
        """The opened payload of each chunk, by the chunk's identity. Raises: NotFound when a segment is gone."""
        chunks = {id(chunk): chunk for chunk in of_chunks}
        frames = {name: chunk.payload for name, chunk in chunks.items() if chunk.segment is None}
        away = {name: chunk for name, chunk in chunks.items() if chunk.segment is not None}
        ranges = [ObjectRange(chunk.segment or "", chunk.offset, chunk.length) for chunk in away.values()]
        frames.update(zip(away, get_ranges(self._objects, ranges), strict=True))
        return {name: decompress(frame) for name, frame in frames.items()}

    def of_rows(self, workspace: str, trace_id: str, rows: Iterable[Item]) -> StoredTrace | None:
        """The trace that these rows of its partition give, for who read them itself."""
        return self._whole([self._assembled(workspace, trace_id, rows)])[0]

    def copies(self, workspace: str, rows: Iterable[Item]) -> list[Chunk]:
        """All chunks that these rows of a trace hold, those twice that were put by, with their facts.

        Only what has no row of its own any more takes a GET.
        """
        rows = list(rows)
        own = [chunk_of(row) for row in rows if row.sk.startswith(keys.CHUNK) and not is_archive(row)]
        filed = [chunk for row in rows if is_archive(row) for chunk in filed_chunks(workspace, row)]
        at_hand = {chunk.order: chunk.facts for chunk in own}
        return [*own, *self._opened(replace(chunk, facts=at_hand.get(chunk.order, b"")) for chunk in filed)]

    def _whole(self, traces: Iterable[StoredTrace | None]) -> list[StoredTrace | None]:
        """The traces with the facts that lie in archives, fetched together; of what has ended they may be gone."""
        found = list(traces)
        now_us = self._clock.now_us()
        there = [trace for trace in found if trace is not None and trace.erased_by is None and trace.ends_us > now_us]
        opened = iter(self._opened(chunk for trace in there for chunk in trace.chunks))
        whole = {id(trace): [next(opened) for _ in trace.chunks] for trace in there}
        return [
            replace(trace, chunks=whole[id(trace)]) if trace is not None and trace.has_archive else trace
            for trace in found
        ]

    def _opened(self, chunks: Iterable[Chunk]) -> list[Chunk]:
        """The chunks, each with its facts."""
        closed = list(chunks)
        areas = list({chunk.archive: None for chunk in closed if chunk.archive is not None and not chunk.facts})
        bodies = zip(areas, get_ranges(self._objects, areas) if areas else [], strict=True)
        facts = {(area, one.order): one.facts for area, body in bodies for one in filed_in(body)}
        return [
            replace(chunk, facts=facts[chunk.archive, chunk.order]) if chunk.archive and not chunk.facts else chunk
            for chunk in closed
        ]

    def _assembled(self, workspace: str, trace_id: str, items: Iterable[Item]) -> StoredTrace | None:
        chunks: dict[str, Chunk] = {}
        feedback: list[Item] = []
        marks: list[Item] = []
        kept: Kept | None = None
        erased_by: str | None = None
        provisional: HeadPlace | None = None
        for item in items:
            if is_archive(item):
                chunks |= {chunk.order: chunk for chunk in filed_chunks(workspace, item)}
            elif item.sk.startswith(keys.CHUNK):
                self._add(chunks, item)
            elif item.sk.startswith(keys.FEEDBACK):
                feedback.append(item)
            elif item.sk.startswith(KINDS):
                marks.append(item)
            elif item.sk == keys.FATE:
                kept = kept_in(item)
            elif item.sk == keys.PROVISIONAL_HEAD:
                provisional = place_noted(item)
            elif item.sk == keys.ERASED:
                erased_by = str(item.attributes["by"])
        if not chunks:
            return None
        tier: Tier = "base" if kept is None else "extended"
        in_order = [chunk for _, chunk in sorted(chunks.items())]
        known = (in_order, tier, self.periods, kept, provisional, feedback, erased_by, marks)
        return StoredTrace(workspace, trace_id, *known)

    def _add(self, chunks: dict[str, Chunk], row: Item) -> None:
        """Add the chunk of a row, unless it was put by and its own row, deleted late, has ended."""
        chunk = chunk_of(row)
        ends_epoch_s = row.expires_epoch_s
        if chunk.order in chunks and ends_epoch_s is not None and ends_epoch_s * US_PER_S <= self._clock.now_us():
            return
        chunks[chunk.order] = chunk


def _chunks_of(workspace: str, trace_id: str) -> KeyRange:
    """A trace's fate, chunks and feedback."""
    return KeyRange(keys.trace(workspace, trace_id), keys.FATE, keys.FEEDBACK + keys.LAST, consistent=True)
