"""Runs, as v2 reads them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v2
from functions.api.auth import QUESTION, CallerIn
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.routes.runs import around
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.run_query_v2 import MAX_RUNS, RunQueryV2
from functions.api.schemas.run_v2 import RunShape
from functions.api.search_parts import PartIn
from shared.base.errors import NotFound
from shared.wire.app_paths import run_path

routes = APIRouter(prefix="/v2")

Selects = Annotated[list[str] | None, Query()]


@routes.post("/runs/query", tags=[QUESTION])
async def query_runs(caller: CallerIn, asked: RunQueryV2, part: PartIn) -> Response:
    """The runs that match, a page at a time, newest first."""
    question = fingerprint("v2", caller.workspace, asked.model_dump(exclude={"cursor", "page_size", "selects"}))
    place = read_cursor(question, part.cursor or asked.cursor)
    span_us = asked.span_us(caller.now_us) if place is None else (place.start_us or 0, place.end_us)
    criteria = asked.criteria(span_us)
    for project in criteria.projects:
        caller.room.ask.projects.get(caller.workspace, project)
    shape = RunShape(asked.selects)
    after = None if place is None else place.after
    limit = min(asked.page_size, MAX_RUNS)
    page = caller.room.reader.query(caller.workspace, criteria, limit, after, shape.payloads, part.patience)
    cursor = write_cursor(question, None if page.next is None else Place(page.next, *span_us))
    headers = part.headers(page.served, page.progress)
    if part.must_go_on(is_empty=not page.runs, cursor=cursor):
        return part.sent_on(cursor, headers)
    caller.room.reader.fill_previews(page.runs, shape.previews)
    items = [shape.object_of(read, around(caller)) for read in page.runs]
    return json_v2({"items": items, "next_cursor": cursor, "has_more": cursor is not None}, headers=headers)


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
