"""Limits of a month: what owners set, and where a workspace stands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.errors import NotSupportedYet
from functions.api.schemas.asked import Asked, optional_uuid, uuid_of
from functions.api.schemas.moments import utc
from functions.api.usage_reader import OrganizationUse
from shared.base.errors import NotFound
from shared.base.ids import new_uuid
from shared.store.usage_limits import UsageLimits
from shared.usage.limits import ENFORCED, Limit, LimitType

routes = APIRouter()


class LimitBody(Asked):
    """What a limit shall be; with an id, one that is there already."""

    limit_type: LimitType
    limit_value: Annotated[int, Field(ge=0, le=10**12)]
    id: str | None = None


@routes.get("/usage-limits")
async def list_limits(caller: CallerIn) -> Response:
    """The limits of the caller's workspace."""
    return json_v1([_shown(one) for one in _all(caller) if one.workspace == caller.workspace])


@routes.get("/usage-limits/org")
async def list_organization_limits(caller: CallerIn) -> Response:
    """The limits of the whole organization."""
    return json_v1([_shown(one) for one in _all(caller) if one.workspace is None])


@routes.put("/usage-limits")
async def set_limit(caller: CallerIn, asked: LimitBody) -> Response:
    """Limit the caller's workspace. Raises: NotFound."""
    return json_v1(_shown(_set(caller, asked, caller.workspace)))


@routes.put("/usage-limits/org")
async def set_organization_limit(caller: CallerIn, asked: LimitBody) -> Response:
    """Limit the whole organization. Raises: NotAllowed, NotFound."""
    caller.key.check_organization_wide()
    return json_v1(_shown(_set(caller, asked, None)))


@routes.delete("/usage-limits/{limit_id}")
async def delete_limit(caller: CallerIn, limit_id: str) -> Response:
    """Lift a limit of the caller's workspace, or of the organization. Raises: NotFound, NotAllowed."""
    limits, use = _limits(caller), OrganizationUse(caller)
    known = limits.get(use.organization, uuid_of(limit_id, "limit_id"))
    if known.workspace != caller.workspace:
        caller.key.check_organization_wide()
    limits.delete(use.organization, known)
    limits.review(use.organization, use.siblings)
    return Response(status_code=204)


@routes.get("/workspaces/current/usage_limits")
async def read_standing(caller: CallerIn) -> Response:
    """Whether the workspace's traces are refused now, and by which limit."""
    standing = _limits(caller).standings.of(caller.workspace)
    is_current = standing is not None and caller.now_us < standing.until_us
    is_over = standing is not None and is_current and standing.is_reached
    kind = "user_defined_monthly_traces" if standing is not None and standing.is_owners else "total_unique_traces"
    content: dict[str, Any] = {
        "in_reject_set": is_over,
        "usage_limit_type": kind if is_over else None,
        "tenant_limit": standing.limit if standing is not None and is_current else None,
        "used": standing.used if standing is not None and is_current else None,
        "is_near": standing is not None and is_current and standing.is_near,
        "owner": standing.owner if standing is not None and is_current else None,
        "resets_at": utc(standing.until_us) if standing is not None and is_current else None,
    }
    return json_v1(content)


def _set(caller: Caller, asked: LimitBody, workspace: str | None) -> Limit:
    """The limit, as it is from now on: a scope has one of each type."""
    if asked.limit_type != ENFORCED:
        raise NotSupportedYet(["limit_type: monthly_longlived_traces"])
    limits, use = _limits(caller), OrganizationUse(caller)
    same = [one for one in limits.all(use.organization) if one.workspace == workspace]
    named = optional_uuid(asked.id, "id")
    if named is not None and named not in {one.id for one in same}:
        raise NotFound(f"id: usage limit {named} does not exist here; leave the id out to set one")
    known = next((one for one in same if one.limit_type == asked.limit_type), None)
    made = (new_uuid(), caller.now_us) if known is None else (known.id, known.created_us)
    limit = Limit(made[0], workspace, asked.limit_type, asked.limit_value, made[1], caller.now_us)
    limits.write(use.organization, limit)
    limits.review(use.organization, use.siblings)
    return limit


def _all(caller: Caller) -> list[Limit]:
    return _limits(caller).all(OrganizationUse(caller).organization)


def _limits(caller: Caller) -> UsageLimits:
    return UsageLimits(caller.room.store.control, caller.room.clock)


def _shown(limit: Limit) -> dict[str, Any]:
    return {
        "id": limit.id,
        "tenant_id": limit.workspace,
        "limit_type": limit.limit_type,
        "limit_value": limit.limit_value,
        "created_at": utc(limit.created_us),
        "updated_at": utc(limit.updated_us),
    }
