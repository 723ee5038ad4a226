"""Fewer days than the tier's: what is over is erased, with a receipt, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.retire.app import build, days_of
from functions.retire.settings import RetireSettings
from shared.base.units import US_PER_S
from shared.projects.project import Project
from shared.retention.choices import Choice
from shared.retention.periods import Periods
from tests.erase_room import EraseRoom, Killed, after, marked_trace, watched
from tests.operations import WORKSPACE, envelope
from tests.stores import NOON_US

SETTINGS = RetireSettings(
    traces_table="t",
    control_table="c",
    erasures_queue_url="e",
    erasure_dead_letter_queue_url="f",
    shares_queue_url="s",
    share_dead_letter_queue_url="s",
)
DAY_S = 86_400


class RetireRoom(EraseRoom):
    """Record, erase and retire over one store."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ask.access.create_workspace("ours", WORKSPACE)
        self.retire = build(SETTINGS, self.store, self.clock)

    def run(self) -> int:
        """One day's run; says how many traces it had erased."""
        return self.retire({}, None)["traces"]

    def limit(self, **days: int) -> None:
        """Give the default project days of its own."""
        project = self.ask.projects.resolve(WORKSPACE, None)
        fields = {name: getattr(project, name) for name in Project.__dataclass_fields__}
        self.ask.projects.change(Project(**{**fields, **days}))

    def sent(self, marker: str, start_us: int = NOON_US) -> str:
        """A trace, received when it starts; its id."""
        trace = marked_trace(marker, start_us)
        self.take(envelope(trace, start_us))
        return trace[0].run_id


@pytest.fixture
def room(tmp_path: Path) -> RetireRoom:
    """An empty room."""
    return RetireRoom(tmp_path)


def test_what_is_over_by_its_projects_days_is_erased_with_a_receipt(room: RetireRoom) -> None:
    """No byte of it is left, the receipt says why; a trace of yesterday stays whole."""
    old = room.sent("GONE")
    room.limit(ttl_days=3)
    room.clock.advance(2 * DAY_S)
    young = room.sent("KEPT", room.clock.now_us())
    assert room.run() == 0
    room.clock.advance(DAY_S)
    assert room.run() == 1
    assert room.trace(old) is None
    room.finish()
    assert room.left("GONE") == []
    assert room.trace(young) is not None
    [receipt] = room.erasures.newest(WORKSPACE, 9)
    assert (receipt.key_description, room.removed(receipt.id).chunks) == ("retention of project default", 1)


def test_a_project_without_days_of_its_own_is_left_to_its_tier(room: RetireRoom) -> None:
    """Nothing is looked through, and nothing erased."""
    room.sent("KEPT")
    room.clock.advance(13 * DAY_S)
    assert (room.run(), room.erasures.newest(WORKSPACE, 9)) == (0, [])


def test_the_extended_tier_alone_may_have_fewer_days(room: RetireRoom) -> None:
    """Of a workspace: a trace is over with them, a day before it is not."""
    room.ask.retention.choose(WORKSPACE, Choice(longlived_days=30))
    trace = marked_trace("LONG", NOON_US + 5)
    room.ask.projects.change(room.ask.projects.resolve(WORKSPACE, None).in_tier("extended", NOON_US))
    room.clock.advance(60)
    room.take(envelope(trace, room.clock.now_us()))
    room.clock.advance(29 * DAY_S)
    assert (room.run(), room.trace(trace[0].run_id) is not None) == (0, True)
    room.clock.advance(DAY_S)
    assert (room.run(), room.trace(trace[0].run_id)) == (1, None)


ANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY
@given(calls=st.integers(0, 30), again=st.booleans())
def test_a_run_that_dies_or_comes_twice_erases_each_trace_once(
    tmp_path_factory: pytest.TempPathFactory, calls: int, again: bool
) -> None:
    """Killed before any call of any door, and run again, and run while it erases: the same traces, once."""
    room = RetireRoom(tmp_path_factory.mktemp("retire"))
    traces = [room.sent("GONE", NOON_US + number * US_PER_S) for number in range(3)]
    room.limit(ttl_days=1)
    room.clock.advance(2 * DAY_S)

    def die() -> None:
        raise Killed

    dying: Any = build(SETTINGS, watched(room.store, after(calls, die)), room.clock)
    try:
        dying({}, None)
    except Killed:
        room.clock.advance(60)
    room.run()
    if again:
        room.run()
    room.finish()
    assert room.run() == 0
    assert [room.trace(one) for one in traces] == [None] * 3
    assert room.left("GONE") == []
    receipts = room.erasures.newest(WORKSPACE, 9)
    assert sum(room.removed(one.id).chunks for one in receipts) == 3


def test_days_are_those_that_are_fewer_than_the_tiers() -> None:
    """A project's own count for both tiers; those of the extended one for that; more than the tier's for none."""
    project = Project("p", "w", "n", 0)
    periods = Periods()
    assert days_of(project, Choice(), periods) == {}
    assert days_of(project, Choice(longlived_days=90), periods) == {"extended": 90}
    own = Project("p", "w", "n", 0, ttl_days=30, longlived_days=60)
    assert days_of(own, Choice(longlived_days=90), periods) == {"extended": 30}
    assert days_of(Project("p", "w", "n", 0, ttl_days=3), Choice(), periods) == {"base": 3, "extended": 3}
