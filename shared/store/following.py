"""What was recorded in some stretch of time, whenever it was received: how rules follow the feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from shared.base.ids import receipt_us
from shared.base.units import US_PER_HOUR, US_PER_MINUTE, US_PER_MS
from shared.store.feed import FeedEntry, entry_of, feed_rows, feed_rows_of_hour
from shared.store.ports import Item, Table
from shared.store.recount import LATE_US, notes_of
from shared.store.usage import recorded_us

SETTLE_US = US_PER_MINUTE
"""Longer than who stamps an entry of the feed may take to write it (`RECORD.timeout_s`)."""


class Recorded(NamedTuple):
    """An entry of the feed by the key of its row, which is the same whenever it is read."""

    key: str
    entry: FeedEntry

    @property
    def at_us(self) -> int:
        """When it was recorded."""
        return recorded_us(self.entry)

    @property
    def traces(self) -> set[tuple[str, str]]:
        """The traces that it says something of, by requests or feedback, each with its project."""
        return {(one.trace_id, one.project) for one in self.entry.touched} | set(self.entry.noticed)


def recorded_between(table: Table, workspace: str, start_us: int, end_us: int) -> list[Recorded]:
    """The entries of the feed that were recorded in [start, end) and can be seen by now, in order of that.

    Those of the last `SETTLE_US` may still be on their way.
    """
    read = (Recorded(row.sk, entry_of(row)) for row in _candidates(table, workspace, start_us, end_us))
    return sorted((one for one in read if start_us <= one.at_us < end_us), key=lambda one: (one.at_us, one.key))


def _candidates(table: Table, workspace: str, start_us: int, end_us: int) -> Iterator[Item]:
    """The entries of receipts not long before, and all of the hours that were noted as written to late."""
    begin_us = (start_us - LATE_US - SETTLE_US) // US_PER_MS * US_PER_MS
    yield from feed_rows(table, workspace, begin_us, end_us)
    noted = notes_of(table, workspace).late.items()  # of two notes at once, the earlier may have come last
    is_due = {hour: at_us >= start_us - SETTLE_US and hour * US_PER_HOUR < begin_us for hour, at_us in noted}
    for hour in sorted(hour for hour in is_due if is_due[hour]):
        rows = feed_rows_of_hour(table, workspace, hour)
        yield from (row for row in rows if receipt_us(row.sk) < begin_us)
