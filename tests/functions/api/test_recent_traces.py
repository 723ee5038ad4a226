"""Traces that a walk along the log needs again and again."""

from __future__ import annotations

import pytest

from functions.api import recent_traces
from functions.api.recent_traces import RecentTraces
from shared.pricing.prices import PriceTable
from shared.store.whole import WholeTrace, WholeTraces
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US


class Watched(WholeTraces):
    """Reads whole traces, and keeps what it was asked for."""

    def __init__(self, library: Library) -> None:
        super().__init__(library.ask, PriceTable.load())
        self.asked: list[str] = []

    def many(self, workspace: str, trace_ids: list[str]) -> dict[str, WholeTrace]:  # type: ignore[override]
        """As WholeTraces."""
        self.asked += trace_ids
        return super().many(workspace, trace_ids)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Written once; tests only read."""
    return Library(tmp_path_factory.mktemp("library"), traces=8)


def ids_of(library: Library) -> list[str]:
    """The traces that are there."""
    return sorted({run.trace_id for run in library.all_runs})


def test_each_is_read_once(library: Library) -> None:
    """Also one that is not there."""
    whole, ids = Watched(library), ids_of(library)
    recent = RecentTraces(whole, WORKSPACE)
    nowhere = uuid7(NOON_US)
    for _ in range(3):
        assert recent.read([*ids[:3], nowhere]).keys() == set(ids[:3])
    assert sorted(whole.asked) == sorted([*ids[:3], nowhere])
    assert recent.read([]) == {}


@pytest.mark.parametrize("limit", ["_MOST_TRACES", "_MOST_RUNS"])
def test_what_was_asked_for_longest_ago_is_let_go(
    library: Library, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """By the number of traces and of runs in them; but all that are asked for together are there."""
    monkeypatch.setattr(recent_traces, limit, 2)
    whole, ids = Watched(library), ids_of(library)
    recent = RecentTraces(whole, WORKSPACE)
    assert recent.read(ids).keys() == set(ids)
    for trace_id in ids[-3:]:
        recent.read([trace_id])
    whole.asked.clear()
    recent.read(ids[-1:])
    assert whole.asked == []
    recent.read(ids[:1])
    assert whole.asked == ids[:1]


def test_runs_of_one_trace_are_the_same_objects(library: Library) -> None:
    """What was opened for one of them is open for the next."""
    recent = RecentTraces(Watched(library), WORKSPACE)
    [trace_id] = ids_of(library)[:1]
    assert recent.read([trace_id])[trace_id] is recent.read([trace_id])[trace_id]
