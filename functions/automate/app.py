"""The automate room: what was recorded → what rules say is done with it, once (ADR 18).

app.py        each workspace's rules: first those that follow, then those that look back
follow.py     from where a rule is to now, in slices, each kept when it is done
backfill.py   over the traces of the days before
course.py     one rule on its way: what it is for, what it has seen, what it did
rounds.py     some traces, read once for all rules; what fails for one rule stops that rule alone
look.py       a trace whole, strongly read, with what rules did there
act.py        claim, do, say what came of it
claims.py     which runs nobody has claimed; what a cap allows
actions.py    queue, dataset, webhook, alert, longer life
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from functions.automate.act import Actor, HasTime
from functions.automate.actions import Actions
from functions.automate.backfill import Backfiller
from functions.automate.claims import Claims
from functions.automate.course import Course
from functions.automate.follow import Follower
from functions.automate.look import Lookout
from functions.automate.rounds import Rounds
from functions.automate.settings import AutomateSettings
from shared.base.clock import Clock
from shared.base.errors import Unavailable
from shared.base.units import US_PER_S
from shared.retention.periods import Periods
from shared.store.applications import Applications
from shared.store.ports import Store
from shared.store.questions import open_questions
from shared.store.rules import Rules
from shared.store.whole import WholeTraces

Handler = Callable[[dict[str, Any], object], dict[str, int]]


def build(settings: AutomateSettings, store: Store, clock: Clock) -> Handler:
    """The handler of the schedule's events; it answers with how much it looked at and did."""
    room = _Room(settings, store, clock)

    def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
        until_us = clock.now_us() + settings.work_s * US_PER_S
        return room.work(lambda: clock.now_us() < until_us)

    return handle


class _Room:
    def __init__(self, settings: AutomateSettings, store: Store, clock: Clock) -> None:
        ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
        applications = Applications(store.traces, clock, ask.traces.periods)
        claims = Claims(store.control, applications, ask.access, clock)
        self._access = ask.access
        self._wholes = WholeTraces(ask, ask.prices)
        self._lookout = Lookout(store.traces, ask, self._wholes, clock)
        self._actor = Actor(claims, Actions(store, ask, clock), applications)
        self._rules = Rules(store.control, clock)
        size = settings.slice_traces
        self._follower = Follower(store.traces, self._rules, applications, clock, size)
        self._backfiller = Backfiller(ask, self._rules, applications, clock, size)

    def work(self, has_time: HasTime) -> dict[str, int]:
        """Let the rules of all workspaces go on. Raises: Unavailable when that is done, if any failed."""
        rounds = Rounds(self._lookout, self._wholes, self._actor, has_time)
        counts: Counter[str] = Counter(rules=0, looked=0, applied=0)
        failed: list[str] = []
        for workspace in self._access.workspaces():
            courses = self._of_workspace(workspace.id, rounds)
            counts.update(rules=len(courses))
            for one in courses:
                counts.update(looked=one.looked, applied=one.applied)
                failed += [f"{one.rule.id} ({one.error})"] if one.error else []
        if failed:
            raise Unavailable(f"{len(failed)} rules go on where they failed, with the next pass: {'; '.join(failed)}")
        return dict(counts)

    def _of_workspace(self, workspace: str, rounds: Rounds) -> list[Course]:
        """Let the rules of one workspace go on: where there are none, that took one row to see."""
        enabled = [one for one in self._rules.standings(workspace) if one.rule.is_enabled and one.rule.actions]
        following = [one for one in enabled if not one.rule.is_transient]
        courses = self._follower.follow(workspace, following, rounds) if following else []
        looking_back = [one for one in enabled if one.looks_back]
        return courses + [self._backfiller.look_back(workspace, one, rounds) for one in looking_back]
