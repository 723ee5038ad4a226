"""How long traces are kept: what organizations and workspaces choose, and why one trace is kept."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.retention import DaysChange, TtlSettingsChange, retention_of, ttl_settings_of
from shared.access.workspace import Workspace
from shared.base.errors import NotAllowed, NotFound
from shared.retention.choices import Choice, optional_days
from shared.store.causes import later_causes

_MOST_CAUSES = 50

routes = APIRouter()


@routes.get("/ttl-settings")
async def read_settings(caller: CallerIn) -> Response:
    """What the organization says, and what the key's workspace says for itself."""
    return json_v1(_shown(caller, [_own(caller)]))


@routes.get("/orgs/ttl-settings")
async def read_organization(caller: CallerIn) -> Response:
    """What the organization says, and each workspace of it that the key sees."""
    return json_v1(_shown(caller, _seen(caller)))


@routes.put("/ttl-settings")
async def change_settings(caller: CallerIn, asked: TtlSettingsChange) -> Response:
    """Choose for the key's workspace, or for another one that is named. Raises: NotAllowed, Malformed."""
    named = caller.workspace if asked.tenant_id is None else uuid_of(asked.tenant_id, "tenant_id")
    workspace = next((one for one in _seen(caller) if one.id == named), None)
    if workspace is None:
        raise NotAllowed(f"tenant_id: your key does not see workspace {named}")
    _choose(caller, workspace.id, asked)
    if asked.apply_to_all_projects:
        _inherit(caller, workspace.id)
    return json_v1(_row(caller, workspace, workspace.id))


@routes.delete("/ttl-settings")
async def go_by_organization(caller: CallerIn) -> Response:
    """Take back all that the key's workspace says for itself: from now on it goes by its organization."""
    caller.room.ask.retention.choose(caller.workspace, Choice())
    return json_v1(_shown(caller, [_own(caller)]))


@routes.put("/orgs/ttl-settings")
async def change_organization(caller: CallerIn, asked: TtlSettingsChange) -> Response:
    """Choose for the organization, or for a workspace of it. Raises: NotAllowed, Malformed."""
    if asked.tenant_id is not None:
        return await change_settings(caller, asked)
    caller.key.check_organization_wide()
    own = _own(caller)
    _choose(caller, own.organization, asked)
    for workspace in _seen(caller) if asked.apply_to_all_projects else []:
        known = _chosen(caller, workspace.id)
        caller.room.ask.retention.choose(workspace.id, _without_tier(known))
        _inherit(caller, workspace.id)
    return json_v1(_row(caller, own, None))


@routes.get("/workspaces/current/ttl-settings")
async def read_days(caller: CallerIn) -> Response:
    """How many days the extended tier has in the key's workspace."""
    return json_v1(_days(caller))


@routes.put("/workspaces/current/ttl-settings")
async def change_days(caller: CallerIn, asked: DaysChange) -> Response:
    """Give the extended tier fewer days in the key's workspace. Raises: Malformed."""
    periods, known = caller.room.ask.traces.periods, _chosen(caller, caller.workspace)
    days = optional_days(asked.longlived_ttl_days, "longlived_ttl_days", periods)
    choice = Choice(known.default_tier, days, known.feedback_by_api, known.feedback_in_app)
    caller.room.ask.retention.choose(caller.workspace, choice)
    return json_v1(_days(caller))


@routes.get("/traces/{trace_id}/retention")
async def read_trace(caller: CallerIn, trace_id: str) -> Response:
    """Until when a trace is kept, and all that keeps it. Raises: NotFound."""
    trace = uuid_of(trace_id, "trace_id")
    stored = caller.room.ask.traces.outline(caller.workspace, trace)
    if stored is None:
        raise NotFound(f"Trace {trace} does not exist, has expired, or has not been recorded yet")
    later = later_causes(caller.room.store.traces, caller.room.ask.retention, stored, _MOST_CAUSES)
    return json_v1(retention_of(stored, later))


def _shown(caller: Caller, workspaces: list[Workspace]) -> list[dict[str, Any]]:
    """The organization's row, then those of the workspaces that say something themselves."""
    own = [one for one in workspaces if caller.room.ask.retention.chosen(one.id) is not None]
    return [_row(caller, _own(caller), None), *(_row(caller, one, one.id) for one in own)]


def _row(caller: Caller, workspace: Workspace, tenant_id: str | None) -> dict[str, Any]:
    chosen = caller.room.ask.retention.chosen(tenant_id or workspace.organization)
    own = Choice() if chosen is None else chosen.now
    if chosen is not None:
        said = _chosen(caller, workspace.organization).above(chosen.now)
        chosen = msgspec.structs.replace(chosen, now=said)
    periods = caller.room.ask.traces.periods
    return ttl_settings_of(workspace.organization, tenant_id, chosen, periods, workspace.created_us, own)


def _days(caller: Caller) -> dict[str, Any]:
    days = _chosen(caller, caller.workspace).longlived_days
    standing = caller.room.ask.traces.periods.extended_days
    return {"tenant_id": caller.workspace, "longlived_ttl_days": days or standing, "is_custom": days is not None}


def _choose(caller: Caller, scope: str, asked: TtlSettingsChange) -> None:
    caller.room.ask.retention.choose(scope, asked.changed(_chosen(caller, scope)))


def _chosen(caller: Caller, scope: str) -> Choice:
    known = caller.room.ask.retention.chosen(scope)
    return Choice() if known is None else known.now


def _without_tier(known: Choice) -> Choice:
    return Choice(None, known.longlived_days, known.feedback_by_api, known.feedback_in_app)


def _inherit(caller: Caller, workspace: str) -> None:
    """Let all projects of a workspace go by its default from now on."""
    projects = caller.room.ask.projects
    for project in projects.all(workspace, consistent=True):
        if project.trace_tier is not None:
            projects.change(project.in_tier(None, caller.now_us))


def _own(caller: Caller) -> Workspace:
    return caller.room.ask.access.workspace(caller.workspace)


def _seen(caller: Caller) -> list[Workspace]:
    """The workspaces that the caller's key sees."""
    own = _own(caller)
    if not caller.key.is_organization_wide:
        return [own]
    return [one for one in caller.room.ask.access.workspaces() if one.organization == own.organization]
