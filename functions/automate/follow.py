"""Following what is recorded: each rule from where it is, in stretches, in slices of so many traces.

feed of a stretch ─► traces to look at ─► slices: look, match, act ─► log ─► how far the rule is, last

Whatever dies, dies before it is kept how far the rule is; so the same is done again, under the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from functions.automate.course import IDLE_US, Course, Sights, Stop, stops
from functions.automate.rounds import Rounds
from shared.base.clock import Clock
from shared.base.units import US_PER_HOUR
from shared.store.applications import Applications
from shared.store.following import SETTLE_US, recorded_between
from shared.store.ports import Table
from shared.store.rules import Rules, Standing

_STRETCH_US = US_PER_HOUR
"""Of what was recorded: so much of the feed is in memory at once."""


class Follower:
    """Lets rules follow what is recorded in their workspace."""

    def __init__(self, table: Table, rules: Rules, applications: Applications, clock: Clock, slice_traces: int) -> None:
        self._table = table
        self._rules = rules
        self._applications = applications
        self._clock = clock
        self._slice_traces = slice_traces
        self._sights = Sights()

    def follow(self, workspace: str, standings: Iterable[Standing], rounds: Rounds) -> list[Course]:
        """Look at what was recorded since each rule looked last, as far as there is time: at the latest first."""
        now_us = self._clock.now_us()
        courses = [self._sights.course(workspace, one) for one in standings]
        recent = [one for one in courses if one.since_us >= now_us - IDLE_US - 2 * SETTLE_US]
        self._follow(recent, now_us, rounds)
        behind = [one for one in courses if one not in recent]
        for since_us in sorted({one.since_us for one in behind}):
            self._follow([one for one in behind if one.since_us == since_us], now_us, rounds)
        for one in courses:
            one.keep_failure(self._rules, now_us)
        return courses

    def _follow(self, courses: Sequence[Course], now_us: int, rounds: Rounds) -> None:
        """Let these go on together until now, stretch by stretch."""
        start_us = min((one.since_us for one in courses), default=now_us)
        while start_us < now_us and rounds.has_time():
            going = [one for one in courses if not one.is_over]
            if not going:
                return
            end_us = min(now_us, start_us + _STRETCH_US)
            rounds.guarded(going, partial(self._stretch, going, start_us, end_us, rounds))
            start_us = end_us

    def _stretch(self, courses: Sequence[Course], start_us: int, end_us: int, rounds: Rounds) -> None:
        """Look at all that was recorded in a span of time, in the order in which it was."""
        workspace = courses[0].workspace
        safe_us = self._clock.now_us() - SETTLE_US
        plan = stops(recorded_between(self._table, workspace, start_us, end_us), courses)
        at = 0
        while at < len(plan) and not all(one.is_over for one in courses):
            of_slice, until_us = self._slice(plan, at, end_us)
            done = rounds.go(workspace, [(stop.trace_id, stop.courses) for stop in of_slice], until_us)
            at += done
            if done < len(of_slice):
                until_us = of_slice[done].at_us
            self._keep(of_slice[:done], min(until_us, safe_us), rounds)
            if done < len(of_slice):
                _end(courses)
        for one in courses:
            if not one.is_over and one.is_worth_keeping(min(end_us, safe_us)):
                rounds.guarded([one], partial(one.keep, self._rules, min(end_us, safe_us)))

    def _slice(self, plan: Sequence[Stop], at: int, end_us: int) -> tuple[Sequence[Stop], int]:
        """The next traces, and when the first behind them came up."""
        behind = at + self._slice_traces
        return plan[at:behind], plan[behind].at_us if behind < len(plan) else end_us

    def _keep(self, of_slice: Sequence[Stop], until_us: int, rounds: Rounds) -> None:
        """Log what was done, then keep how far each rule is that looked at something."""
        whole = {id(one): one for stop in of_slice for one in stop.courses if not one.was_cut}
        for course in whole.values():
            rounds.guarded([course], partial(self._kept, course, of_slice, until_us))

    def _kept(self, course: Course, of_slice: Sequence[Stop], until_us: int) -> None:
        course.log(self._applications, until_us)
        course.keep(self._rules, until_us)
        for stop in of_slice:
            if any(course is one for one in stop.courses):
                course.seen.update(stop.sights)


def _end(courses: Iterable[Course]) -> None:
    """The time of this pass is over, for these too that had nothing to do there."""
    for one in courses:
        one.is_over = True
