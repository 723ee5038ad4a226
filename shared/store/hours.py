"""The directory: which hours of a project hold anything, and over how many shards each is spread."""

from __future__ import annotations

from collections.abc import Iterable

from shared.base.clock import Clock
from shared.base.units import US_PER_HOUR
from shared.retention.periods import Periods, deletable_epoch_s
from shared.store import keys
from shared.store.noted import Noted
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.walk import Bucket

_HOURS_PER_DAY = 24
_HOUR_DIGITS = 7


class Hours:
    """Questions and notes about a project's hours."""

    def __init__(self, table: Table, clock: Clock, periods: Periods) -> None:
        self._table = table
        self._clock = clock
        self._periods = periods
        self.noted = Noted()

    def rows(self, workspace: str, project: str, start_us: int, shards: int) -> list[Item]:
        """The row that notes this hour; none where this process has written it already."""
        ends_us = self._periods.ends_us(self._clock.now_us(), "extended")
        key = Key(keys.hours(workspace, project), keys.hour(start_us, shards))
        return self.noted.new([Item(key.pk, key.sk, {}, deletable_epoch_s(ends_us))])

    def hours(
        self, workspace: str, project: str, start_us: int, end_us: int, *, consistent: bool = False
    ) -> list[Bucket]:
        """The hours that touch [start, end], oldest first."""
        first = keys.hour(max(0, start_us), 0)
        behind = f"{max(0, end_us) // US_PER_HOUR + 1:0{_HOUR_DIGITS}d}"
        items = self._table.query(KeyRange(keys.hours(workspace, project), first, behind, consistent=consistent))
        return _largest((int(hour), int(shards)) for hour, shards in (item.sk.split("#") for item in items))

    def days(self, workspace: str, project: str, start_us: int, end_us: int) -> list[Bucket]:
        """The days that touch [start, end], oldest first."""
        day_us = US_PER_HOUR * _HOURS_PER_DAY
        start_us, end_us = start_us // day_us * day_us, (end_us // day_us + 1) * day_us - 1
        hours = self.hours(workspace, project, start_us, end_us)
        return _largest((hour.number // _HOURS_PER_DAY, hour.shards) for hour in hours)


def _largest(notes: Iterable[tuple[int, int]]) -> list[Bucket]:
    """One bucket a number, with the largest count of shards that anyone noted."""
    shards: dict[int, int] = {}
    for number, count in notes:
        shards[number] = max(count, shards.get(number, 0))
    return [Bucket(number, shards[number]) for number in sorted(shards)]
