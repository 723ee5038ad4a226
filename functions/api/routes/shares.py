"""Sharing: v1 and v2 as the clients ask, the whole of it for the page, and what a workspace shares."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1, json_v2
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.schemas.asked import optional_uuid, uuid_of
from functions.api.schemas.share import (
    PreviewAsked,
    ShareAsked,
    ShareV2,
    Unshare,
    entity_of,
    receipt_object,
    share_object,
    token_brought,
)
from functions.api.sharing import Found, Sharing
from shared.base.errors import NotFound
from shared.store.share_views import ShareViews

routes = APIRouter()


@routes.put("/runs/{run_id}/share")
async def share_run(caller: CallerIn, request: Request, run_id: str) -> Response:
    """Share the trace of a run, with the workspace's defaults."""
    sharing, run = Sharing(caller), uuid_of(run_id, "run_id")
    _, told = sharing.share(sharing.trace_of(run), token_brought(await request.body()))
    return json_v1({"run_id": run, "share_token": told.token})


@routes.get("/runs/{run_id}/share")
async def read_share_of_run(caller: CallerIn, run_id: str) -> Response:
    """The token that the trace of a run is shared by, or null."""
    sharing, run = Sharing(caller), uuid_of(run_id, "run_id")
    found = sharing.of_trace(sharing.trace_of(run))
    return json_v1(None if found is None else {"run_id": run, "share_token": found[1].token})


@routes.delete("/runs/{run_id}/share")
async def unshare_run(caller: CallerIn, run_id: str) -> Response:
    """Take the share of a run's trace back; that there is none is no error."""
    sharing = Sharing(caller)
    _unshare(sharing, sharing.trace_of(uuid_of(run_id, "run_id")))
    return Response()


@routes.post("/v2/runs/{run_id}/share")
async def share_run_v2(caller: CallerIn, run_id: str, asked: ShareV2) -> Response:
    """Share the trace of a run, with the workspace's defaults."""
    sharing = Sharing(caller)
    project = optional_uuid(asked.session_id, "session_id")
    _, told = sharing.share(sharing.trace_of(uuid_of(run_id, "run_id"), project))
    return json_v2({"share_token": told.token, "run_id": run_id, "trace_id": told.trace_id})


@routes.delete("/v2/runs/{run_id}/share")
async def unshare_run_v2(caller: CallerIn, run_id: str) -> Response:
    """Take it back; what is not shared, or not there, is so already."""
    sharing, run = Sharing(caller), uuid_of(run_id, "run_id")
    try:
        _unshare(sharing, run if sharing.of_trace(run) is not None else sharing.trace_of(run))
    except NotFound:
        return Response(status_code=204)
    return Response(status_code=204)


@routes.put("/traces/{trace_id}/share")
async def share_trace(caller: CallerIn, trace_id: str, asked: ShareAsked) -> Response:
    """Share a trace until then, hiding that; or change how it is shared."""
    sharing = Sharing(caller)
    return json_v2(_shown(caller, sharing.share(sharing.trace_of(uuid_of(trace_id, "trace_id")), asked=asked)))


@routes.get("/traces/{trace_id}/share")
async def read_share(caller: CallerIn, trace_id: str) -> Response:
    """How a trace is shared, or null."""
    found = Sharing(caller).of_trace(uuid_of(trace_id, "trace_id"))
    return json_v2(None if found is None else _shown(caller, found))


@routes.delete("/traces/{trace_id}/share")
async def unshare_trace(caller: CallerIn, trace_id: str) -> Response:
    """Take it back; answers with the receipt as far as it is done, or null where there was no share."""
    sharing = Sharing(caller)
    found = _unshare(sharing, uuid_of(trace_id, "trace_id"))
    receipt = None if found is None else sharing.shares.receipt(caller.workspace, found[1].id)
    return json_v2(None if receipt is None else receipt_object(receipt))


@routes.post("/traces/{trace_id}/share/preview", tags=[QUESTION])
async def preview_share(caller: CallerIn, trace_id: str, asked: PreviewAsked) -> Response:
    """What the public would see: the trace, one run, and how often each rule hides something."""
    sharing = Sharing(caller)
    trace = sharing.trace_of(uuid_of(trace_id, "trace_id"))
    return json_v2(sharing.preview(trace, asked.rules(), asked.run()))


@routes.get("/workspaces/current/shared")
async def list_shared(
    caller: CallerIn,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """What the workspace shares, newest first."""
    told = [
        one
        for one in Sharing(caller).shares.of_workspace(caller.workspace)
        if one.expires_us is None or one.expires_us > caller.now_us
    ]
    page = told[offset : offset + limit]
    views = ShareViews(caller.room.store.control).of_many([one.id for one in page])
    entities = [entity_of(one, looks, caller.origin) for one, looks in zip(page, views, strict=True)]
    return json_v1({"entities": entities, "total": len(told)})


@routes.delete("/workspaces/current/shared")
async def unshare_many(caller: CallerIn, asked: Unshare) -> Response:
    """Take back these shares, or all; tokens of no share of this workspace are passed over."""
    sharing, tokens = Sharing(caller), asked.tokens()
    told = sharing.shares.of_workspace(caller.workspace)
    chosen = [one for one in told if asked.unshare_all or one.token in tokens]
    for one in chosen:
        sharing.unshare(one, "unshared all" if asked.unshare_all else "unshared")
    return json_v1({"unshared": len(chosen)})


@routes.get("/workspaces/current/shared/receipts")
async def list_receipts(caller: CallerIn, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Response:
    """What became of the newest shares, open ones and others: the audit list."""
    return json_v2([receipt_object(one) for one in Sharing(caller).shares.receipts(caller.workspace, limit)])


@routes.get("/workspaces/current/shared/receipts/{share_id}")
async def read_receipt(caller: CallerIn, share_id: str) -> Response:
    """What became of one share."""
    found = Sharing(caller).shares.receipt(caller.workspace, share_id[:64])
    if found is None:
        raise NotFound(f"Share {share_id[:64]} does not exist in this workspace")
    return json_v2(receipt_object(found))


def _unshare(sharing: Sharing, trace_id: str) -> Found | None:
    found = sharing.of_trace(trace_id)
    if found is not None:
        sharing.unshare(found[1])
    return found


def _shown(caller: Caller, found: Found) -> dict[str, Any]:
    views = ShareViews(caller.room.store.control).of(found[1].id)
    return share_object(*found, views, caller.origin)
