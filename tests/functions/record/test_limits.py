"""The 25,000 runs of a trace, shown with a smaller limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.record import limits
from shared.store.rejects import rejected_operations
from tests.operations import WORKSPACE, envelope, post, uuid7
from tests.record_room import RecordRoom
from tests.stores import NOON_US


def test_runs_beyond_the_limit_are_refused_by_name_and_the_first_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of 3, of five runs in two requests the first three stay and two are listed."""
    monkeypatch.setattr(limits, "MAX_RUNS_PER_TRACE", 3)
    room = RecordRoom(tmp_path)
    root = post(uuid7(NOON_US), NOON_US)
    children = [post(uuid7(NOON_US + n), NOON_US + n, root) for n in range(1, 5)]
    room.take(envelope([root, children[0]], NOON_US))
    late = envelope(children[1:], NOON_US + 1000)
    for _ in range(2):
        room.take(late)
    trace = room.trace(root.run_id)
    assert trace is not None
    assert trace.runs.keys() == {root.run_id, children[0].run_id, children[1].run_id}
    refused = rejected_operations(room.store.traces, WORKSPACE, NOON_US, 10)
    assert {one.run_id for one in refused} == {children[2].run_id, children[3].run_id}
    assert "3 runs" in refused[0].reason


def test_updates_of_kept_runs_are_taken_however_many_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only creates count: a full trace still takes the ends of its runs."""
    monkeypatch.setattr(limits, "MAX_RUNS_PER_TRACE", 2)
    room = RecordRoom(tmp_path)
    root = post(uuid7(NOON_US), NOON_US)
    child = post(uuid7(NOON_US + 1), NOON_US + 1, root)
    again = [envelope([root, child], NOON_US + n * 1000) for n in range(3)]
    for one in again:
        room.take(one)
    trace = room.trace(root.run_id)
    assert trace is not None
    assert len(trace.runs) == 2
    assert rejected_operations(room.store.traces, WORKSPACE, NOON_US, 10) == []
