"""What became of what was sent: refused operations, and how ingest does as a whole."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.ingest_health import MAX_REJECTED, ingest_health
from functions.api.schemas.rejected import rejected_object
from shared.store.rejects import rejected_operations

routes = APIRouter(prefix="/workspaces/current")


@routes.get("/rejected-operations")
async def list_rejected(caller: CallerIn, limit: Annotated[int, Query(ge=1)] = 100) -> Response:
    """The newest operations that were refused, each with its reason."""
    traces = caller.room.store.traces
    found = rejected_operations(traces, caller.workspace, caller.now_us, min(limit, MAX_REJECTED))
    return json_v1({"items": [rejected_object(one) for one in found]})


@routes.get("/ingest-health")
async def read_ingest_health(caller: CallerIn) -> Response:
    """Lag, queues, refusals and dead letters, as of now."""
    return json_v1(ingest_health(caller.room.store, caller.workspace, caller.now_us))
