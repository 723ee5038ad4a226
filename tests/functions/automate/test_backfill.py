"""Looking back: over what was there before the rule, once, with its progress; what follows is not its business."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest

from functions.automate.app import build
from shared.base.clock import SteppingClock
from shared.rules.sampling import is_drawn
from tests.automate_room import AUTOMATE_SETTINGS, AutomateRoom, failing, sent_at, sound
from tests.operations import WORKSPACE
from tests.stores import NOON_US

S = 1_000_000


class HurriedClock:
    """A clock by which each look at it takes ten milliseconds."""

    def __init__(self, clock: SteppingClock) -> None:
        self._clock = clock

    def now_us(self) -> int:
        """The time, and some more of it is over."""
        self._clock.advance(0.01)
        return self._clock.now_us()


class HurriedRoom(AutomateRoom):
    """Three rooms, of which the third has a second for each pass, which is little by its clock."""

    def __init__(self, folder: Path, slice_traces: int = 3) -> None:
        super().__init__(folder, dataclasses.replace(AUTOMATE_SETTINGS, slice_traces=slice_traces, work_s=1))
        self.automate = build(self.settings, self.store, HurriedClock(self.clock))


@pytest.fixture
def room(tmp_path: Path) -> AutomateRoom:
    """Three rooms, of which the third looks at three traces a step."""
    return AutomateRoom(tmp_path, dataclasses.replace(AUTOMATE_SETTINGS, slice_traces=3))


def test_a_rule_looks_back_to_its_date(room: AutomateRoom) -> None:
    """All that began since then in any project is acted on, and how far it is can be seen; the past alone is not."""
    old = sent_at(room, failing(NOON_US - 7_200 * S))
    since = [sent_at(room, failing(NOON_US - n * S), f"name:p{n % 2}") for n in range(8)]
    room.clock.advance(60)
    rule = room.rule(filter='eq(status, "error")', backfill_from_us=NOON_US - 3_600 * S)
    plain = room.rule(filter='eq(status, "error")')
    room.look()
    assert room.acted(rule).keys() == set(since)
    assert (room.acted(plain), room.tier_of(old)) == ({}, "base")
    step = room.rules.standing(WORKSPACE, rule.id).backfill
    assert (step.looked, step.matched, step.part, step.done_us) == (8, 8, 1.0, room.clock.now_us())
    assert [one.entry.results for one in room.applications.log(WORKSPACE, rule.id, 9).logged] == []


def test_looking_back_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Each pass has time for a step or two; the steps joined are all, and the part that is done only grows."""
    room = HurriedRoom(tmp_path)
    traces = [sent_at(room, failing(NOON_US - n * S)) for n in range(12)]
    rule = room.rule(backfill_from_us=NOON_US - 15 * S)
    parts: list[float] = []
    while not parts or parts[-1] < 1:
        room.look()
        parts.append(room.rules.standing(WORKSPACE, rule.id).backfill.part)
        assert len(parts) < 30
    assert parts == sorted(parts)
    assert len(parts) > 1
    assert room.acted(rule).keys() == set(traces)


def test_following_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """A backlog that no pass can take at once is taken by several, none of it twice."""
    room = HurriedRoom(tmp_path)
    rule = room.rule(filter='eq(status, "error")')
    traces = [sent_at(room, failing(NOON_US + n)) for n in range(12)]
    passes = 0
    while room.acted(rule).keys() != set(traces):
        room.look()
        passes += 1
        assert passes < 30
    assert passes > 1
    assert {len(runs) for runs in room.acted(rule).values()} == {1}


def test_a_disabled_rule_does_not_look_back_until_it_is_enabled(room: AutomateRoom) -> None:
    """It goes on then."""
    trace_id = sent_at(room, failing())
    rule = room.rule(backfill_from_us=NOON_US - S, is_enabled=False)
    room.look()
    assert room.tier_of(trace_id) == "base"
    room.rules.write(WORKSPACE, msgspec.structs.replace(rule, is_enabled=True))
    room.look()
    assert room.tier_of(trace_id) == "extended"


def test_a_transient_rule_looks_back_and_does_not_follow(room: AutomateRoom) -> None:
    """It is over when it has looked back."""
    before = sent_at(room, sound())
    room.clock.advance(1)
    room.rule(backfill_from_us=NOON_US - S, is_transient=True)
    room.look()
    room.clock.advance(7_200)
    after = sent_at(room, sound(room.clock.now_us()))
    assert room.look()["applied"] == 0
    assert (room.tier_of(before), room.tier_of(after)) == ("extended", "base")


def test_of_a_slice_that_time_ends_in_what_was_done_is_kept(tmp_path: Path) -> None:
    """Two rules for different traces, and time for some of these: neither misses one, neither takes one twice."""
    room = HurriedRoom(tmp_path, slice_traces=1_000)
    first = room.rule(filter='eq(status, "error")', sampling_rate=0.7)
    second = room.rule(trace_filter='eq(name, "agent")', sampling_rate=0.4)
    traces = []
    for number in range(120):
        traces.append(sent_at(room, failing(NOON_US + number)))
        room.clock.advance(1)
    room.clock.advance(300)
    for _ in range(60):
        room.look()
    for rule in (first, second):
        drawn = {one for one in traces if is_drawn(rule.id, one, rule.sampling_rate)}
        acted = room.acted(rule)
        assert acted.keys() == drawn
        assert {len(runs) for runs in acted.values()} == ({1} if rule == first else {2})
