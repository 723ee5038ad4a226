"""At a limit nothing more is upgraded; what was refused is listed, and nothing that was promised is lost."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.keep.app import build
from functions.meter.app import build as build_meter
from functions.meter.settings import MeterSettings
from shared.access.workspace import Workspace
from shared.base.ids import new_uuid
from shared.base.units import S_PER_DAY
from shared.retention.kept import Kept
from shared.runs.fact import Fact
from shared.store.refused_upgrades import RefusedUpgrade, RefusedUpgrades
from shared.store.upgrades import Task, Upgrades
from shared.store.usage_limits import UsageLimits
from shared.usage.limits import UPGRADES, Limit, LimitType, WhenReached
from tests.erase_room import Killed, after, watched
from tests.functions.keep.test_keeper import feedback_on, project_in, story, tier_of
from tests.keep_room import KEEP_SETTINGS, KeepRoom, by_rule
from tests.operations import WORKSPACE, envelope, post, uuid7
from tests.stores import NOON_US

ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_MONTH_DAYS = 11


class LimitedRoom(KeepRoom):
    """A record room and a keep room of a workspace that may be limited; its meter runs when told to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ask.access.create_workspace("ours", WORKSPACE)
        self.limits = UsageLimits(self.store.control, self.clock)
        self.meter = build_meter(MeterSettings("t", "c", "b", "q", "d", "a"), self.store, self.clock)

    @property
    def ours(self) -> Workspace:
        """The workspace."""
        return self.ask.access.workspace(WORKSPACE)

    def limit(
        self, value: int, kind: LimitType = UPGRADES, when_reached: WhenReached = "reject", *, is_whole: bool = False
    ) -> Limit:
        """Limit the workspace, or its organization; known to everybody."""
        now_us = self.clock.now_us()
        scope = None if is_whole else WORKSPACE
        limit = Limit(new_uuid(), scope, kind, value, now_us, now_us, when_reached)
        self.limits.write(self.ours.organization, limit)
        self.count()
        return limit

    def lift(self, limit: Limit) -> None:
        """Take a limit away; everybody knows."""
        self.limits.delete(self.ours.organization, limit)
        self.count()

    def count(self) -> None:
        """Let the meter run, and everybody look at what it noted."""
        self.meter({}, None)
        self.clock.advance(61)

    def refused(self) -> list[RefusedUpgrade]:
        """What is listed."""
        return RefusedUpgrades(self.store.traces, self.clock).page(WORKSPACE, 1_000)

    def sent(self) -> list[Fact]:
        """One more small trace that starts now."""
        now_us = self.clock.now_us()
        facts = [post(uuid7(now_us), now_us)]
        self.take(envelope(facts, now_us))
        return facts


@pytest.fixture
def room(tmp_path: Path) -> LimitedRoom:
    """With one workspace."""
    return LimitedRoom(tmp_path)


def test_at_the_limit_each_cause_is_refused_and_listed_in_order_of_time(room: LimitedRoom) -> None:
    """Rule, feedback and share: the trace stays in the base tier, and says by which limit, once a cause."""
    first, second = room.sent(), room.sent()
    room.limit(1)
    assert room.extend(first[0].run_id).kind == "first"
    room.finish()
    room.count()
    by_rules = room.extend(second[0].run_id)
    assert (by_rules.kind, bool(by_rules)) == ("refused", False)
    assert "1 extended traces a month, set by the owner of the workspace" in by_rules.sentence
    room.clock.advance(1)
    assert room.extend(second[0].run_id).kind == "refused"  # again, by the same rule
    room.take(feedback_on(second[0].run_id, room.clock.now_us() - NOON_US))
    room.clock.advance(1)
    share = Kept("share", "s-1", room.clock.now_us(), by="Ann")
    assert room.extend(second[0].run_id, share).kind == "refused"
    room.finish()
    assert tier_of(room, second) == "base"
    assert [(one.trace_id, one.kept.kind) for one in room.refused()] == [
        (second[0].run_id, "rule"),
        (second[0].run_id, "feedback"),
        (second[0].run_id, "share"),
    ]
    assert room.refused()[2].kept.by == "Ann"
    assert len(room.billed()) == 1


def test_a_trace_that_is_extended_already_is_not_refused(room: LimitedRoom) -> None:
    """A later cause changes nothing, limit or not."""
    trace = room.sent()
    room.extend(trace[0].run_id)
    room.finish()
    room.limit(0)
    assert room.extend(trace[0].run_id, by_rule(NOON_US, "r-2")).kind == "already"
    assert room.refused() == []


def test_a_project_of_the_extended_tier_has_its_traces_in_base_at_the_limit(room: LimitedRoom) -> None:
    """They end after 14 days, chunks and payload too, and are listed; those from before stay, with what comes late."""
    room.sent()
    project_in(room, "extended")
    early = story(bulk=900)
    room.take(envelope(early[:2], NOON_US))
    room.limit(1)
    late = story(room.clock.now_us(), bulk=900)
    room.take(envelope(late, room.clock.now_us()), envelope(early[2:], room.clock.now_us()))
    room.finish()
    assert (tier_of(room, early), tier_of(room, late)) == ("extended", "base")
    assert [(one.trace_id, one.kept.kind) for one in room.refused()] == [(late[0].run_id, "project")]
    assert [one.trace_id for one in room.billed()] == [early[0].run_id]
    room.let_days_pass(16)
    assert room.trace(late[0].run_id) is None
    assert len(room.seen(early[0].run_id)["runs"]) == 2


def test_base_only_is_a_limit_of_traces_beyond_which_nothing_is_extended(room: LimitedRoom) -> None:
    """Neither born there nor upgraded; the limit that is named is the one of traces."""
    project_in(room, "extended")
    room.sent()
    limit = room.limit(1, "monthly_traces", "base_only")
    late = room.sent()
    assert tier_of(room, late) == "base"
    refused = room.extend(late[0].run_id)
    assert (refused.kind, "1 traces a month" in refused.sentence) == ("refused", True)
    room.lift(limit)
    assert room.extend(late[0].run_id).kind == "first"


def test_a_new_month_begins_anew_for_upgrades(room: LimitedRoom) -> None:
    """At its first moment, before the meter has run; and a limit of nought stays one."""
    trace, other = room.sent(), room.sent()
    room.limit(1)
    assert room.extend(trace[0].run_id)
    room.finish()
    room.count()
    assert not room.extend(other[0].run_id)
    room.clock.advance(_MONTH_DAYS * S_PER_DAY)
    assert room.extend(other[0].run_id).kind == "first"
    third = room.sent()
    assert room.extend(third[0].run_id).kind == "refused"
    room.limit(0)
    room.clock.advance(31 * S_PER_DAY)
    assert room.extend(room.sent()[0].run_id).kind == "refused"


def test_the_limit_of_the_organization_counts_all_its_workspaces(room: LimitedRoom) -> None:
    """What one workspace upgraded leaves less for another."""
    sibling = room.ask.access.create_workspace("sibling", None, room.ours.organization).id
    trace = room.sent()
    theirs = [post(uuid7(NOON_US), NOON_US)]
    asked = envelope(theirs, NOON_US)
    asked.workspace = sibling
    room.take(asked)
    room.limit(1, is_whole=True)
    assert room.upgrades.extend(sibling, theirs[0].run_id, by_rule(NOON_US)).kind == "first"
    room.finish()
    room.count()
    refused = room.extend(trace[0].run_id)
    assert (refused.kind, "the owner of the organization" in refused.sentence) == ("refused", True)


def test_one_process_never_goes_beyond_a_limit(room: LimitedRoom) -> None:
    """It adds what it let in since the count that it knows, so no run of the meter needs to come between."""
    traces = [room.sent() for _ in range(5)]
    room.limit(3)
    kinds = [room.extend(one[0].run_id).kind for one in traces]
    assert kinds == ["first"] * 3 + ["refused"] * 2
    room.finish()
    room.count()
    assert room.extend(traces[4][0].run_id).kind == "refused"
    assert len(room.billed()) == 3


def test_threads_of_one_process_share_what_is_left(room: LimitedRoom) -> None:
    """Forty upgrades at once: as many as there is room for, and the others are listed."""
    traces = [room.sent()[0].run_id for _ in range(40)]
    room.limit(7)
    with ThreadPoolExecutor(16) as threads:
        kinds = Counter(one.kind for one in threads.map(room.extend, traces))
    assert kinds == {"first": 7, "refused": 33}
    assert len(room.refused()) == 33


def test_an_upgrade_that_another_cause_had_made_leaves_the_room_it_took(room: LimitedRoom) -> None:
    """Two processes and one trace: the second, who comes between, counts once."""
    trace, other = room.sent(), room.sent()
    room.limit(2)
    between = Upgrades(room.store, room.clock, room.ask.traces.periods)

    def interrupt() -> None:
        between.extend(WORKSPACE, trace[0].run_id, by_rule(NOON_US, "r-2"))

    late = Upgrades(watched(room.store, after(2, interrupt)), room.clock, room.ask.traces.periods)
    kinds = [late.extend(WORKSPACE, one[0].run_id, by_rule(NOON_US)).kind for one in (trace, other, room.sent())]
    assert kinds == ["already", "first", "first"]


@ANY
@given(
    limit=st.integers(0, 6),
    steps=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["extend", "count", "wait", "finish"])), max_size=40),
)
def test_no_more_is_upgraded_than_the_limit_and_what_others_did_since_the_last_count(
    tmp_path: Path, limit: int, steps: list[tuple[int, str]]
) -> None:
    """The bound: at each upgrade, what the process knew to be counted and what it did itself since are below the limit.

    What it cannot know is what others did since the count that it read, which it reads anew each minute.
    """
    room = LimitedRoom(tmp_path / uuid.uuid4().hex)
    room.limit(limit)
    doors = [Upgrades(room.store, room.clock, room.ask.traces.periods) for _ in range(3)]
    done: list[tuple[int, int]] = []  # by which process, when
    counts = [0]  # when the meter ran
    made = refused = 0
    for door, step in steps:
        room.clock.advance(7)
        if step == "count":
            counts.append(room.clock.now_us())
            room.meter({}, None)
        elif step == "wait":
            room.clock.advance(61)
        elif step == "finish":
            room.work()
        else:
            trace = room.sent()
            now_us = room.clock.now_us()
            project = room.project()
            kind = doors[door].extend(WORKSPACE, trace[0].run_id, by_rule(now_us), project=project).kind
            known_us = max(at for at in counts if at <= now_us - 60_000_000)
            told = sum(who == door or at < known_us for who, at in done)
            if kind == "first":
                assert told < limit
                done.append((door, now_us))
                made += 1
            else:
                assert len(done) >= limit  # never refused while there is room
                refused += 1
    room.finish()
    assert (len(room.billed()), len(room.refused())) == (made, refused)


@ANY
@given(calls=st.integers(0, 14), is_full=st.booleans(), dies_later=st.integers(0, 12))
def test_an_upgrade_that_died_midway_is_finished_or_listed(
    tmp_path: Path, calls: int, is_full: bool, dies_later: int
) -> None:
    """Killed anywhere, and the limit reached meanwhile or not: what was acknowledged is kept, the rest is listed.

    Neither slips past the limit: what had no fate when it was reached gets none.
    """
    room = LimitedRoom(tmp_path / uuid.uuid4().hex)
    trace, other = room.sent(), room.sent()
    room.limit(1)
    acknowledged = False

    def die() -> None:
        room.keep = whole
        raise Killed

    whole = room.keep
    try:
        dying = watched(room.store, after(calls, die))
        upgrades = Upgrades(dying, room.clock, room.ask.traces.periods)
        acknowledged = (
            upgrades.extend(WORKSPACE, trace[0].run_id, by_rule(NOON_US), project=room.project()).kind == "first"
        )
    except Killed:
        pass
    began = room.store.upgrades.depth().waiting > 0
    if is_full:
        others = Upgrades(room.store, room.clock, room.ask.traces.periods)
        others.extend(WORKSPACE, other[0].run_id, by_rule(NOON_US, "r-9"), project=room.project())
        room.count()
    room.keep = build(KEEP_SETTINGS, watched(room.store, after(dies_later, die)), room.clock)
    room.finish()
    tiers = {tier_of(room, trace), *(one.kept.kind for one in room.refused() if one.trace_id == trace[0].run_id)}
    if acknowledged:
        assert tiers == {"extended"}
    elif began:
        assert tiers in ({"extended"}, {"base", "rule"})
    billed = {one.trace_id for one in room.billed()}
    assert (trace[0].run_id in billed) == ("extended" in tiers)
    room.let_days_pass(17)
    assert (room.trace(trace[0].run_id) is not None) == ("extended" in tiers)


def test_the_keep_room_does_not_refuse_what_is_being_promised_right_now(room: LimitedRoom) -> None:
    """The message comes before the fate: at the limit the room waits until whoever sent it has ended."""
    trace, other = room.sent(), room.sent()
    room.limit(0)
    for one in (trace, other):
        room.upgrades.send(Task(WORKSPACE, one[0].run_id, by_rule(NOON_US)))  # allowed, before the limit was reached
    room.work()
    assert room.refused() == []
    assert room.upgrades.set_fate(WORKSPACE, trace[0].run_id, by_rule(NOON_US))
    room.finish()
    assert (tier_of(room, trace), tier_of(room, other)) == ("extended", "base")
    assert [one.trace_id for one in room.refused()] == [other[0].run_id]
    room.let_days_pass(17)
    assert room.trace(trace[0].run_id) is not None


def test_refusals_end_two_months_later(room: LimitedRoom) -> None:
    """By TTL; the trace itself has ended long before."""
    room.limit(0)
    room.extend(room.sent()[0].run_id)
    assert len(room.refused()) == 1
    room.let_days_pass(61)
    assert len(room.refused()) == 1
    room.let_days_pass(2)
    assert room.refused() == []
