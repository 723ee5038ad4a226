"""What a limit left out is counted by the hour in which it came, once, however often and in whatever order."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.base.ids import new_receipt
from shared.base.units import US_PER_HOUR, US_PER_S
from shared.runs.fact import Envelope, LeftOut
from shared.store.usage import UsageMeter, UsageRows
from shared.usage.month import Month
from tests.operations import KEY_ID, WORKSPACE, envelope
from tests.record_room import RecordRoom, agent_trace
from tests.stores import NOON_US

HOUR = NOON_US // US_PER_HOUR


def left_out(traces: int, runs: int, after_us: int = 0) -> Envelope:
    """A request of which nothing was taken."""
    return Envelope(new_receipt(NOON_US + after_us), WORKSPACE, KEY_ID, [], left_out=LeftOut(traces, runs, runs + 1))


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """An empty room."""
    return RecordRoom(tmp_path)


def counted(room: RecordRoom) -> tuple[int, int, int, int]:
    """Traces, requests, and what was left out, of the hour."""
    UsageMeter(room.store.traces, room.store.control, room.clock).follow(WORKSPACE, NOON_US - US_PER_HOUR)
    hour = UsageRows(room.store.control).hour(WORKSPACE, HOUR)
    return hour.traces, hour.requests, hour.left_out_traces, hour.left_out_runs


def test_it_is_counted_beside_what_was_taken(room: RecordRoom) -> None:
    """A request that was taken in part is one request; delivered twice, it is still one."""
    part = envelope(agent_trace(), NOON_US)
    part.left_out = LeftOut(2, 5, 7)
    whole = left_out(3, 4, US_PER_S)
    for _ in range(2):
        room.take(part, whole)
        room.take(whole)
        assert counted(room) == (1, 2, 5, 9)
    use = UsageRows(room.store.control).month(WORKSPACE, Month.of(NOON_US))
    assert (use.traces, use.left_out_traces) == (1, 5)


def test_what_waited_on_the_queue_is_counted_in_the_hour_in_which_it_came(room: RecordRoom) -> None:
    """Recorded two days later, when the meter reads that hour no more by itself."""
    assert counted(room) == (0, 0, 0, 0)
    waiting = left_out(1, 2)
    room.clock.advance(2 * 86_400)
    room.take(waiting)
    assert counted(room) == (0, 1, 1, 2)


def test_updates_of_traces_that_were_left_out_cost_no_row(room: RecordRoom) -> None:
    """They are new to nobody: neither traces nor runs begin in them."""
    room.take(left_out(0, 0))
    assert counted(room) == (0, 0, 0, 0)
