"""A rule on its way through what was recorded: how far it is, what it has seen, what it did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from functions.automate.claims import Matched, Pass
from functions.automate.look import Looked
from shared.rules.rule import Rule
from shared.rules.sampling import is_drawn
from shared.store.applications import Application, Applications, follow_name
from shared.store.filters import Filters
from shared.store.following import Recorded
from shared.store.rule_matches import filters_of, matches
from shared.store.rules import Rules, RuleState, Standing

IDLE_US = 600 * 1_000_000
"""Where nothing comes, it is kept this seldom how far a rule is: a write for each look would cost more than looking."""
Sight = tuple[str, str]
"""A trace in an entry of the feed: the key of its row, and the trace's id."""


@dataclass
class Course:
    """One rule in one pass. `since_us` is what is kept of how far it is; `name` that of a step back, else empty.

    `is_over` where it goes no further in this pass; `was_cut` where that was in the middle of some traces: its time was
    over, or it failed, and `error` says why.
    """

    workspace: str
    rule: Rule
    since_us: int
    seen: dict[Sight, int] = field(default_factory=dict)
    name: str = ""
    had_failed: bool = False
    error: str = ""
    is_over: bool = False
    was_cut: bool = False
    looked: int = 0
    applied: int = 0
    done: list[Application] = field(default_factory=list)

    @cached_property
    def filters(self) -> Filters:
        """Its filters. Raises: FilterError."""
        return filters_of(self.rule)

    def is_for(self, trace_id: str, project: str, at_us: int) -> bool:
        """Whether it has to look at a trace that something was said of."""
        is_here = at_us >= self.since_us and self.rule.project in {None, project}
        return is_here and is_drawn(self.rule.id, trace_id, self.rule.sampling_rate)

    def matched(self, looked: Iterable[Looked]) -> list[Matched]:
        """The traces with runs that it is for, and those where it began something."""
        found = (Matched(one, self._runs_of(one)) for one in looked)
        return [one for one in found if one.run_ids or one.looked.applied_by(self.rule.id)]

    def work(self, until_us: int) -> Pass:
        """What it does until it is kept how far it is."""
        return Pass(self.workspace, self.rule, self.name or follow_name(self.since_us), self.since_us, until_us)

    def log(self, applications: Applications, until_us: int) -> None:
        """Name in its log what was done of this pass, and what others began under another name."""
        by_pass: dict[str, list[Application]] = defaultdict(list)
        for one in self.done:
            by_pass[one.pass_name].append(one)
        for done in by_pass.values():
            applications.note(self.workspace, done, self.since_us, until_us)
        self.applied += len(self.done)
        self.done = []

    def is_worth_keeping(self, until_us: int) -> bool:
        """Whether it saves anything to keep that it is so far: not where nothing came that it looked at."""
        has_seen = any(self.since_us <= at_us < until_us for at_us in self.seen.values())
        return has_seen or self.had_failed or until_us >= self.since_us + IDLE_US

    def keep(self, rules: Rules, until_us: int) -> None:
        """Keep how far it is."""
        until_us = max(until_us, self.since_us)
        if rules.note(self.workspace, self.rule.id, RuleState(until_us)):
            self.since_us, self.had_failed = until_us, False

    def keep_failure(self, rules: Rules, now_us: int) -> None:
        """Keep why it failed, where it did; it goes on from where it was."""
        if self.error:
            rules.note(self.workspace, self.rule.id, RuleState(self.since_us, self.error, now_us))

    def _runs_of(self, looked: Looked) -> list[str]:
        return [run.id for run in matches(looked.whole, self.filters, self.rule.project)]


class Sights:
    """What rules have looked at lately, so that the same is not looked at twice by the same process.

    The last minute of the feed is read again each time: somebody may just be writing there.
    """

    def __init__(self) -> None:
        self._by_rule: dict[tuple[str, str, int], dict[Sight, int]] = {}

    def course(self, workspace: str, standing: Standing) -> Course:
        """A rule on its way from where it is; of what it had seen, what may come up again."""
        rule, since_us = standing.rule, standing.since_us
        place = (workspace, rule.id, rule.revision)
        seen = {sight: at_us for sight, at_us in self._by_rule.get(place, {}).items() if at_us >= since_us}
        for old in [known for known in self._by_rule if known[:2] == place[:2]]:
            del self._by_rule[old]
        self._by_rule[place] = seen
        return Course(workspace, rule, since_us, seen, had_failed=bool(standing.state.error))


@dataclass(frozen=True)
class Stop:
    """A trace that something was said of, the rules that look at it for that, and where the feed says so."""

    trace_id: str
    at_us: int
    courses: Sequence[Course]
    sights: Sequence[tuple[Sight, int]]


def stops(recorded: Iterable[Recorded], courses: Sequence[Course]) -> list[Stop]:
    """The traces that at least one rule has to look at and has not seen so, in the order in which they came up."""
    by_trace: dict[str, list[tuple[Recorded, str]]] = defaultdict(list)
    for one in recorded:
        for trace_id, project in sorted(one.traces):
            by_trace[trace_id].append((one, project))
    found = (_stop(trace_id, places, courses) for trace_id, places in by_trace.items())
    return [stop for stop in found if stop.courses]


def _stop(trace_id: str, places: Sequence[tuple[Recorded, str]], courses: Sequence[Course]) -> Stop:
    wanting = [
        course
        for course in courses
        if any(
            (one.key, trace_id) not in course.seen and course.is_for(trace_id, project, one.at_us)
            for one, project in places
        )
    ]
    sights = [((one.key, trace_id), one.at_us) for one, _ in places]
    return Stop(trace_id, places[0][0].at_us, wanting, sights)
