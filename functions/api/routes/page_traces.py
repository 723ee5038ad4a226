"""A trace as the page draws it: its skeleton at once, and the runs that are looked at."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from functions.api.answers import json_v1, served_header
from functions.api.auth import CallerIn
from functions.api.reader import Served
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.run_parts import WIRE_TIERS
from functions.api.skeletons import Drawn, Skeletons

routes = APIRouter()


@routes.get("/traces/{trace_id}/skeleton")
async def read_skeleton(caller: CallerIn, request: Request, trace_id: str) -> Response:
    """All runs of a trace, column by column; 304 where the asker has the newest already."""
    trace = uuid_of(trace_id, "trace_id")
    skeletons = Skeletons(caller.room.ask, caller.room.prices)
    known = request.headers.get("if-none-match", "")
    revision = skeletons.revision(caller.workspace, trace) if known else ""
    if known and _tag(revision) in _tags(known):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"etag": _tag(revision)})
    drawn = skeletons.draw(caller.workspace, trace)
    headers = served_header(Served("trace", len(drawn.stored.chunks))) | {"etag": _tag(drawn.revision)}
    return json_v1(_content(drawn), headers=headers)


def _content(drawn: Drawn) -> dict[str, Any]:
    stored = drawn.stored
    return {
        "trace_id": stored.id,
        "revision": drawn.revision,
        "session_id": drawn.project.id,
        "session_name": drawn.project.name,
        "thread_id": drawn.thread_id,
        "trace_tier": WIRE_TIERS[stored.tier],
        "kept_because": stored.kept_because,
        "first_received_us": stored.born_us,
        "last_received_us": drawn.last_received_us,
        "expires_us": stored.ends_us,
        "is_shared": False,
        "skeleton": drawn.skeleton,
    }


def _tag(revision: str) -> str:
    """Weak: the same content, whatever it is compressed with. Source: RFC 9110, section 8.8.1."""
    return f'W/"{revision}"'


def _tags(header: str) -> list[str]:
    """The tags of an If-None-Match, all of them weak. Source: RFC 9110, section 13.1.2."""
    return [f"W/{tag.strip().removeprefix('W/')}" for tag in header.split(",")]
