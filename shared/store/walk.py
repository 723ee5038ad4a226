"""Walking time-ordered, sharded partitions as one ordered stream, reading no more than is asked for."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.store import keys
from shared.store.ports import Item, KeyRange, Table

_PAGE_ITEMS = 100


class Position(NamedTuple):
    """A place in the order of runs: the start that their dotted order names, then their id."""

    order_us: int
    run_id: str


class Window(NamedTuple):
    """The runs that started in [start, end], both included, from behind `after`, newest or oldest first."""

    start_us: int
    end_us: int
    newest_first: bool = True
    after: Position | None = None

    def is_behind(self, position: Position) -> bool:
        """Whether a position lies behind `after` in the direction of the walk."""
        if self.after is None:
            return True
        return position < self.after if self.newest_first else position > self.after


class Bucket(NamedTuple):
    """A day or an hour of a project: its number since 1970, and over how many shards it is spread."""

    number: int
    shards: int


def starts(partitions: Iterable[str], window: Window) -> list[KeyRange]:
    """The ranges of partitions whose sort keys are `<start>#<id>` that a window asks for."""
    behind = None if window.after is None else f"{keys.moment(window.after.order_us)}#{window.after.run_id}"
    first, last = keys.moment(max(0, window.start_us)), keys.moment(max(0, window.end_us) + 1)
    return [KeyRange(pk, first, last, window.newest_first, behind) for pk in partitions]


def stream(table: Table, partitions: Iterable[KeyRange]) -> Iterator[Item]:
    """The items of several partitions of one bucket, in order of their sort keys, page by page."""
    ranges = list(partitions)
    newest_first = bool(ranges) and ranges[0].newest_first
    return heapq.merge(*(_pages(table, one) for one in ranges), key=lambda item: item.sk, reverse=newest_first)


def _pages(table: Table, key_range: KeyRange) -> Iterator[Item]:
    after = key_range.after
    while True:
        page = table.query(dataclasses.replace(key_range, after=after, limit=_PAGE_ITEMS))
        yield from page
        if len(page) < _PAGE_ITEMS:
            return
        after = page[-1].sk
