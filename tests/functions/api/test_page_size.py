"""A page is cut where its payloads would no longer fit into one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.api.criteria import RunCriteria
from functions.api.page_size import MAX_PAGE_BYTES
from functions.api.reader import Reader
from shared.pricing.prices import PriceTable
from shared.store.walk import Position
from tests.operations import WORKSPACE, envelope, post, uuid7
from tests.record_room import ALL_TIME, RecordRoom
from tests.stores import NOON_US

RUNS = 7
LARGE = MAX_PAGE_BYTES // 3


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """Seven traces of a third of a page each, and one that is larger than a page, in one project."""
    room = RecordRoom(tmp_path)
    sizes = [LARGE] * RUNS + [MAX_PAGE_BYTES + 1]
    for number, size in enumerate(sizes):
        start_us = NOON_US + number * 1000
        room.take(envelope([post(uuid7(start_us), start_us, inputs={"x": "y" * size})], NOON_US + number))
    return room


def _pages(room: RecordRoom, fields: tuple[str, ...]) -> list[list[str]]:
    reader, after, pages = Reader(room.ask, PriceTable.load()), None, []
    while True:
        page = reader.query(WORKSPACE, RunCriteria(projects=(room.project(),)), 100, after, fields)
        assert all(name in one.payloads for one in page.runs for name in fields)
        pages.append([one.run.id for one in page.runs])
        after = page.next
        if after is None:
            return pages


def test_pages_are_as_long_as_their_payloads_allow(room: RecordRoom) -> None:
    """A run larger than a page has one to itself; the others come two by two; together they are all, each once."""
    pages = _pages(room, ("inputs",))
    assert [len(page) for page in pages] == [1, 2, 2, 2, 1]
    ids = [run_id for page in pages for run_id in page]
    assert len(set(ids)) == len(ids) == RUNS + 1


def test_what_is_not_asked_for_takes_no_place(room: RecordRoom) -> None:
    """Without inputs all the runs are one page."""
    assert [len(page) for page in _pages(room, ())] == [RUNS + 1]


def test_traces_are_cut_in_the_same_way(room: RecordRoom) -> None:
    """The list of traces goes on behind the last root that fitted."""
    reader, sizes = Reader(room.ask, PriceTable.load()), []
    after: Position | None = None
    while True:
        page = reader.traces(WORKSPACE, room.project(), ALL_TIME._replace(after=after), 100, ("inputs",))
        rows, after = page.rows, page.next
        sizes.append(len(rows))
        if after is None:
            break
    assert sizes == [1, 2, 2, 2, 1]
