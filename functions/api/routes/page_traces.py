"""A trace as the page draws it: its skeleton at once, and the runs that are looked at."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import JSON_TYPE, json_v1, served_header
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.page_size import fitting
from functions.api.reader import Served
from functions.api.routes.runs import around
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.page_run import DetailsQuery, run_detail, words_of
from functions.api.schemas.retention import kept_of
from functions.api.sharing import Sharing
from functions.api.skeletons import Drawn
from functions.api.trace_runs import PAYLOADS, TraceRuns
from shared.base.garbage import collection_paused
from shared.wire.run_parts import WIRE_TIERS

routes = APIRouter()

_NOT_SHARED, _SHARED = b'"is_shared":false', b'"is_shared":true'
"""Put in behind the skeleton, which is kept: sharing a trace does not draw it anew."""


@routes.get("/traces/{trace_id}/skeleton")
async def read_skeleton(caller: CallerIn, request: Request, trace_id: str) -> Response:
    """All runs of a trace, column by column; 304 where the asker has the newest already."""
    trace = uuid_of(trace_id, "trace_id")
    skeletons = caller.room.skeletons
    is_shared = Sharing(caller).of_trace(trace) is not None
    known = request.headers.get("if-none-match", "")
    revision = skeletons.revision(caller.workspace, trace) if known else ""
    if known and _tag(revision, is_shared=is_shared) in _tags(known):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": _tag(revision, is_shared=is_shared)})
    revision, body = skeletons.written(caller.workspace, trace, _written)
    headers = served_header(Served("trace")) | {"etag": _tag(revision, is_shared=is_shared)}
    body = body.replace(_NOT_SHARED, _SHARED, 1) if is_shared else body
    return Response(body, headers=headers, media_type=JSON_TYPE)


@routes.post("/traces/{trace_id}/runs/details", tags=[QUESTION])
async def read_details(caller: CallerIn, trace_id: str, asked: DetailsQuery) -> Response:
    """Some runs of a trace with their payloads; those that do not fit into one answer are named."""
    trace, run_ids = uuid_of(trace_id, "trace_id"), asked.run_ids()
    found = _runs(caller).some(caller.workspace, trace, run_ids)
    fit = fitting(found, PAYLOADS)
    caller.room.reader.fill(fit, PAYLOADS)
    near, there = around(caller), {read.run.id for read in found}
    content = {
        "runs": [run_detail(read, near) for read in fit],
        "left_out": [read.run.id for read in found[len(fit) :]],
        "missing": [run_id for run_id in dict.fromkeys(run_ids) if run_id not in there],
    }
    return json_v1(content, headers=served_header(Served("trace")))


@routes.get("/traces/{trace_id}/search")
async def search_trace(
    caller: CallerIn, trace_id: str, q: str, begin: Annotated[int, Query(alias="from", ge=0)] = 0
) -> Response:
    """The runs of a trace that hold all the words of `q`, in whole payloads."""
    words = words_of(q)
    with collection_paused():
        found = _runs(caller).search(caller.workspace, uuid_of(trace_id, "trace_id"), words, begin)
    content = {
        "matches": [{"id": match.run_id, "in": match.parts} for match in found.matches],
        "searched_runs": found.looked_at,
        "next_from": found.next_at,
    }
    return json_v1(content, headers=served_header(Served("trace")))


def _runs(caller: Caller) -> TraceRuns:
    return TraceRuns(caller.room.ask, caller.room.reader)


def _written(drawn: Drawn) -> bytes:
    stored = drawn.stored
    content = {
        "trace_id": stored.id,
        "revision": drawn.revision,
        "session_id": drawn.project.id,
        "session_name": drawn.project.name,
        "thread_id": drawn.thread_id,
        "trace_tier": WIRE_TIERS[stored.tier],
        "kept_because": kept_of(stored.kept),
        "first_received_us": stored.born_us,
        "last_received_us": drawn.last_received_us,
        "expires_us": stored.ends_us,
        "is_shared": False,
        "skeleton": drawn.skeleton,
    }
    return msgspec.json.encode(content)


def _tag(revision: str, *, is_shared: bool) -> str:
    """Weak: the same content, whatever it is compressed with. Source: RFC 9110, section 8.8.1."""
    return f'W/"{revision}{"-shared" if is_shared else ""}"'


def _tags(header: str) -> list[str]:
    """The tags of an If-None-Match, all of them weak. Source: RFC 9110, section 13.1.2."""
    return [f"W/{tag.strip().removeprefix('W/')}" for tag in header.split(",")]
