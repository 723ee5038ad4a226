"""Traces, as v2 reads them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v2, served_header
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.named_traces import NamedTraces
from functions.api.reader import Served, TraceRow
from functions.api.routes.runs import around
from functions.api.schemas.asked import uuid_of, uuids_of
from functions.api.schemas.run_query_v2 import MAX_TRACES, TraceQuery, TraceRunsQuery
from functions.api.schemas.run_v2 import RunShape
from functions.api.schemas.trace_v2 import TraceShape
from shared.base.errors import NotFound
from shared.base.garbage import collection_paused
from shared.store.walk import Position, Window

routes = APIRouter(prefix="/v2")


@routes.get("/traces/{trace_id}/runs")
async def runs_of_trace(caller: CallerIn, trace_id: str, asked: Annotated[TraceRunsQuery, Query()]) -> Response:
    """All runs of a trace in order of execution; without payloads it is as quick as the tree is to draw."""
    with collection_paused():
        return _tree(caller, uuid_of(trace_id, "trace_id"), asked)


@routes.post("/traces/query", tags=[QUESTION])
async def query_traces(caller: CallerIn, asked: TraceQuery) -> Response:
    """The traces of a project, newest first, a page at a time."""
    question = fingerprint("traces", caller.workspace, asked.model_dump(exclude={"cursor", "page_size", "selects"}))
    place = read_cursor(question, asked.cursor)
    span_us = asked.span_us(caller.now_us) if place is None else (place.start_us or 0, place.end_us)
    window = asked.window(span_us, None if place is None else place.after)
    shape = TraceShape(asked.selects)
    rows, position = _page(caller, asked, window, shape.payloads)
    caller.room.reader.fill_previews((row.root for row in rows), shape.previews)
    following = None if position is None else Place(position, *span_us)
    content = {
        "items": [shape.object_of(row, around(caller)) for row in rows],
        "next_cursor": write_cursor(question, following),
        "has_more": following is not None,
    }
    return json_v2(content, headers=served_header(Served("ids" if asked.trace_ids else "heads")))


def _tree(caller: Caller, trace_id: str, asked: TraceRunsQuery) -> Response:
    between = asked.criteria()
    shape = RunShape(asked.selects)
    read = caller.room.reader.trace(caller.workspace, trace_id, shape.payloads, between.filters)
    in_project = [one for one in read if one.run.project in between.projects]
    if not in_project:
        raise NotFound(f"Trace {trace_id} is not in project {asked.project_id}")
    asked_for = [one for one in in_project if asked.is_of_all_times or between.matches(one.run)]
    caller.room.reader.fill_previews(asked_for, shape.previews)
    near = around(caller)
    items = [shape.object_of(one, near) for one in asked_for]
    return json_v2({"items": items}, headers=served_header(Served("trace")))


def _page(
    caller: Caller, asked: TraceQuery, window: Window, fields: frozenset[str]
) -> tuple[list[TraceRow], Position | None]:
    reader, limit, project = caller.room.reader, min(asked.page_size, MAX_TRACES), asked.project()
    if not asked.trace_ids:
        return reader.traces(caller.workspace, project, window, limit, fields, asked.filters())
    caller.room.ask.projects.get(caller.workspace, project)
    named = NamedTraces(reader, caller.workspace, project, asked.filters())
    return named.page(uuids_of(asked.trace_ids, "trace_ids"), window, limit, fields)
