"""Runs, as v2 reads them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v2, served_header
from functions.api.auth import QUESTION, CallerIn
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.routes.runs import around
from functions.api.schemas.app_paths import run_path
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.run_query_v2 import MAX_RUNS, RunQueryV2
from functions.api.schemas.run_v2 import RunShape
from shared.base.errors import NotFound

routes = APIRouter(prefix="/v2")

Selects = Annotated[list[str] | None, Query()]


@routes.post("/runs/query", tags=[QUESTION])
async def query_runs(caller: CallerIn, asked: RunQueryV2) -> Response:
    """The runs that match, a page at a time, newest first."""
    question = fingerprint("v2", caller.workspace, asked.model_dump(exclude={"cursor", "page_size", "selects"}))
    place = read_cursor(question, asked.cursor)
    span_us = asked.span_us(caller.now_us) if place is None else (place.start_us or 0, place.end_us)
    criteria = asked.criteria(span_us)
    for project in criteria.projects:
        caller.room.ask.projects.get(caller.workspace, project)
    shape = RunShape(asked.selects)
    after = None if place is None else place.after
    page = caller.room.reader.query(caller.workspace, criteria, min(asked.page_size, MAX_RUNS), after, shape.payloads)
    caller.room.reader.fill_previews(page.runs, shape.previews)
    following = None if page.next is None else Place(page.next, *span_us)
    content = {
        "items": [shape.object_of(read, around(caller)) for read in page.runs],
        "next_cursor": write_cursor(question, following),
        "has_more": following is not None,
    }
    return json_v2(content, headers=served_header(page.served))


@routes.get("/runs/{run_id}")
async def read_run(
    caller: CallerIn, run_id: str, project_id: str, selects: Selects = None, start_time: str | None = None
) -> Response:
    """One run; `start_time` saves a search."""
    shape = RunShape(selects)
    project = uuid_of(project_id, "project_id")
    start_us = asked_us(start_time, "start_time")
    read = caller.room.reader.run(caller.workspace, uuid_of(run_id, "run_id"), shape.payloads, project, start_us)
    if read.run.project != project:
        raise NotFound(f"Run {run_id} is not in project {project}")
    caller.room.reader.fill_previews([read], shape.previews)
    return json_v2(shape.object_of(read, around(caller)))


@routes.get("/runs/{run_id}/url")
async def read_url(
    caller: CallerIn, run_id: str, project_id: str, trace_id: str, start_time: str | None = None
) -> Response:
    """Where the page shows this run: an address at the domain that was asked."""
    project = uuid_of(project_id, "project_id")
    start_us = asked_us(start_time, "start_time")
    read = caller.room.reader.run(caller.workspace, uuid_of(run_id, "run_id"), (), project, start_us)
    if read.run.project != project or read.run.trace_id != uuid_of(trace_id, "trace_id"):
        raise NotFound(f"Run {run_id} is not in trace {trace_id} of project {project}")
    return json_v2({"url": caller.origin + run_path(caller.workspace, read.run)})
