"""The feedback on the runs that a question is about, for their statistics.

Runs are counted from rollups and rows that know nothing of feedback, which may come at any time after them. So
feedback is looked up from its own list, newest first, and joined to the runs by their ids. A question looks at
`MAX_LOOKED_AT` of it; where there is more, `is_all` is False and the answer's header says so.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any

from functions.api.criteria import RunCriteria
from shared.base.ids import uuid_time_us
from shared.base.units import US_PER_DAY
from shared.feedback.feedback import Feedback, Fields
from shared.feedback.stats import by_key
from shared.store.questions import Questions

MAX_LOOKED_AT = 20_000
"""Feedbacks that one question looks at: a hundred pages of the list, each one query."""
EARLY_US = US_PER_DAY
"""How long before its run's start a feedback may say that it was given: clocks differ."""
MAX_TRACES = 1_000
"""Traces that are read for it, where a run's row does not say what its feedback is to be grouped by."""
FEEDBACK_HEADER = "Tracekeep-Feedback"


class GivenFeedback:
    """Some feedback by the run that it is about, and what of it was counted, by group."""

    def __init__(self, found: Iterable[Feedback], most: int | None = MAX_LOOKED_AT) -> None:
        looked_at = list(found if most is None else islice(found, most + 1))
        self.is_all = most is None or len(looked_at) <= most
        self.looked_at = looked_at[:most]
        self.about: dict[str, list[Feedback]] = defaultdict(list)
        for one in self.looked_at:
            if one.run_id is not None:
                self.about[one.run_id].append(one)
        self._groups: dict[str, list[Fields]] = defaultdict(list)

    def count(self, run_id: str, groups: Iterable[str]) -> None:
        """Let what was said of this run count in these groups."""
        said = [one.fields for one in self.about.get(run_id, ())]
        for group in groups if said else ():
            self._groups[group] += said

    def stats(self, group: str) -> dict[str, Any]:
        """What was counted in a group, by feedback key."""
        return by_key(self._groups.get(group, ()))

    def split(self, criteria: RunCriteria) -> tuple[list[str], list[str]]:
        """The runs that the question's window holds by the time inside their ids, and those whose ids tell none.

        That time is good to the minute (ADR 4). Roots alone, where only they are asked for.
        """
        window, inside, unsure = criteria.window(), [], []
        is_open = criteria.start_us is None and criteria.end_us is None
        for run_id, said in self.about.items():
            time_us = uuid_time_us(run_id)
            if criteria.is_root and said[0].trace_id != run_id:
                continue
            if is_open or (time_us is not None and window.start_us <= time_us <= window.end_us):
                inside.append(run_id)
            elif time_us is None:
                unsure.append(run_id)
        return inside, unsure

    def traces_of(self, run_ids: Collection[str]) -> list[str]:
        """The traces of these runs, at most `MAX_TRACES`: where there are more, this is not all."""
        traces = list(dict.fromkeys(one.trace_id for run_id in run_ids for one in self.about[run_id] if one.trace_id))
        self.is_all = self.is_all and len(traces) <= MAX_TRACES
        return traces[:MAX_TRACES]


def feedback_for(ask: Questions, workspace: str, criteria: RunCriteria) -> GivenFeedback:
    """The feedback on the runs that may match: all on traces that are named, else the newest of the projects'."""
    named = _traces_named(ask, workspace, criteria)
    if named:
        return GivenFeedback(ask.feedbacks.of_traces(workspace, named), None)
    since_us = max(0, (criteria.start_us or 0) - EARLY_US)
    lists = (ask.feedbacks.listed(workspace, project, since_us) for project in criteria.projects)
    newest = heapq.merge(*lists, key=lambda one: (one.created_us, one.id), reverse=True)
    return GivenFeedback(newest)


def feedback_header(*given: GivenFeedback) -> dict[str, str]:
    """How much feedback was looked at, and whether that is all there was; nothing where none was asked for."""
    if not given:
        return {}
    is_all = all(one.is_all for one in given)
    return {FEEDBACK_HEADER: f"looked-at={sum(len(one.looked_at) for one in given)}; all={'yes' if is_all else 'no'}"}


def _traces_named(ask: Questions, workspace: str, criteria: RunCriteria) -> set[str]:
    """The traces of runs that are asked for by their ids, by their traces' or by their parent's."""
    if criteria.ids:
        return ask.feedbacks.homes.traces_of(workspace, criteria.ids)
    if criteria.trace_ids or criteria.parent_run_id is None:
        return set(criteria.trace_ids)
    return ask.feedbacks.homes.traces_of(workspace, [criteria.parent_run_id])
