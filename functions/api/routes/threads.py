"""Conversations: v2's threads and v1's groups."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1, json_v2, served_header
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.stats import stats_of
from functions.api.schemas.thread import (
    THREAD_FEEDBACK,
    all_threads_stats,
    group_v1,
    payloads_of,
    thread_stats,
    thread_v2,
    turn_v2,
)
from functions.api.schemas.thread_query import (
    MAX_PAGE,
    RunGroupQuery,
    ThreadQuery,
    ThreadStatsQuery,
    TurnQuery,
    between,
)
from functions.api.search import Served
from functions.api.threads import Thread, summed
from shared.store.filters import Filters
from shared.wire.feedback_stats import feedback_stats

routes = APIRouter()
Selects = Annotated[list[str] | None, Query()]
_TURN = ("THREAD_ID",)
_NUMBERS = ("TURNS",)
_SERVED = served_header(Served("heads"))


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
    return json_v2(content, headers=_SERVED)


@routes.post("/v2/threads/stats", tags=[QUESTION])
async def query_thread_stats(caller: CallerIn, asked: ThreadStatsQuery) -> Response:
    """What the threads that spoke in a window add up to."""
    window = between(*asked.span_us(caller.now_us))
    found = caller.room.threads.matching(caller.workspace, asked.project(), window, asked.filters())
    threads = list(found)
    if THREAD_FEEDBACK in asked.select:
        caller.room.threads.complete(caller.workspace, threads)
    return json_v2(all_threads_stats(threads, asked.select), headers=_SERVED)


@routes.get("/v2/threads/{thread_id}/traces")
async def read_turns(
    caller: CallerIn,
    thread_id: str,
    asked: Annotated[TurnQuery, Query()],
) -> Response:
    """The turns of a thread that match, newest first, a page at a time."""
    question = fingerprint("turns", caller.workspace, thread_id, asked.model_dump(exclude={"cursor", "page_size"}))
    place = read_cursor(question, asked.cursor)
    project, window = asked.project(), between(None, None)
    numbered = caller.room.threads.turns(caller.workspace, project, thread_id, window, asked.filters())
    rest = [one for one in numbered if place is None or one[1].position < place.after]
    page = rest[: min(asked.page_size, MAX_PAGE)]
    selects = asked.selects or _TURN
    caller.room.reader.fill([turn.root for _, turn in page], payloads_of(selects))
    following = Place(page[-1][1].position, None, None) if len(rest) > len(page) else None
    content = {
        "items": [turn_v2(thread_id, number, turn, selects) for number, turn in page],
        "next_cursor": write_cursor(question, following),
        "has_more": following is not None,
    }
    return json_v2(content, headers=served_header(Served("thread")))


@routes.get("/v2/threads/{thread_id}/stats")
async def read_thread_stats(
    caller: CallerIn,
    thread_id: str,
    session_id: str,
    selects: Selects = None,
    filter: str | None = None,  # noqa: A002 the wire's name
) -> Response:
    """What the turns of a thread that match add up to."""
    project, window = uuid_of(session_id, "session_id"), between(None, None)
    turns = caller.room.threads.turns(caller.workspace, project, thread_id, window, Filters.parsed(filter))
    thread = Thread(thread_id, [turn for _, turn in turns])
    return json_v2(thread_stats(thread, selects or _NUMBERS), headers=served_header(Served("thread")))


@routes.post("/runs/group", tags=[QUESTION])
async def group_runs(caller: CallerIn, asked: RunGroupQuery) -> Response:
    """The threads of a project as v1 lists them."""
    threads = _groups(caller, asked)
    page = threads[asked.offset : asked.offset + asked.limit]
    caller.room.threads.complete(caller.workspace, page)
    return json_v1({"groups": [group_v1(thread) for thread in page], "total": len(threads)}, headers=_SERVED)


@routes.post("/runs/group/stats", tags=[QUESTION])
async def group_stats(caller: CallerIn, asked: RunGroupQuery) -> Response:
    """What the threads of a project add up to, and how many they are."""
    threads = _groups(caller, asked)
    caller.room.threads.complete(caller.workspace, threads)
    feedback = feedback_stats([text for thread in threads for text in thread.feedback])
    return json_v1({**stats_of(summed(threads), feedback=feedback or {}), "group_count": len(threads)}, headers=_SERVED)


@routes.get("/runs/threads/{thread_id}")
async def read_thread(caller: CallerIn, thread_id: str, session_id: str, start_time: str | None = None) -> Response:
    """The previews of a thread's turns, oldest first."""
    project = uuid_of(session_id, "session_id")
    window = between(asked_us(start_time, "start_time"), None)
    thread = caller.room.threads.one(caller.workspace, project, thread_id, window)
    previews = [(turn.root.run.inputs_preview, turn.root.run.outputs_preview) for turn in reversed(thread.turns)]
    turns = [{"inputs": inputs, "outputs": outputs} for inputs, outputs in previews]
    return json_v1({"thread_id": thread_id, "previews": {"turns": turns}})


def _groups(caller: Caller, asked: RunGroupQuery) -> list[Thread]:
    """The threads of those traces alone that match, as v1 groups them."""
    project = uuid_of(asked.session_id, "session_id")
    return caller.room.threads.groups(caller.workspace, project, asked.window(), Filters.parsed(asked.filter))
