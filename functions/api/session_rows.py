"""Projects with their statistics and feedback: in an order that needs them, and as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from functions.api.auth import Caller
from functions.api.criteria import RunCriteria
from functions.api.given_feedback import MAX_LOOKED_AT, GivenFeedback, feedback_header
from functions.api.schemas.session import session_of
from functions.api.schemas.session_list import BY_STATS, SessionQuery
from shared.feedback.stats import by_key
from shared.projects.project import Project
from shared.runs.stats import Stats


class SessionRows:
    """What is known of projects since a time, each read once for one answer.

    Of each project's feedback the newest `MAX_LOOKED_AT` are looked at.
    """

    def __init__(self, caller: Caller, start_us: int | None) -> None:
        self._caller = caller
        self._start_us = start_us
        self._stats: dict[str, Stats] = {}
        self._given: dict[str, GivenFeedback] = {}

    def stats(self, project: Project) -> Stats:
        """What its traces add up to."""
        if project.id not in self._stats:
            criteria = RunCriteria(projects=(project.id,), is_root=True, start_us=self._start_us)
            self._stats[project.id] = self._caller.room.run_stats.of(self._caller.workspace, criteria)[0]
        return self._stats[project.id]

    def given(self, project: Project) -> GivenFeedback:
        """The feedback that was given on its runs and on itself."""
        if project.id not in self._given:
            feedbacks = self._caller.room.ask.feedbacks
            listed = feedbacks.listed(self._caller.workspace, project.id, self._start_us or 0)
            self._given[project.id] = GivenFeedback(listed, MAX_LOOKED_AT)
        return self._given[project.id]

    def mean_score(self, project: Project, key: str, source: str | None) -> float | None:
        """The mean of its scores of one key: those on runs, those on the project as a whole, or all."""
        said = [
            one.fields
            for one in self.given(project).looked_at
            if one.key == key and source in (None, "session" if one.run_id is None else "run")
        ]
        mean: float | None = by_key(said)[key]["avg"] if said else None
        return mean

    def shown(self, project: Project) -> dict[str, Any]:
        """The project as the wire shows it, with its statistics."""
        return session_of(project, self.stats(project), self.given(project).looked_at)

    def feedback_header(self) -> dict[str, str]:
        """How much feedback was looked at, of all these projects."""
        return feedback_header(*self._given.values())


def in_order(rows: SessionRows, projects: list[Project], asked: SessionQuery) -> list[Project]:
    """The projects in the order that is asked for; those without a value to sort by come last."""
    value = _value(rows, asked)
    values = {one.id: value(one) for one in projects}
    known = [one for one in projects if values[one.id] is not None]
    known.sort(key=lambda one: (values[one.id], one.id), reverse=asked.sort_by_desc)
    return [*known, *(one for one in projects if values[one.id] is None)]


def _value(rows: SessionRows, asked: SessionQuery) -> Callable[[Project], Any]:
    by_stats = BY_STATS.get(asked.sort_by)
    if by_stats is not None:
        return lambda one: by_stats(rows.stats(one))
    if asked.sort_by == "feedback":
        return lambda one: rows.mean_score(one, asked.sort_by_feedback_key or "", asked.sort_by_feedback_source)
    if asked.sort_by == "name":
        return lambda one: one.name
    return lambda one: one.start_us or one.created_us
