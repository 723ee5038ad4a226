"""What the bench measures is the real thing: the client's bodies, through the rooms, to what a reader reads."""

from __future__ import annotations

import pytest

from bench.kinds import CountedStore
from bench.memory import memory_store
from bench.reference import OPERATIONS, RUNS
from bench.rooms import WORKSPACE, Refused, Rooms, event_of
from bench.shapes import Captured, Shape, capture
from functions.api.reader import Reader
from shared.base.clock import SystemClock
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.store.questions import open_questions
from shared.store.walk import Window

TRACES = 2
FOREVER_US = 4 * 10**15


@pytest.fixture(scope="module")
def captured() -> Captured:
    """Two reference traces, each flushed on its own."""
    return capture(Shape("TWO", "two traces", 1, TRACES, 0, 1, flushes=True))


def test_a_reference_trace_is_sixteen_operations_in_a_zstd_body(captured: Captured) -> None:
    """The client compresses, and does not merge a create with its update; a run is about 5.4 KB."""
    assert len(captured.requests) >= TRACES
    assert {dict(sent.headers)["content-encoding"] for sent in captured.requests} == {"zstd"}
    raw_per_run = captured.raw_bytes / captured.runs
    assert 5_000 < raw_per_run < 5_800
    assert OPERATIONS == 2 * RUNS


def test_what_is_replayed_can_be_read(captured: Captured) -> None:
    """Every run of every trace is there, under its trace's head, in the right tree."""
    store = memory_store()
    rooms = Rooms(store)
    rooms.take_all(captured.requests)
    rooms.record_all(10)
    ask = open_questions(store, SystemClock(), Periods())
    project = ask.projects.named(WORKSPACE, "bench")
    assert project is not None
    heads = list(ask.heads.walk(WORKSPACE, project.id, Window(0, FOREVER_US)))
    assert [head.runs for head in heads] == [RUNS] * TRACES
    reader = Reader(ask, PriceTable.load())
    names = [one.run.name for one in reader.trace(WORKSPACE, heads[0].trace_id)]
    assert names == ["agent", "plan", "search", "documents", "draft", "calculate", "answer", "parse"]


def test_rooms_add_up_their_calls(captured: Captured) -> None:
    """One call of receive a request, one of record a batch; a reset begins at nothing."""
    rooms = Rooms(CountedStore().store)
    rooms.take_all(captured.requests)
    rooms.record_all(len(captured.requests))
    assert rooms.calls == {"receive": len(captured.requests), "record": 1}
    rooms.reset()
    assert rooms.calls == {"receive": 0, "record": 0}


def test_what_is_refused_is_not_measured(captured: Captured) -> None:
    """A body that is cut stops the bench instead of making it look fast."""
    sent = captured.requests[0]
    with pytest.raises(Refused, match="receive answered 4"):
        Rooms(memory_store()).take(event_of(sent._replace(body=sent.body[:500])))
