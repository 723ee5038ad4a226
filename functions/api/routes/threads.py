"""Conversations: v2's threads and v1's groups."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1, json_v2, served_header
from functions.api.auth import QUESTION, CallerIn
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.filters import NO_FILTERS, Filters
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.thread import group_v1, payloads_of, thread_stats, thread_v2, turn_v2
from functions.api.schemas.thread_query import MAX_PAGE, RunGroupQuery, ThreadQuery, between
from functions.api.search import Served

routes = APIRouter()
Selects = Annotated[list[str] | None, Query()]
_TURN = ("THREAD_ID",)
_NUMBERS = ("TURNS",)


@routes.post("/v2/threads/query", tags=[QUESTION])
async def query_threads(caller: CallerIn, asked: ThreadQuery) -> Response:
    """The threads that spoke in a window, those that spoke last first, a page at a time."""
    question = fingerprint("threads", caller.workspace, asked.model_dump(exclude={"cursor", "page_size"}))
    place = read_cursor(question, asked.cursor)
    span_us = asked.span_us(caller.now_us) if place is None else (place.start_us or 0, place.end_us)
    window = between(*span_us, None if place is None else place.after)
    limit = min(asked.page_size, MAX_PAGE)
    threads, position = caller.room.threads.page(caller.workspace, asked.project(), window, limit, asked.filters())
    following = None if position is None else Place(position, *span_us)
    content = {
        "items": [thread_v2(thread) for thread in threads],
        "next_cursor": write_cursor(question, following),
        "has_more": following is not None,
    }
    return json_v2(content, headers=served_header(Served("heads")))


@routes.get("/v2/threads/{thread_id}/traces")
async def read_turns(
    caller: CallerIn,
    thread_id: str,
    project_id: str,
    selects: Selects = None,
    page_size: Annotated[int, Query(ge=1)] = 20,
    cursor: str | None = None,
) -> Response:
    """The turns of a thread, newest first, a page at a time."""
    project = uuid_of(project_id, "project_id")
    question = fingerprint("turns", caller.workspace, project, thread_id)
    place = read_cursor(question, cursor)
    thread = caller.room.threads.one(caller.workspace, project, thread_id, between(None, None))
    numbered = list(zip(range(len(thread.turns), 0, -1), thread.turns, strict=True))
    rest = [one for one in numbered if place is None or one[1].position < place.after]
    page = rest[: min(page_size, MAX_PAGE)]
    caller.room.reader.fill([turn.root for _, turn in page], payloads_of(selects or ()))
    following = Place(page[-1][1].position, None, None) if len(rest) > len(page) else None
    content = {
        "items": [turn_v2(thread, number, turn, selects or _TURN) for number, turn in page],
        "next_cursor": write_cursor(question, following),
        "has_more": following is not None,
    }
    return json_v2(content, headers=served_header(Served("thread")))


@routes.get("/v2/threads/{thread_id}/stats")
async def read_thread_stats(caller: CallerIn, thread_id: str, session_id: str, selects: Selects = None) -> Response:
    """What the turns of a thread add up to."""
    project = uuid_of(session_id, "session_id")
    thread = caller.room.threads.one(caller.workspace, project, thread_id, between(None, None))
    return json_v2(thread_stats(thread, selects or _NUMBERS), headers=served_header(Served("thread")))


@routes.post("/runs/group", tags=[QUESTION])
async def group_runs(caller: CallerIn, asked: RunGroupQuery) -> Response:
    """The threads of a project as v1 lists them."""
    project = uuid_of(asked.session_id, "session_id")
    filters = NO_FILTERS if asked.filter is None else Filters.parsed(asked.filter)
    everything = asked.offset + asked.limit
    threads, _ = caller.room.threads.page(caller.workspace, project, asked.window(), everything, filters)
    page = threads[asked.offset :]
    content = {"groups": [group_v1(thread) for thread in page], "total": len(threads)}
    return json_v1(content, headers=served_header(Served("heads")))


@routes.get("/runs/threads/{thread_id}")
async def read_thread(caller: CallerIn, thread_id: str, session_id: str, start_time: str | None = None) -> Response:
    """The previews of a thread's turns, oldest first."""
    project = uuid_of(session_id, "session_id")
    window = between(asked_us(start_time, "start_time"), None)
    thread = caller.room.threads.one(caller.workspace, project, thread_id, window)
    previews = [(turn.root.run.inputs_preview, turn.root.run.outputs_preview) for turn in reversed(thread.turns)]
    turns = [{"inputs": inputs, "outputs": outputs} for inputs, outputs in previews]
    return json_v1({"thread_id": thread_id, "previews": {"turns": turns}})
