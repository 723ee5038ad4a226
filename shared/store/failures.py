"""Failed runs, a sparse row each, so that the errors of the last minutes need no search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from shared.base.units import US_PER_DAY
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.erased import Erased
from shared.store.hours import Hours
from shared.store.ports import Item, Table
from shared.store.walk import Position, Window, starts, stream


class Failure(NamedTuple):
    """Where a failed run is, and when it started."""

    trace_id: str
    position: Position


def failure_item(workspace: str, project: str, shard: int, failure: Failure, ends_us: int) -> Item:
    """The row of one failed run."""
    order_us, run_id = failure.position
    pk = keys.errors(workspace, project, order_us, shard)
    return Item(pk, keys.error(order_us, run_id), {"t": failure.trace_id}, deletable_epoch_s(ends_us))


class Failures:
    """Failed runs by time."""

    def __init__(self, table: Table, hours: Hours) -> None:
        self._table = table
        self._erased = Erased(table)
        self._hours = hours

    def walk(self, workspace: str, project: str, window: Window) -> Iterator[Failure]:
        """The failed runs that started in the window; some may have ended by retention since."""
        erased = self._erased.traces(workspace)
        days = self._hours.days(workspace, project, window.start_us, window.end_us)
        for day in reversed(days) if window.newest_first else days:
            partitions = [keys.errors(workspace, project, day.number * US_PER_DAY, n) for n in range(day.shards)]
            for item in stream(self._table, starts(partitions, window)):
                moment, run_id = item.sk.split("#")
                if item.attributes["t"] not in erased:
                    yield Failure(str(item.attributes["t"]), Position(int(moment), run_id))
