"""The caller's workspace, its organization, and what was refused there."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.schemas.me import me_of
from functions.api.schemas.moments import utc
from functions.api.schemas.workspace import organization_of, settings_of, tenant_of
from shared.store.rejects import RejectedOperation, rejected_operations

MAX_REJECTED = 1_000

routes = APIRouter()


@routes.get("/workspaces")
@routes.get("/tenants")
async def list_workspaces(caller: CallerIn) -> Response:
    """The workspaces that the key sees: its own."""
    workspace = caller.room.ask.access.workspace(caller.workspace)
    return json_v1([tenant_of(workspace, caller.key)])


@routes.get("/workspaces/current")
async def current_workspace(caller: CallerIn) -> Response:
    """The key's workspace."""
    return json_v1(tenant_of(caller.room.ask.access.workspace(caller.workspace), caller.key))


@routes.get("/settings")
async def settings(caller: CallerIn) -> Response:
    """The key's workspace, as the SDKs read it."""
    return json_v1(settings_of(caller.room.ask.access.workspace(caller.workspace)))


@routes.get("/orgs/current")
async def current_organization(caller: CallerIn) -> Response:
    """The organization that the key's workspace belongs to."""
    return json_v1(organization_of([caller.room.ask.access.workspace(caller.workspace)]))


@routes.get("/me")
async def me(caller: CallerIn) -> Response:
    """Who asks: a key, since there are no users beside keys."""
    return json_v1(me_of(caller))


@routes.get("/workspaces/current/rejected-operations")
async def list_rejected(caller: CallerIn, limit: Annotated[int, Query(ge=1)] = 100) -> Response:
    """The newest operations that were refused, each with its reason."""
    traces = caller.room.store.traces
    found = rejected_operations(traces, caller.workspace, caller.now_us, min(limit, MAX_REJECTED))
    return json_v1({"items": [_rejected(one) for one in found]})


def _rejected(operation: RejectedOperation) -> dict[str, Any]:
    return {
        "receipt": operation.receipt,
        "received_at": utc(operation.received_us),
        "where": operation.where,
        "reason": operation.reason,
        "run_id": operation.run_id,
        "project": operation.project,
    }
