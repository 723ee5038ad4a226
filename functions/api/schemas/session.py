"""A project as the wire shows it, where it is called a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from functions.api.schemas.moments import naive
from functions.api.schemas.stats import stats_of
from shared.feedback.feedback import Feedback, Fields
from shared.feedback.stats import by_key
from shared.projects.project import Project
from shared.runs.stats import Stats
from shared.wire.run_parts import WIRE_TIERS


def session_of(project: Project, stats: Stats | None = None, feedback: Iterable[Feedback] = ()) -> dict[str, Any]:
    """The project, with its statistics where they were asked for; `feedback` is all of it."""
    return {
        "id": project.id,
        "tenant_id": project.workspace,
        "name": project.name,
        "description": project.description,
        "start_time": naive(project.start_us or project.created_us),
        "end_time": naive(project.end_us),
        "extra": None if project.extra is None else msgspec.Raw(project.extra.encode()),
        "reference_dataset_id": project.reference_dataset_id,
        "default_dataset_id": project.default_dataset_id,
        "trace_tier": None if project.trace_tier is None else WIRE_TIERS[project.trace_tier],
        "longlived_ttl_days": project.longlived_days,
        "ttl_days": project.ttl_days,
        **({} if stats is None else {**_wire_stats(stats), **_feedback_stats(feedback)}),
    }


def _wire_stats(stats: Stats) -> dict[str, Any]:
    """Counts are of traces."""
    return {**stats_of(stats), "last_run_start_time_live": naive(stats.last_start_us or None)}


def _feedback_stats(feedback: Iterable[Feedback]) -> dict[str, Any]:
    """What was said of its runs, and apart from that what was said of the project as a whole."""
    of_runs: list[Fields] = []
    of_project: list[Fields] = []
    for one in feedback:
        (of_project if one.run_id is None else of_runs).append(one.fields)
    return {"feedback_stats": by_key(of_runs), "session_feedback_stats": by_key(of_project)}
