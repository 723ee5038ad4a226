"""Kept minutes: the same runs as without, whatever changes between two readings."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from shared.runs.run import Run
from shared.store import kept_minutes, keys, runlog
from shared.store.ports import Item, KeyRange
from shared.store.runlog import RunLog
from shared.store.walk import Window
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import RecordRoom
from tests.stores import NOON_US

MINUTE = Window(NOON_US, NOON_US + 59_000_000)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordRoom:
    """A room that keeps even small minutes, with some traces in one."""
    monkeypatch.setattr(kept_minutes, "MIN_ROWS", 1)
    room = RecordRoom(tmp_path)
    for number in range(5):
        more(room, number)
    return room


def more(room: RecordRoom, number: int) -> None:
    """One more trace in the minute."""
    start_us = NOON_US + number * 1000
    root = post(uuid7(start_us), start_us, name=f"run {number}")
    room.take(envelope([root, patch(root, start_us + 5)], start_us))


def names(room: RecordRoom, log: RunLog | None = None) -> list[str]:
    """What a reader of the minute sees."""
    minutes = (log or room.ask.log).minutes(WORKSPACE, room.project(), MINUTE)
    return [run.name for minute in minutes for run in minute.runs]


def test_the_second_reading_merges_nothing(room: RecordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers the same runs from what was kept."""
    first = names(room)
    monkeypatch.setattr(runlog, "_merged", None)
    assert names(room) == first == [f"run {number}" for number in reversed(range(5))]


def test_what_arrives_in_between_is_seen(room: RecordRoom) -> None:
    """A row more is another minute."""
    names(room)
    more(room, 9)
    assert names(room)[0] == "run 9"


def test_a_row_that_was_rewritten_is_read_again(room: RecordRoom) -> None:
    """As when a trace is taken out of it: same keys, other bytes."""
    names(room)
    table, project = room.store.traces, room.project()
    (minute,) = room.ask.log.minutes(WORKSPACE, project, MINUTE)
    rows = table.query(KeyRange(keys.log(WORKSPACE, project, NOON_US, 0)))
    table.put([runlog.without(row, {minute.runs[0].trace_id})[0] for row in rows])
    assert names(room) == names(room, RunLog(table, room.store.objects, room.ask.hours, room.clock))
    assert len(names(room)) == 4


def test_what_has_ended_is_left_out_of_what_was_kept(room: RecordRoom) -> None:
    """Time is looked at anew each time."""
    assert len(names(room)) == 5
    room.clock.advance(15 * 86_400)
    assert names(room) == []


def test_only_so_many_runs_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minute asked for longest ago goes first."""
    monkeypatch.setattr(kept_minutes, "MIN_ROWS", 1)
    monkeypatch.setattr(kept_minutes, "_MOST_RUNS", 3)
    kept = kept_minutes.KeptMinutes()
    merged: list[str] = []
    run = kept_minutes.LoggedRun(Run("r", "t", {}), 0)

    def merge(minute: str) -> list[kept_minutes.LoggedRun]:
        merged.append(minute)
        return [run, run]

    for minute in ("01", "02", "02", "01"):
        kept.merged([Item("w#log#p#1#00", f"{minute}#receipt#0000", {"f": b"frame"})], partial(merge, minute))
    assert merged == ["01", "02", "01"]
