"""Traces, as v2 reads them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v2, served_header
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.named_traces import NamedTraces
from functions.api.patience import Patience
from functions.api.reader import Served, TracePage
from functions.api.routes.runs import around
from functions.api.schemas.asked import uuid_of, uuids_of
from functions.api.schemas.run_query_v2 import MAX_TRACES, TraceQuery, TraceRunsQuery
from functions.api.schemas.run_v2 import RunShape
from functions.api.schemas.trace_v2 import TraceShape
from functions.api.search_parts import PartIn
from shared.base.errors import NotFound
from shared.base.garbage import collection_paused
from shared.store.walk import Window

routes = APIRouter(prefix="/v2")


@routes.get("/traces/{trace_id}/runs")
async def runs_of_trace(caller: CallerIn, trace_id: str, asked: Annotated[TraceRunsQuery, Query()]) -> Response:
    """All runs of a trace in order of execution; without payloads it is as quick as the tree is to draw."""
    with collection_paused():
        return _tree(caller, uuid_of(trace_id, "trace_id"), asked)


@routes.post("/traces/query", tags=[QUESTION])
async def query_traces(caller: CallerIn, asked: TraceQuery, part: PartIn) -> Response:
    """The traces of a project, newest first, a page at a time."""
    question = fingerprint("traces", caller.workspace, asked.model_dump(exclude={"cursor", "page_size", "selects"}))
    place = read_cursor(question, part.cursor or asked.cursor)
    span_us = asked.span_us(caller.now_us) if place is None else (place.start_us or 0, place.end_us)
    window = asked.window(span_us, None if place is None else place.after)
    shape = TraceShape(asked.selects)
    page = _page(caller, asked, window, shape.payloads, part.patience)
    cursor = write_cursor(question, None if page.next is None else Place(page.next, *span_us))
    headers = part.headers(page.served, page.progress)
    if part.must_go_on(is_empty=not page.rows, cursor=cursor):
        return part.sent_on(cursor, headers)
    caller.room.reader.fill_previews((row.root for row in page.rows), shape.previews)
    items = [shape.object_of(row, around(caller)) for row in page.rows]
    return json_v2({"items": items, "next_cursor": cursor, "has_more": cursor is not None}, headers=headers)


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


def _page(caller: Caller, asked: TraceQuery, window: Window, fields: frozenset[str], patience: Patience) -> TracePage:
    reader, limit, project = caller.room.reader, min(asked.page_size, MAX_TRACES), asked.project()
    if not asked.trace_ids:
        return reader.traces(caller.workspace, project, window, limit, fields, asked.filters(), patience)
    caller.room.ask.projects.get(caller.workspace, project)
    named = NamedTraces(reader, caller.workspace, project, asked.filters())
    rows, following = named.page(uuids_of(asked.trace_ids, "trace_ids"), window, limit, fields)
    return TracePage(rows, following, Served("ids"))
