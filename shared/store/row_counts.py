"""How many rows a partition has, as of a minute ago: what limits on what people pile up go by."""

from __future__ import annotations

from shared.base.clock import Clock
from shared.base.units import US_PER_MINUTE
from shared.store.ports import KeyRange, Table

_MOST_KNOWN = 1_000


class RowCounts:
    """Counts of partitions, each read at most once a minute; what is added here in between is counted along."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._known: dict[str, tuple[int, int]] = {}

    def about(self, pk: str) -> int:
        """How many rows there are, and were added here since they were counted."""
        now_us = self._clock.now_us()
        read_us, count = self._known.get(pk, (-US_PER_MINUTE, 0))
        if now_us - read_us >= US_PER_MINUTE:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            count = self.exactly([pk])[0]
            self._known[pk] = (now_us, count)
        return count

    def exactly(self, pks: list[str]) -> list[int]:
        """How many rows each has now."""
        found = self._table.query_many([KeyRange(pk, consistent=True, only=("id",)) for pk in pks])
        return [len(rows) for rows in found]

    def added(self, pk: str, rows: int) -> None:
        """Count along what was added."""
        if pk in self._known:
            read_us, count = self._known[pk]
            self._known[pk] = (read_us, count + rows)
