"""Hours of the feed that must be counted again, since something was recorded long after it was received.

Whoever follows the feed reads a margin behind his watermark again; what waits on the queue for longer than that is
noted here, by who records it, so that no job needs to read four days of feed each time.

late    an hour of receipts that got a row late
moved   a trace that was counted in this hour, and turned out to have begun in an earlier one
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.base.ids import receipt_us
from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Item, KeyRange, Table
from shared.store.traces import StoredTrace

LATE_US = 10 * US_PER_MINUTE
"""Less than the margin that is read again, by what clocks differ and a batch takes."""
_KEPT_DAYS = 35
"""Longer than an hour can change: a month, and the days until its last hour is final."""


@dataclass
class Notes:
    """What is noted for a workspace. Units: microseconds since 1970, of the recording."""

    late: dict[int, int] = field(default_factory=dict)
    """By hour: when it was last noted."""
    moved: dict[int, dict[str, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    """By hour, by trace: the hour in which it began, and when that was noted."""

    def touched_since(self, since_us: int) -> dict[int, int]:
        """The hours that were noted then or later, each with the first such moment."""
        moments = [(hour, at_us) for hour, at_us in self.late.items()]
        moments += [(hour, at_us) for hour, traces in self.moved.items() for _, at_us in traces.values()]
        found: dict[int, int] = {}
        for hour, at_us in moments:
            if at_us >= since_us:
                found[hour] = min(at_us, found.get(hour, at_us))
        return found


def late_items(workspace: str, receipt: str, traces: Iterable[tuple[StoredTrace, str]], now_us: int) -> list[Item]:
    """The notes of one recorded request: its traces as they are now, each with the order of the chunk that it brought.

    None, unless it waited for long, or is the first of a trace of which later ones were recorded before.
    """
    received_us = receipt_us(receipt)
    hour = received_us // US_PER_HOUR
    ends = deletable_epoch_s(now_us + _KEPT_DAYS * US_PER_DAY)
    items: dict[str, Item] = {}
    if now_us - received_us > LATE_US:
        sk = keys.recount_hour(hour)
        items[sk] = Item(keys.recount(workspace), sk, {"at_us": now_us}, ends)
    for stored, order in traces:
        for other in _later_hours(stored, order, hour):
            sk = keys.recount_trace(other, stored.id)
            items[sk] = Item(keys.recount(workspace), sk, {"at_us": now_us, "hour": hour}, ends)
    return list(items.values())


def notes_of(table: Table, workspace: str) -> Notes:
    """What is noted now, strongly read."""
    notes = Notes()
    for item in table.query(KeyRange(keys.recount(workspace), consistent=True)):
        hour, _, trace_id = item.sk.partition("#")
        at_us = int(item.attributes["at_us"] or 0)
        if trace_id:
            notes.moved[int(hour)][trace_id] = (int(item.attributes["hour"] or 0), at_us)
        else:
            notes.late[int(hour)] = at_us
    return notes


def _later_hours(stored: StoredTrace, order: str, hour: int) -> set[int]:
    """The other hours in which the trace may have been counted, where this chunk is its first."""
    if stored.chunks[0].order != order:
        return set()
    return {receipt_us(chunk.receipt) // US_PER_HOUR for chunk in stored.chunks} - {hour}
