"""The log: the facts of all runs of a project, by the minute in which the runs started.

Both halves of a run lie in the same minute, whenever they came, so each minute is merged on its own.

A trace that was put by has another row, which points to its archive (ADR 19): it says when the trace ends, and takes
the place of the rows that it shares with others from the moment on when those may be gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.units import US_PER_HOUR, US_PER_MINUTE
from shared.retention.periods import deletable_epoch_s
from shared.runs.codec import compress, decompress, unpack_facts
from shared.runs.dotted_order import order_us
from shared.runs.fact import PAYLOAD_FIELDS, Fact, Fields
from shared.runs.merge import Told, merge
from shared.runs.run import Run
from shared.store import keys
from shared.store.archives import TIER, filed_in
from shared.store.attachments import with_attachments_in
from shared.store.erased import Erased
from shared.store.hours import Hours
from shared.store.kept_minutes import KeptMinutes, LoggedRun
from shared.store.ports import Item, KeyRange, ObjectRange, Objects, Table
from shared.store.ranges import get_ranges
from shared.store.walk import Bucket, Position, Window, stream

_LAST_ID = "g"
"""Sorts behind every id, whose digits are hexadecimal."""
_NOT_LOGGED = "serialized"
_MOST_AHEAD = 32
"""Minutes whose archives are fetched together."""


class LogTrace(msgspec.Struct, array_like=True):
    """The facts of one trace in a log row, and when that trace ends.

    Or, where `length` is not 0, the place of its archive's area, which is to be opened from `from_us` on.
    """

    trace_id: str
    ends_us: int
    facts: list[Fact]
    from_us: int = 0
    offset: int = 0
    length: int = 0


class _Rows(NamedTuple):
    """The rows of one minute, and where the archives lie that they take."""

    begin_us: int
    rows: list[Item]
    areas: list[ObjectRange]


class Minute(NamedTuple):
    """The runs of one minute, in order; `end` is the position behind all of them."""

    runs: list[Run]
    end: Position
    rows_read: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[LogTrace]).decode


class LogRow(NamedTuple):
    """What one request said about the runs of a project that started in the minute of `minute_us`."""

    minute_us: int
    shard: int
    receipt: str
    part: int
    traces: Sequence[LogTrace]


def log_item(workspace: str, project: str, row: LogRow) -> Item:
    """The item of a log row; it may be deleted when the last of its traces has ended."""
    pk = keys.log(workspace, project, row.minute_us, row.shard)
    sk = keys.log_row(row.minute_us, row.receipt, row.part)
    ends_us = max(trace.ends_us for trace in row.traces)
    return Item(pk, sk, {"f": compress(_encode(row.traces))}, deletable_epoch_s(ends_us))


def archived_item(workspace: str, project: str, minute_us: int, segment_name: str, traces: Sequence[LogTrace]) -> Item:
    """The row that points to the archives of these traces in one segment, for one minute."""
    return log_item(workspace, project, LogRow(minute_us, 0, segment_name, 0, traces))


def is_archived(row: Item) -> bool:
    """Whether a log row points to archives: a segment's name has a dash, a receipt has none."""
    return "-" in row.sk


def traces_in(row: Item) -> list[LogTrace]:
    """What a log row holds."""
    return _decode(decompress(bytes(row.attributes["f"])))  # type: ignore[arg-type]


def without(row: Item, trace_ids: Collection[str]) -> tuple[Item, list[LogTrace]]:
    """The row without these traces, all else as it was; and what was taken out."""
    there = traces_in(row)
    kept = [trace for trace in there if trace.trace_id not in trace_ids]
    frame = compress(_encode(kept))
    return Item(row.pk, row.sk, {"f": frame}, row.expires_epoch_s), [one for one in there if one.trace_id in trace_ids]


def lengthened(row: Item, ends_us_by_trace: Mapping[str, int]) -> Item | None:
    """The row with these traces ending then, and their attachments where long-lived ones lie; None if it is so already.

    All else stays as it was.
    """
    there = traces_in(row)
    changed = [
        _lengthened(trace, ends_us_by_trace[trace.trace_id]) for trace in there if trace.trace_id in ends_us_by_trace
    ]
    ends_epoch_s = max([row.expires_epoch_s or 0, *(deletable_epoch_s(one.ends_us) for one in changed)])
    by_id = {one.trace_id: one for one in changed}
    traces = [by_id.get(trace.trace_id, trace) for trace in there]
    if traces == there and ends_epoch_s == row.expires_epoch_s:
        return None
    return Item(row.pk, row.sk, {"f": compress(_encode(traces))}, ends_epoch_s)


def _lengthened(trace: LogTrace, ends_us: int) -> LogTrace:
    facts = [with_attachments_in(fact, "extended") for fact in trace.facts]
    return LogTrace(trace.trace_id, max(trace.ends_us, ends_us), facts)


def slim(fact: Fact) -> Fact:
    """The fact as the log keeps it: summaries without the places of payloads."""
    fields: Fields = dict(fact.fields)
    fields.pop(_NOT_LOGGED, None)
    for name in PAYLOAD_FIELDS:
        if name in fields:
            fields[name] = fields[name][:1]
    return Fact(fact.run_id, fact.is_patch, fields)


class RunLog:
    """Runs by time."""

    def __init__(self, table: Table, objects: Objects, hours: Hours, clock: Clock) -> None:
        self._table = table
        self._objects = objects
        self._erased = Erased(table)
        self._hours = hours
        self._clock = clock
        self._kept = KeptMinutes()

    def minutes(self, workspace: str, project: str, window: Window, *, consistent: bool = False) -> Iterator[Minute]:
        """The minutes of a project that the window touches, each with its runs behind `after`.

        Runs are in order of (start, id), as are minutes. What has ended by retention, or is being erased, is left out.
        """
        rest, erased = _rest(window), self._erased.traces(workspace)
        buckets = self._hours.hours(workspace, project, rest.start_us, rest.end_us, consistent=consistent)
        for bucket in reversed(buckets) if window.newest_first else buckets:
            rows = stream(self._table, _ranges(workspace, project, bucket, rest, consistent=consistent))
            begin_us = bucket.number * US_PER_HOUR
            for some in _ahead(self._by_minute(workspace, begin_us, rows)):
                areas = list({area: None for one in some for area in one.areas})
                opened = dict(zip(areas, get_ranges(self._objects, areas) if areas else [], strict=True))
                for one in some:
                    yield self._minute(project, one, opened, window, erased)

    def minute_at(self, workspace: str, project: str, time_us: int, *, consistent: bool = False) -> list[Run]:
        """The runs that started in the minute of `time_us`."""
        begin_us = time_us // US_PER_MINUTE * US_PER_MINUTE
        window = Window(begin_us, begin_us + US_PER_MINUTE - 1)
        minutes = self.minutes(workspace, project, window, consistent=consistent)
        return [run for minute in minutes for run in minute.runs]

    def _by_minute(self, workspace: str, hour_us: int, rows: Iterator[Item]) -> Iterator[_Rows]:
        for minute, of_minute in groupby(rows, key=_minute_of):
            found = list(of_minute)
            areas = _areas(workspace, found, self._clock.now_us())
            yield _Rows(hour_us + minute * US_PER_MINUTE, found, areas)

    def _minute(
        self,
        project: str,
        minute: _Rows,
        opened: Mapping[ObjectRange, bytes],
        window: Window,
        erased: frozenset[str],
    ) -> Minute:
        now_us, begin_us = self._clock.now_us(), minute.begin_us
        bodies = [opened[area] for area in minute.areas]
        logged = self._kept.merged(minute.rows, lambda: _merged(project, begin_us, minute.rows, bodies))
        runs = [one.run for one in logged if one.ends_us > now_us and one.run.trace_id not in erased]
        if window.after is not None:
            runs = [run for run in runs if window.is_behind(position_of(run))]
        runs.sort(key=position_of, reverse=window.newest_first)
        end = Position(begin_us, "") if window.newest_first else Position(begin_us + US_PER_MINUTE - 1, _LAST_ID)
        return Minute(runs, end, len(minute.rows))


def _merged(project: str, begin_us: int, rows: Iterable[Item], areas: Iterable[bytes]) -> list[LoggedRun]:
    """The runs of one minute, merged. A trace ends when its archive says, else the row that was written last."""
    told: dict[str, list[Told]] = {}
    ends_us: dict[str, int] = {}
    archived_us: dict[str, int] = {}
    for one in (one for area in areas for one in filed_in(area) if one.project == project):
        facts = [slim(fact) for fact in unpack_facts(one.facts) if _minute_us(fact) == begin_us]
        if facts:
            told.setdefault(one.trace_id, []).append(Told(one.order, project, facts))
    for row in sorted(rows, key=lambda row: row.sk):
        _, order = row.sk.split("#", 1)
        for trace in traces_in(row):
            if trace.length:
                archived_us[trace.trace_id] = trace.ends_us
            else:
                told.setdefault(trace.trace_id, []).append(Told(order, project, trace.facts))
                ends_us[trace.trace_id] = trace.ends_us
    ends_us |= archived_us
    return [
        LoggedRun(Run(run_id, trace_id, fields), ends_us[trace_id])
        for trace_id, groups in told.items()
        for run_id, fields in merge(groups).items()
    ]


def _areas(workspace: str, rows: Iterable[Item], now_us: int) -> list[ObjectRange]:
    """Where the archives lie that take the place of rows by now."""
    return [
        ObjectRange(keys.segment(TIER, workspace, row.sk.split("#")[1]), trace.offset, trace.length)
        for row in rows
        if is_archived(row)
        for trace in traces_in(row)
        if trace.from_us <= now_us
    ]


def _ahead(minutes: Iterable[_Rows]) -> Iterator[list[_Rows]]:
    """The minutes in order, those together whose archives are to be fetched side by side: more and more of them.

    Whoever reads a page is answered by the first; whoever reads all waits for few fetches.
    """
    waiting: list[_Rows] = []
    most = 1
    for one in minutes:
        waiting.append(one)
        if len(waiting) >= most or not any(each.areas for each in waiting):
            yield waiting
            most = min(most * 2, _MOST_AHEAD) if any(each.areas for each in waiting) else most
            waiting = []
    if waiting:
        yield waiting


def _minute_us(fact: Fact) -> int:
    return order_us(fact.fields["dotted_order"]) // US_PER_MINUTE * US_PER_MINUTE


def position_of(run: Run) -> Position:
    """Where a run stands in the order of runs."""
    return Position(run.order_us, run.id)


def _rest(window: Window) -> Window:
    """The part of a window that lies behind its position."""
    start_us, end_us, newest_first, after = window
    if after is None:
        return window
    if newest_first:
        return Window(start_us, min(end_us, after.order_us))
    return Window(max(start_us, after.order_us), end_us, newest_first=False)


def _ranges(workspace: str, project: str, bucket: Bucket, window: Window, *, consistent: bool) -> list[KeyRange]:
    """The rows of an hour's shards whose minutes the window touches."""
    begin_us = bucket.number * US_PER_HOUR
    first = keys.log_minute(max(window.start_us, begin_us))
    last = keys.log_minute(min(window.end_us, begin_us + US_PER_HOUR - 1)) + "#" + keys.LAST
    partitions = [keys.log(workspace, project, begin_us, shard) for shard in range(bucket.shards)]
    return [KeyRange(pk, first, last, window.newest_first, consistent=consistent) for pk in partitions]


def _minute_of(row: Item) -> int:
    return int(row.sk[:2])
