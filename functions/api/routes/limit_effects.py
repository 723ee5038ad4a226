"""What limits kept out: upgrades that were refused, tried again on demand; and traces that a sample left out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import utc
from functions.api.schemas.retention import kept_of
from shared.base.errors import Malformed
from shared.base.units import US_PER_HOUR
from shared.store.refused_upgrades import RefusedUpgrade, RefusedUpgrades
from shared.store.usage import UsageRows
from shared.usage.month import Month

routes = APIRouter(prefix="/workspaces/current")
_PAGE, _MOST_TRIED = 100, 100
_MOST_CURSOR_CHARS = 200
Limit = Annotated[int, Query(ge=1, le=1_000)]
Cursor = Annotated[str | None, Query(max_length=_MOST_CURSOR_CHARS)]


class Retry(Asked):
    """Where to go on trying; from the beginning where nothing is said."""

    cursor: str | None = None


@routes.get("/refused-upgrades")
async def list_refused(caller: CallerIn, limit: Limit = _PAGE, cursor: Cursor = None) -> Response:
    """The upgrades that a limit refused, in order of time: a row a trace and cause."""
    found = _refused(caller).page(caller.workspace, limit + 1, cursor)
    more = found[limit - 1].key if len(found) > limit else None
    return json_v1({"items": [_shown(one) for one in found[:limit]], "cursor": more})


@routes.post("/refused-upgrades/retry")
async def retry_refused(caller: CallerIn, asked: Retry) -> Response:
    """Try some of them again, in order of time; `cursor` says where the next call goes on, if there are more.

    Stops at the first that is refused again. Those that are upgraded, or gone, are listed no longer.
    """
    if asked.cursor is not None and len(asked.cursor) > _MOST_CURSOR_CHARS:
        raise Malformed("cursor: it is none that this route gave")
    refused = _refused(caller)
    tried = {"extended": 0, "already": 0, "gone": 0}
    waiting = refused.page(caller.workspace, _MOST_TRIED + 1, asked.cursor)
    for one in waiting[:_MOST_TRIED]:
        came, sentence = _tried(caller, one)
        if came == "refused":
            return json_v1({**tried, "refused_by": sentence, "cursor": None})
        refused.settled(caller.workspace, one)
        tried[came] += 1
    more = waiting[_MOST_TRIED - 1].key if len(waiting) > _MOST_TRIED else None
    return json_v1({**tried, "refused_by": None, "cursor": more})


@routes.get("/left-out")
async def list_left_out(caller: CallerIn, month: Annotated[str | None, Query(max_length=7)] = None) -> Response:
    """By the hour, what was not taken of a month since a limit lets in a sample of new traces alone."""
    asked = Month.of(caller.now_us) if month is None else Month.read(month)
    use = UsageRows(caller.room.store.control).month(caller.workspace, asked)
    hours = sorted((one for one in use.hours if one.left_out_runs), key=lambda one: one.hour)
    content = {
        "month": asked.text,
        "traces": use.left_out_traces,
        "runs": sum(one.left_out_runs for one in hours),
        "by_hour": [
            {"hour": utc(one.hour * US_PER_HOUR), "traces": one.left_out_traces, "runs": one.left_out_runs}
            for one in hours
        ],
    }
    return json_v1(content)


def _refused(caller: Caller) -> RefusedUpgrades:
    return RefusedUpgrades(caller.room.store.traces, caller.room.clock)


def _tried(caller: Caller, one: RefusedUpgrade) -> tuple[str, str]:
    """What comes of one upgrade that is tried again: it is one of this moment."""
    stored = caller.room.ask.traces.outline(caller.workspace, one.trace_id)
    if stored is None:
        return "gone", ""
    kept = msgspec.structs.replace(one.kept, at_us=caller.now_us)
    project = stored.chunks[0].project
    came = caller.room.ask.upgrades.extend(caller.workspace, one.trace_id, kept, project=project)
    return {"first": "extended"}.get(came.kind, came.kind), came.sentence


def _shown(one: RefusedUpgrade) -> dict[str, Any]:
    return {
        "trace_id": one.trace_id,
        "project_id": one.project,
        "refused_at": utc(one.at_us),
        "cause": kept_of(one.kept),
        "limit": one.sentence,
    }
