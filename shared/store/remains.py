"""Where everything of one trace lies, as its chunks tell.

The chunks are the map to all else, so they are deleted last: an erasure that dies on the way finds it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.base.units import US_PER_HOUR, US_PER_MINUTE
from shared.runs.dotted_order import order_us, root_start_us
from shared.runs.fact import Fact
from shared.store import keys
from shared.store.archives import TIER
from shared.store.attachments import attachments_of
from shared.store.chunks import Chunk
from shared.store.fates import kept_in
from shared.store.heads import place_noted
from shared.store.locate import needs_pointer
from shared.store.ports import Item, Key, KeyRange
from shared.store.questions import Questions
from shared.store.segments import name_of
from shared.store.threads import thread_named

Range = tuple[int, int]


class LogPlace(NamedTuple):
    """The log rows that one request wrote about one minute of a project; or those that point into one segment."""

    project: str
    minute_us: int
    receipt: str


@dataclass
class Remains:
    """What there is of one trace. `rows` are its own, its chunks last; the others are found by their keys."""

    trace_id: str
    tombstone: Item | None = None
    chunks: list[Item] = field(default_factory=list)
    feedback: list[Item] = field(default_factory=list)
    other_rows: list[Item] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    """Of its chunks, each counted once, though it may lie in its row and in an archive."""
    run_ids: set[str] = field(default_factory=set)
    log: set[LogPlace] = field(default_factory=set)
    heads: set[Key] = field(default_factory=set)
    failures: set[Key] = field(default_factory=set)
    pointers: set[Key] = field(default_factory=set)
    hours: set[tuple[str, int]] = field(default_factory=set)
    """Whose statistics count it, as project and number since 1970."""
    started: set[tuple[str, int]] = field(default_factory=set)
    """In which minutes its runs started, by any of their clocks, as project and microseconds."""
    threads: set[Key] = field(default_factory=set)
    attachments: set[str] = field(default_factory=set)
    segments: dict[str, set[Range]] = field(default_factory=lambda: defaultdict(set))
    payload_bytes: int = 0
    kept_us: int | None = None
    """When it came into the extended tier."""

    def shards(self, shards: int) -> set[int]:
        """The shards that hold rows of this trace, where a project is or was spread over so many."""
        return {keys.shard_of(self.trace_id, count) for count in range(1, shards + 1)}


class Surveyor:
    """Finds the remains of traces of a workspace."""

    def __init__(self, ask: Questions, workspace: str) -> None:
        self._ask = ask
        self._workspace = workspace
        self._shards: dict[str, int] = {}

    def survey(self, trace_id: str, rows: Iterable[Item], also_in: str | None) -> Remains:
        """The remains of a trace by the rows of its own partition.

        `also_in` is a project that rows may lie in although the chunks name another one by now.
        """
        remains = Remains(trace_id)
        for row in rows:
            self._sort(remains, row)
        chunks = self._ask.traces.copies(self._workspace, remains.chunks)
        projects = {chunk.project for chunk in chunks} | ({also_in} if also_in else set())
        for chunk in chunks:
            self._follow(remains, chunk, projects)
        return remains

    def shards_of(self, project: str) -> int:
        """Over how many partitions a project is, or was, spread."""
        if project not in self._shards:
            self._shards[project] = self._ask.projects.shards(self._workspace, project)
        return self._shards[project]

    def _sort(self, remains: Remains, row: Item) -> None:
        if row.sk.startswith(keys.CHUNK):
            remains.chunks.append(row)
        elif row.sk.startswith(keys.FEEDBACK):
            remains.feedback.append(row)
        elif row.sk == keys.ERASED:
            remains.tombstone = row
        else:
            remains.other_rows.append(row)
        if row.sk == keys.FATE and (kept := kept_in(row)) is not None:
            remains.kept_us = kept.at_us
        if row.sk == keys.PROVISIONAL_HEAD:
            place = place_noted(row)
            remains.heads |= self._heads(remains, place.project, place.root_start_us)
            remains.hours.add((place.project, place.root_start_us // US_PER_HOUR))

    def _follow(self, remains: Remains, chunk: Chunk, projects: set[str]) -> None:
        remains.receipts.add(chunk.receipt)
        if chunk.order not in remains.orders:
            remains.payload_bytes += chunk.length if chunk.segment else len(chunk.payload)
        remains.orders.add(chunk.order)
        if chunk.segment is not None:
            remains.segments[chunk.segment].add((chunk.offset, chunk.length))
        wrote = {chunk.receipt}
        if chunk.archive is not None:
            remains.segments[chunk.archive.key].add((chunk.archive.offset, chunk.archive.length))
            wrote.add(name_of(chunk.archive.key))
        facts = chunk.told().facts
        remains.attachments |= attachments_of(facts)
        if chunk.archive is not None:
            remains.attachments |= {keys.in_tier(key, TIER) for key in attachments_of(facts)}
        for fact in facts:
            self._follow_fact(remains, wrote, fact, projects)

    def _follow_fact(self, remains: Remains, wrote: set[str], fact: Fact, projects: set[str]) -> None:
        place = fact.fields["dotted_order"]
        start_us = order_us(place)
        remains.run_ids.add(fact.run_id)
        if needs_pointer(fact.run_id, remains.trace_id, start_us):
            remains.pointers.add(keys.pointer(self._workspace, fact.run_id))
        if fact.run_id == remains.trace_id and (thread_id := thread_named(fact)) is not None:
            turns = (keys.thread(self._workspace, project, thread_id) for project in projects)
            remains.threads.update(Key(turn, keys.head(start_us, fact.run_id)) for turn in turns)
        said_us = fact.fields.get("start_us", start_us)
        for project in projects:
            remains.log |= {LogPlace(project, _minute_us(start_us), one) for one in wrote}
            remains.started |= {(project, _minute_us(start_us)), (project, _minute_us(said_us))}
            remains.heads |= self._heads(remains, project, root_start_us(place))
            remains.hours |= {(project, time_us // US_PER_HOUR) for time_us in (start_us, root_start_us(place))}
            if "error" in fact.fields:
                remains.failures |= self._failures(remains, project, start_us, fact.run_id)

    def _heads(self, remains: Remains, project: str, start_us: int) -> set[Key]:
        sk = keys.head(start_us, remains.trace_id)
        shards = remains.shards(self.shards_of(project))
        return {Key(keys.heads(self._workspace, project, start_us, shard), sk) for shard in shards}

    def _failures(self, remains: Remains, project: str, start_us: int, run_id: str) -> set[Key]:
        sk = keys.error(start_us, run_id)
        shards = remains.shards(self.shards_of(project))
        return {Key(keys.errors(self._workspace, project, start_us, shard), sk) for shard in shards}


def _minute_us(time_us: int) -> int:
    return time_us // US_PER_MINUTE * US_PER_MINUTE


def log_ranges(workspace: str, places: Iterable[LogPlace], shards: set[int]) -> list[KeyRange]:
    """The ranges that hold these log rows."""
    return [
        KeyRange(keys.log(workspace, project, minute_us, shard), prefix, prefix + keys.LAST, consistent=True)
        for project, minute_us, receipt in places
        for prefix in [f"{keys.log_minute(minute_us)}#{receipt}#"]
        for shard in shards
    ]


def at(key: Key) -> KeyRange:
    """The range that holds this one row, strongly read."""
    return KeyRange(key.pk, key.sk, key.sk + "\0", consistent=True)
