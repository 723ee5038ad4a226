"""What was recorded in some stretch of time, whenever it was received: how rules follow the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.base.ids import receipt_us
from shared.base.units import US_PER_HOUR, US_PER_MINUTE, US_PER_MS
from shared.store.feed import FeedEntry, entries, entries_of_hour
from shared.store.ports import Table
from shared.store.recount import LATE_US, notes_of
from shared.store.usage import recorded_us

SETTLE_US = US_PER_MINUTE
"""Longer than who stamps an entry of the feed may take to write it (`RECORD.timeout_s`)."""


def recorded_between(table: Table, workspace: str, start_us: int, end_us: int) -> list[FeedEntry]:
    """The entries of the feed that were recorded in [start, end) and can be seen by now, in order of that.

    Those of the last `SETTLE_US` may still be on their way.
    """
    found = (one for one in _candidates(table, workspace, start_us, end_us) if start_us <= recorded_us(one) < end_us)
    return sorted(found, key=lambda one: (recorded_us(one), one.receipt))


def _candidates(table: Table, workspace: str, start_us: int, end_us: int) -> Iterator[FeedEntry]:
    """The entries of receipts not long before, and all of the hours that were noted as written to late."""
    begin_us = (start_us - LATE_US - SETTLE_US) // US_PER_MS * US_PER_MS
    yield from entries(table, workspace, begin_us, end_us)
    noted = notes_of(table, workspace).late.items()  # of two notes at once, the earlier may have come last
    is_due = {hour: at_us >= start_us - SETTLE_US and hour * US_PER_HOUR < begin_us for hour, at_us in noted}
    for hour in sorted(hour for hour in is_due if is_due[hour]):
        early = (one for one in entries_of_hour(table, workspace, hour) if receipt_us(one.receipt) < begin_us)
        yield from early


def traces_of(entries_read: Iterable[FeedEntry]) -> dict[str, dict[str, int]]:
    """By trace, by project: when it was first recorded among these that something was said of it."""
    found: dict[str, dict[str, int]] = {}
    for entry in entries_read:
        pairs = [*((one.trace_id, one.project) for one in entry.touched), *entry.noticed]
        for trace_id, project in pairs:
            found.setdefault(trace_id, {}).setdefault(project, recorded_us(entry))
    return found
