"""The counts of an hour beside what its traces' own rows say: what `tracekeep audit-usage` asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.schemas.asked import optional_uuid
from functions.api.schemas.moments import utc
from shared.base.units import US_PER_HOUR
from shared.store.usage import UsageRows, final_at_us
from shared.store.usage_audit import recount_hour
from shared.usage.counts import add_up

routes = APIRouter(prefix="/orgs/current/usage-audit")

Hour = Annotated[int, Query(ge=0, lt=2_700_000)]


@routes.get("")
async def read_audit(caller: CallerIn, hour: Hour, after: str | None = None) -> Response:
    """One hour, since 1970, of the caller's workspace: as counted, and a page of its traces as recounted."""
    table, workspace = caller.room.store.traces, caller.workspace
    counted = UsageRows(caller.room.store.control).hour(workspace, hour)
    begin = optional_uuid(after, "after") or ""
    recounted = recount_hour(table, caller.room.ask.traces, workspace, hour, caller.now_us, begin)
    content = {
        "hour": utc(hour * US_PER_HOUR),
        "is_final": caller.now_us > final_at_us(hour),
        "counted": add_up((group.project, group.traces) for group in counted.groups),
        "recounted": recounted.by_project,
        "verified": recounted.verified,
        "gone": recounted.gone,
        "unbilled": recounted.unbilled,
        "missing_upgrades": recounted.missing_upgrades,
        "next": recounted.next,
    }
    return json_v1(content)
