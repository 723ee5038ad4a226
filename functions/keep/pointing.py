"""Rows of the log that lead to archives: one for each minute of a project and segment, for all traces of a batch.

The first to write such a row writes it whole. Who comes again, perhaps with other traces, adds his.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from functions.keep.archiving import Put
from functions.keep.rows import ListRows
from shared.base.errors import Unavailable
from shared.base.units import US_PER_MINUTE
from shared.runs.dotted_order import order_us
from shared.runs.fact import Fact
from shared.store import keys
from shared.store.archives import TIER
from shared.store.ports import Absent, Equals, Item, Key, ObjectRange, Table
from shared.store.questions import Questions
from shared.store.runlog import LogTrace, archived_item, traces_in
from shared.store.segments import name_of

_TRIES = 5


class Spot(NamedTuple):
    """Which row leads to some archives."""

    workspace: str
    project: str
    minute_us: int
    segment_name: str

    def item(self, traces: Mapping[str, LogTrace]) -> Item:
        """The row, leading to these traces' archives."""
        return archived_item(*self, traces=list(traces.values()))


Wanted = dict[Spot, dict[str, LogTrace]]


def lead_to(table: Table, ask: Questions, found: Sequence[ListRows], new: Iterable[Put]) -> None:
    """Have the log lead to all archives of these traces. Raises: Unavailable where a row changes each time."""
    wanted: Wanted = {}
    of_trace = {(one.moving.stored.workspace, one.moving.stored.id): one for one in found}
    for put in new:
        stored = put.moving.stored
        segment = keys.segment(TIER, stored.workspace, put.segment_name)
        area = ObjectRange(segment, put.archive.offset, put.archive.length)
        for project, facts in put.facts:
            _want(wanted, of_trace[stored.workspace, stored.id], area, project, facts)
    for one in found:
        # Those that somebody put by who died then, or whose trace is older than was known.
        for chunk in ask.traces.copies(one.moving.stored.workspace, one.moving.chunk_rows.values()):
            if chunk.archive is not None:
                _want(wanted, one, chunk.archive, chunk.project, chunk.told().facts)
    _write(table, wanted)


def _want(wanted: Wanted, one: ListRows, area: ObjectRange, project: str, facts: Iterable[Fact]) -> None:
    stored = one.moving.stored
    entry = LogTrace(stored.id, stored.ends_us, [], _from_us(one), area.offset, area.length)
    for minute_us in {order_us(fact.fields["dotted_order"]) // US_PER_MINUTE * US_PER_MINUTE for fact in facts}:
        spot = Spot(stored.workspace, project, minute_us, name_of(area.key))
        wanted.setdefault(spot, {})[stored.id] = entry


def _from_us(one: ListRows) -> int:
    """From when on the archive is read: when the first of the log's own rows may be gone."""
    trace_id = one.moving.stored.id
    ends_us = [trace.ends_us for row in one.log for trace in traces_in(row) if trace.trace_id == trace_id]
    return min(ends_us, default=0)


def _write(table: Table, wanted: Wanted) -> None:
    items = {spot: spot.item(traces) for spot, traces in wanted.items()}
    conditions: dict[Spot, Absent | Equals] = dict.fromkeys(items, Absent())
    for _ in range(_TRIES):
        done = table.put_if_many([(items[spot], conditions[spot]) for spot in items])
        items = dict(
            _again(table, wanted, [spot for spot, was in zip(items, done, strict=True) if not was], conditions)
        )
        if not items:
            return
    raise Unavailable(f"log row {next(iter(items))} changed {_TRIES} times while it was written")


def _again(
    table: Table, wanted: Wanted, refused: Iterable[Spot], conditions: dict[Spot, Absent | Equals]
) -> Iterator[tuple[Spot, Item]]:
    """The rows that are still to be written, over what is there by now."""
    for spot in refused:
        item = spot.item(wanted[spot])
        there = table.get(Key(item.pk, item.sk), consistent=True)
        before = {} if there is None else {trace.trace_id: trace for trace in traces_in(there)}
        after = before | wanted[spot]
        if there is None:
            conditions[spot] = Absent()
        else:
            conditions[spot] = Equals("f", there.attributes["f"])
        if after != before:
            yield spot, spot.item(after)
