"""Merged minutes of the log, kept for the next page of the same list.

A busy minute holds thousands of runs, of which a page shows a hundred: without this each page would decode and
merge all of them again. What is kept is only taken while the rows are the same, byte for byte.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.runs.run import Run
from shared.store.ports import Item

MIN_ROWS = 20
"""Fewer are merged in a few milliseconds."""
_MOST_RUNS = 50_000
"""Kept in all: some 100 MB."""


class LoggedRun(NamedTuple):
    """A run as the log knows it, and when its trace ends. Both are shared: readers do not change them."""

    run: Run
    ends_us: int


class KeptMinutes:
    """The minutes that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[int, list[LoggedRun]]] = OrderedDict()

    def merged(self, rows: Sequence[Item], merge: Callable[[], list[LoggedRun]]) -> list[LoggedRun]:
        """The runs of these rows, all of one minute: kept ones, or those that `merge` makes."""
        if len(rows) < MIN_ROWS:
            return merge()
        place, seal = (rows[0].pk.rsplit("#", 1)[0], rows[0].sk[:2]), _seal(rows)
        with self._lock:
            known = self._kept.get(place)
        if known is not None and known[0] == seal:
            return known[1]
        runs = merge()
        self._keep(place, seal, runs)
        return runs

    def _keep(self, place: tuple[str, str], seal: int, runs: list[LoggedRun]) -> None:
        with self._lock:
            self._kept[place] = (seal, runs)
            self._kept.move_to_end(place)
            while len(self._kept) > 1 and sum(len(kept) for _, kept in self._kept.values()) > _MOST_RUNS:
                self._kept.popitem(last=False)


def _seal(rows: Sequence[Item]) -> int:
    """A number that is another one when any row is."""
    seal = 0
    for row in sorted(rows, key=lambda row: (row.pk, row.sk)):
        seal = zlib.crc32(f"{row.pk}#{row.sk}".encode(), seal)
        seal = zlib.crc32(bytes(row.attributes["f"]), seal)  # type: ignore[arg-type]
    return seal
