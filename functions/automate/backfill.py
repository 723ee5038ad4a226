"""Looking back: a rule goes over the traces that began since its date, a step at a time, each with a name of its own.

What was recorded since the rule is there, it meets as it follows; what is met twice is acted on once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

import msgspec

from functions.automate.course import Course
from functions.automate.rounds import Rounds
from shared.base.clock import Clock
from shared.base.units import US_PER_HOUR
from shared.rules.rule import Rule
from shared.rules.sampling import is_drawn
from shared.store.applications import Applications, backfill_name
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.rules import Backfill, Rules, Standing
from shared.store.walk import Position, Window

_AHEAD_US = US_PER_HOUR
"""So far ahead of ours a client's clock may be."""


class Backfiller:
    """Lets rules look back."""

    def __init__(
        self, ask: Questions, rules: Rules, applications: Applications, clock: Clock, slice_traces: int
    ) -> None:
        self._ask = ask
        self._rules = rules
        self._applications = applications
        self._clock = clock
        self._slice_traces = slice_traces

    def look_back(self, workspace: str, standing: Standing, rounds: Rounds) -> Course:
        """Go on looking back for a rule, as far as there is time; gives what was looked at in all."""
        total = Course(workspace, standing.rule, standing.since_us)
        step: Backfill | None = standing.backfill
        while step is not None and step.done_us is None and rounds.has_time():
            course = Course(workspace, standing.rule, step.order_us, name=backfill_name(step.number + 1))
            step = self._stepped(course, step, rounds)
            total.looked += course.looked
            total.applied += course.applied
            total.is_over, total.error = course.is_over, course.error
        total.keep_failure(self._rules, self._clock.now_us())
        return total

    def _stepped(self, course: Course, step: Backfill, rounds: Rounds) -> Backfill | None:
        """How far it is after one step; None where that was not finished, or somebody else made it."""
        heads = list(islice(self._heads(course.workspace, course.rule, step), self._slice_traces))
        is_last = len(heads) < self._slice_traces
        drawn = [one.trace_id for one in heads if is_drawn(course.rule.id, one.trace_id, course.rule.sampling_rate)]
        until_us = heads[-1].root.order_us if heads else step.order_us
        done = rounds.go(course.workspace, [(trace_id, [course]) for trace_id in drawn], until_us)
        if course.was_cut:
            return None
        if done < len(drawn):
            heads = heads[: [one.trace_id for one in heads].index(drawn[done])]
        matched = len({one.trace_id for one in course.done})
        rounds.guarded([course], partial(course.log, self._applications, until_us))
        if course.error or (done < len(drawn) and not heads):
            return None
        next_step = self._after(course, step, heads, is_last=is_last and done == len(drawn))
        next_step = msgspec.structs.replace(
            next_step, number=step.number + 1, looked=step.looked + done, matched=step.matched + matched
        )
        return next_step if self._rules.note_backfill(course.workspace, course.rule.id, next_step) else None

    def _after(self, course: Course, step: Backfill, heads: Sequence[Head], *, is_last: bool) -> Backfill:
        """Where the next step begins."""
        if is_last:
            return msgspec.structs.replace(step, part=1.0, done_us=self._clock.now_us())
        last = heads[-1]
        order_us, rule = last.root.order_us, course.rule
        projects, begin_us = self._projects(course.workspace, rule), rule.backfill_from_us or 0
        of_project = min(1.0, max(0.0, (order_us - begin_us) / max(1, _end_us(rule) - begin_us)))
        part = (sum(one < last.project for one in projects) + of_project) / max(1, len(projects))
        return Backfill(project=last.project, order_us=order_us, trace_id=last.trace_id, part=part)

    def _heads(self, workspace: str, rule: Rule, step: Backfill) -> Iterator[Head]:
        """The traces behind a step, project by project, the oldest first."""
        for project in self._projects(workspace, rule):
            if project > step.project:
                window = Window(rule.backfill_from_us or 0, _end_us(rule), newest_first=False)
                yield from self._ask.heads.walk(workspace, project, window)
            elif project == step.project:
                after = Position(step.order_us, step.trace_id)
                window = Window(step.order_us, _end_us(rule), newest_first=False, after=after)
                yield from self._ask.heads.walk(workspace, project, window)

    def _projects(self, workspace: str, rule: Rule) -> list[str]:
        if rule.project is not None:
            return [rule.project]
        return sorted(one.id for one in self._ask.projects.all(workspace))


def _end_us(rule: Rule) -> int:
    return rule.created_us + _AHEAD_US
