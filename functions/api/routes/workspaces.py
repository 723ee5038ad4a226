"""The caller's workspace, the others of its organization, and who asks."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.schemas.asked import optional_uuid, uuid_of
from functions.api.schemas.me import me_of
from functions.api.schemas.workspace import (
    WorkspaceCreate,
    WorkspaceName,
    organization_of,
    settings_of,
    tenant_of,
)
from functions.api.seen import workspaces_seen
from functions.api.sharing import Sharing
from shared.base.errors import Conflict, NotFound

routes = APIRouter()


@routes.get("/workspaces")
@routes.get("/tenants")
async def list_workspaces(caller: CallerIn) -> Response:
    """The workspaces that the key sees: its own, or all of its organization."""
    return json_v1([tenant_of(one, caller.key) for one in workspaces_seen(caller)])


@routes.post("/workspaces")
async def create_workspace(caller: CallerIn, asked: WorkspaceCreate) -> Response:
    """A new workspace of the same organization. Raises: NotAllowed, Malformed, Conflict."""
    caller.key.check_organization_wide()
    siblings = workspaces_seen(caller)
    access, named = caller.room.ask.access, optional_uuid(asked.id, "id")
    name = asked.name(siblings)
    if named is not None and access.has_workspace(named):
        raise Conflict(f"id: workspace {named} exists already; leave the id out to get a new one")
    return json_v1(tenant_of(access.create_workspace(name, named, siblings[0].organization), caller.key))


@routes.patch("/workspaces/{workspace_id}")
async def rename_workspace(caller: CallerIn, workspace_id: str, asked: WorkspaceName) -> Response:
    """Give a workspace that the key sees another name. Raises: NotFound, Malformed, Conflict."""
    seen = {one.id: one for one in workspaces_seen(caller)}
    named = seen.pop(uuid_of(workspace_id, "workspace_id"), None)
    if named is None:
        raise NotFound(f"Workspace {workspace_id} does not exist, or your key does not see it")
    name = asked.name(list(seen.values()))
    return json_v1(tenant_of(caller.room.ask.access.rename_workspace(named.id, name), caller.key))


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
    """The organization that the key's workspace belongs to, and whether any of its workspaces may share."""
    is_off = Sharing(caller).settings()[1].is_off
    return json_v1(organization_of(workspaces_seen(caller)) | {"public_sharing_disabled": is_off})


@routes.get("/me")
async def me(caller: CallerIn) -> Response:
    """Who asks: a key, since there are no users beside keys."""
    return json_v1(me_of(caller))
