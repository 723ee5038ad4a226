"""Statistics over runs."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1, served_header
from functions.api.auth import QUESTION, CallerIn
from functions.api.routes.runs import in_projects
from functions.api.schemas.stats import stats_of
from functions.api.schemas.stats_query import StatsQuery

routes = APIRouter()


@routes.post("/runs/stats", tags=[QUESTION])
async def run_stats(caller: CallerIn, asked: StatsQuery) -> Response:
    """What the runs that match add up to, in all or by group."""
    criteria = in_projects(caller, asked.question())
    grouping = asked.grouping()
    if grouping is None:
        stats, served = caller.room.run_stats.of(caller.workspace, criteria)
        return json_v1(stats_of(stats, asked.select), headers=served_header(served))
    groups, served = caller.room.run_stats.by(caller.workspace, criteria, grouping)
    shown = {key: stats_of(stats, asked.select) for key, stats in groups.items()}
    return json_v1(shown, headers=served_header(served))
