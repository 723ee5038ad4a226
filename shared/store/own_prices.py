"""Owners' own prices, in the control table; and the price table of each workspace, which has them before ours."""

from __future__ import annotations

import threading

from shared.base.clock import Clock
from shared.base.errors import NotFound, Rejected
from shared.base.units import US_PER_S
from shared.pricing.own import OwnPrice
from shared.pricing.prices import PriceTable
from shared.store import keys
from shared.store.ports import Key, KeyRange, Table
from shared.store.rows import item_of, record_of

MAX_ROWS = 200
KNOWN_FOR_US = 60 * US_PER_S
"""A change counts in every room after so long, and at once in the process that it was made in."""


class OwnPrices:
    """Questions and commands about the rows of a workspace."""

    def __init__(self, control: Table) -> None:
        self._control = control

    def all(self, workspace: str) -> list[OwnPrice]:
        """All rows, in order of their making."""
        items = self._control.query(KeyRange(keys.own_prices(workspace), consistent=True))
        rows = [record_of(item, OwnPrice) for item in items]
        return sorted(rows, key=lambda row: (row.created_us, row.id))

    def get(self, workspace: str, row_id: str) -> OwnPrice:
        """One row. Raises: NotFound."""
        item = self._control.get(Key(keys.own_prices(workspace), row_id), consistent=True)
        if item is None:
            raise NotFound(f"Price {row_id} does not exist among your own; prices that we ship cannot be changed")
        return record_of(item, OwnPrice)

    def add(self, workspace: str, row: OwnPrice) -> None:
        """One more row. Raises: Rejected where there are too many."""
        count = len(self.all(workspace))
        if count >= MAX_ROWS:
            raise Rejected(f"There are {count} prices of your own already; at most {MAX_ROWS} are kept: delete some")
        self.write(workspace, row)

    def write(self, workspace: str, row: OwnPrice) -> None:
        """Put a row in the place of the one with its id."""
        self._control.put([item_of(Key(keys.own_prices(workspace), row.id), row)])

    def delete(self, workspace: str, row_id: str) -> None:
        """Let a row not be; where it is not there, nothing happens."""
        self._control.delete([Key(keys.own_prices(workspace), row_id)])


class PriceBook:
    """The price table of each workspace."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self.own = OwnPrices(control)
        self._clock = clock
        self._shipped: PriceTable | None = None
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, list[OwnPrice], PriceTable]] = {}

    def of(self, workspace: str) -> PriceTable:
        """The table, with the rows of a minute ago at the latest."""
        now_us = self._clock.now_us()
        with self._lock:
            known = self._known.get(workspace)
        if known is not None and known[0] <= now_us < known[0] + KNOWN_FOR_US:
            return known[2]
        rows = self.own.all(workspace)
        is_same = known is not None and known[1] == rows
        table = known[2] if known is not None and is_same else self._made(rows)
        with self._lock:
            self._known[workspace] = (now_us, rows, table)
        return table

    def forget(self, workspace: str) -> None:
        """Read the rows again: they were changed here."""
        with self._lock:
            self._known.pop(workspace, None)

    def _made(self, rows: list[OwnPrice]) -> PriceTable:
        if self._shipped is None:  # only rooms that price anything read the file
            self._shipped = PriceTable.load()
        prices = [price for row in rows for price in row.prices]
        return self._shipped.with_own(prices) if prices else self._shipped
