"""Statistics over runs."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1, served_header
from functions.api.auth import QUESTION, CallerIn
from functions.api.given_feedback import feedback_for, feedback_header
from functions.api.routes.runs import in_projects
from functions.api.run_stats import ALL
from functions.api.schemas.stats import stats_of
from functions.api.schemas.stats_query import StatsQuery

routes = APIRouter()


@routes.post("/runs/stats", tags=[QUESTION])
async def run_stats(caller: CallerIn, asked: StatsQuery) -> Response:
    """What the runs that match add up to, in all or by group, and what was said of them."""
    criteria = in_projects(caller, asked.criteria())
    grouping = asked.grouping()
    given = feedback_for(caller.room.ask, caller.workspace, criteria) if asked.wants_feedback else None
    if grouping is None:
        stats, served = caller.room.run_stats.of(caller.workspace, criteria, given)
        groups = {ALL: stats}
    else:
        groups, served = caller.room.run_stats.by(caller.workspace, criteria, grouping, given)
    shown = {
        key: stats_of(stats, asked.select, None if given is None else given.stats(key)) for key, stats in groups.items()
    }
    headers = {**served_header(served), **feedback_header(*([] if given is None else [given]))}
    return json_v1(shown[ALL] if grouping is None else shown, headers=headers)
