"""Series over time: of one project for its dashboard, of all projects for their sparklines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1, served_header
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.series import SeriesQuery, series_of
from functions.api.search import Served
from functions.api.series import SeriesReader
from shared.base.units import S_PER_HOUR, US_PER_HOUR
from shared.store.filters import NO_FILTERS
from shared.store.rollups import Rollups

routes = APIRouter()

_MAX_HOURS = 14 * 24


@routes.get("/series")
async def read_series(caller: CallerIn, asked: Annotated[SeriesQuery, Query()]) -> Response:
    """What a dashboard draws, in one answer: traces, runs, types, tools and feedback; or the groups of one grouping."""
    question = asked.question(caller.now_us)
    (project,) = question.criteria.projects
    caller.room.ask.projects.get(caller.workspace, project)
    reader = SeriesReader(caller.room.ask, caller.room.reader, _rollups(caller))
    series = reader.read(caller.workspace, question)
    wants_feedback = question.grouping is None and question.criteria.filters == NO_FILTERS
    given = reader.feedback(caller.workspace, project, question.buckets) if wants_feedback else None
    return json_v1(series_of(series, given, question), headers=served_header(series.served))


@routes.get("/series/projects")
async def read_sparklines(caller: CallerIn, hours: Annotated[int, Query(ge=1, le=_MAX_HOURS)] = 24) -> Response:
    """Traces and errors of each project, hour by hour, up to now."""
    this_hour = caller.now_us // US_PER_HOUR
    span = range(this_hour - hours + 1, this_hour + 1)
    projects = [project.id for project in caller.room.ask.projects.all(caller.workspace)]
    activity = _rollups(caller).activity(caller.workspace, projects, span)
    content = {
        "step_s": S_PER_HOUR,
        "starts_us": [hour * US_PER_HOUR for hour in span],
        "is_exact": activity.is_exact,
        "projects": {
            project: {"traces": [one.traces for one in counts], "errors": [one.failed for one in counts]}
            for project, counts in activity.by_project.items()
        },
    }
    return json_v1(content, headers=served_header(Served("rollups")))


def _rollups(caller: Caller) -> Rollups:
    room = caller.room
    return Rollups(room.store.traces, room.store.control, room.ask, room.clock, room.ask.prices)
