"""The feed says which traces got feedback, however that came; what is counted and billed stays the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.base.ids import new_receipt
from shared.base.units import US_PER_HOUR
from shared.runs.fact import Envelope, FeedbackFact
from shared.store.feed import FeedEntry, entries, newest_entries
from shared.store.recount import notes_of
from shared.store.usage import count_hour
from tests.operations import KEY_ID, WORKSPACE, envelope, uuid7
from tests.record_room import RecordRoom, agent_trace
from tests.stores import NOON_US

HOUR = NOON_US // US_PER_HOUR
TRACE = agent_trace()
ROOT, TOOL = TRACE[0].run_id, TRACE[2].run_id


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """A room that has taken the trace."""
    room = RecordRoom(tmp_path)
    room.take(envelope(TRACE, NOON_US))
    return room


def said(run_id: str, at_us: int = NOON_US + 1_000, *, knows_trace: bool = True) -> Envelope:
    """A request with one feedback alone."""
    body = {"id": uuid7(at_us), "key": "user", "score": 1, "run_id": run_id}
    body |= {"trace_id": ROOT} if knows_trace else {}
    fact = FeedbackFact(str(body["id"]), run_id, ROOT if knows_trace else None, json.dumps(body).encode())
    return Envelope(new_receipt(at_us), WORKSPACE, KEY_ID, [], feedback=[fact])


def fed(room: RecordRoom) -> list[FeedEntry]:
    """All rows of the feed."""
    return list(entries(room.store.traces, WORKSPACE, NOON_US - US_PER_HOUR, NOON_US + US_PER_HOUR))


def test_feedback_alone_notices_its_trace_and_counts_as_nothing(room: RecordRoom) -> None:
    """One row more, with the trace and its project; the hour's count and the newest requests do not know of it."""
    before = count_hour(room.store.traces, WORKSPACE, HOUR, notes_of(room.store.traces, WORKSPACE))
    newest = newest_entries(room.store.traces, WORKSPACE, NOON_US, 10)
    assert room.take(said(TOOL)) == []
    notices = [entry for entry in fed(room) if entry.noticed]
    assert [(entry.noticed, entry.touched) for entry in notices] == [([(ROOT, room.project())], [])]
    assert count_hour(room.store.traces, WORKSPACE, HOUR, notes_of(room.store.traces, WORKSPACE)) == before
    assert newest_entries(room.store.traces, WORKSPACE, NOON_US, 10) == newest


def test_feedback_beside_runs_takes_no_row_of_its_own(tmp_path: Path) -> None:
    """What comes in one request is in one row of the feed, so an ordinary request costs what it did."""
    room = RecordRoom(tmp_path)
    runs, feedback = envelope(TRACE, NOON_US), said(TOOL)
    runs.feedback = feedback.feedback
    assert room.take(runs) == []
    [entry] = fed(room)
    assert ([one.trace_id for one in entry.touched], entry.noticed) == ([ROOT], [(ROOT, room.project())])


def test_early_feedback_is_noticed_when_it_has_found_its_run(tmp_path: Path) -> None:
    """The row stands behind the feedback's move to its trace: who follows it finds the feedback there."""
    room = RecordRoom(tmp_path)
    assert room.take(said(TOOL, knows_trace=False)) == []
    assert fed(room) == []
    assert room.take(envelope(TRACE, NOON_US + 5_000)) == []
    assert [entry.noticed for entry in fed(room) if entry.noticed] == [[(ROOT, room.project())]]


def test_a_settling_notices_traces_with_feedback_alone(room: RecordRoom) -> None:
    """What has heads made again says nothing to rules, unless there is feedback; the request's own row stays."""
    before = fed(room)
    settle = Envelope(before[0].receipt, WORKSPACE, KEY_ID, [], settle=[ROOT])
    assert room.take(settle) == []
    assert fed(room) == before
    assert room.take(said(TOOL), settle) == []
    after = fed(room)
    assert [entry for entry in after if entry.touched] == before
    assert {entry.receipt for entry in after if entry.noticed} >= {before[0].receipt}


def test_feedback_that_waited_long_is_noted_as_late(room: RecordRoom) -> None:
    """Whoever followed the feed past its receipt is told to read that hour again."""
    room.clock.advance(7_200)
    assert room.take(said(TOOL)) == []
    assert notes_of(room.store.traces, WORKSPACE).late == {HOUR: room.clock.now_us()}
