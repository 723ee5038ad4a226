"""Limits of a month: what owners set, and where a workspace stands."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import optional_uuid, uuid_of
from functions.api.schemas.usage_limit import LimitBody, limit_shown, standing_of
from functions.api.usage_reader import OrganizationUse
from shared.base.errors import NotFound
from shared.base.ids import new_uuid
from shared.store.limit_alerts import LimitAlerts
from shared.store.usage_limits import UsageLimits
from shared.usage.limits import Limit
from shared.usage.month import Month

routes = APIRouter()


@routes.get("/usage-limits")
async def list_limits(caller: CallerIn) -> Response:
    """The limits of the caller's workspace."""
    return json_v1([limit_shown(one) for one in _all(caller) if one.workspace == caller.workspace])


@routes.get("/usage-limits/org")
async def list_organization_limits(caller: CallerIn) -> Response:
    """The limits of the whole organization."""
    return json_v1([limit_shown(one) for one in _all(caller) if one.workspace is None])


@routes.put("/usage-limits")
async def set_limit(caller: CallerIn, asked: LimitBody) -> Response:
    """Limit the caller's workspace. Raises: NotFound."""
    return json_v1(limit_shown(_set(caller, asked, caller.workspace)))


@routes.put("/usage-limits/org")
async def set_organization_limit(caller: CallerIn, asked: LimitBody) -> Response:
    """Limit the whole organization. Raises: NotAllowed, NotFound."""
    caller.key.check_organization_wide()
    return json_v1(limit_shown(_set(caller, asked, None)))


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
    noted = _limits(caller).standings.of(caller.workspace).at(caller.now_us)
    use, month = OrganizationUse(caller), Month.of(caller.now_us).text
    alerts = LimitAlerts(caller.room.store.control, caller.room.clock).of_month(use.organization, month)
    seen = [one for one in alerts if one.standing.scope in (caller.workspace, use.organization)]
    return json_v1(standing_of(noted.standings, seen))


def _set(caller: Caller, asked: LimitBody, workspace: str | None) -> Limit:
    """The limit, as it is from now on: a scope has one of each type."""
    limits, use = _limits(caller), OrganizationUse(caller)
    same = [one for one in limits.all(use.organization) if one.workspace == workspace]
    named = optional_uuid(asked.id, "id")
    if named is not None and named not in {one.id for one in same}:
        raise NotFound(f"id: usage limit {named} does not exist here; leave the id out to set one")
    known = next((one for one in same if one.limit_type == asked.limit_type), None)
    made = (new_uuid(), caller.now_us) if known is None else (known.id, known.created_us)
    limit = asked.limit(made[0], workspace, made[1], caller.now_us)
    limits.write(use.organization, limit)
    limits.review(use.organization, use.siblings)
    return limit


def _all(caller: Caller) -> list[Limit]:
    return _limits(caller).all(OrganizationUse(caller).organization)


def _limits(caller: Caller) -> UsageLimits:
    return UsageLimits(caller.room.store.control, caller.room.clock)
