"""Workspaces, organizations and keys as the wire shows them; the wire calls a workspace a tenant."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.api.schemas.asked import Asked, Moment
from functions.api.schemas.moments import asked_us, utc
from shared.access.api_key import ApiKey
from shared.access.workspace import Workspace
from shared.base.errors import Conflict, Malformed

MAX_NAME = 200
"""Characters of a workspace's name or a key's description: they stand in lists."""
READING = ("workspaces:read", "projects:read", "runs:read")
WRITING = (
    *("workspaces:update", "projects:create", "projects:update", "projects:delete", "runs:create"),
    "api-keys:manage",
)
MANAGING = ("workspaces:create",)
"""What a key may do: every key reads; one that is not read only writes; one of the whole organization manages."""


def tenant_of(workspace: Workspace, key: ApiKey) -> dict[str, Any]:
    """The workspace, as the key that asks stands to it."""
    return {
        "id": workspace.id,
        "organization_id": workspace.organization,
        "display_name": workspace.name,
        "created_at": utc(workspace.created_us),
        "is_personal": False,
        "is_deleted": False,
        "tenant_handle": None,
        "read_only": key.is_read_only,
        "permissions": permissions_of(key),
    }


def settings_of(workspace: Workspace) -> dict[str, Any]:
    """What the SDKs want to know of the workspace that they write to."""
    return {
        "id": workspace.id,
        "display_name": workspace.name,
        "created_at": utc(workspace.created_us),
        "tenant_handle": None,
    }


def organization_of(workspaces: list[Workspace]) -> dict[str, Any]:
    """The organization that these workspaces, the oldest first, belong to, as far as the caller sees it."""
    first = workspaces[0]
    return {
        "id": first.organization,
        "display_name": first.name,
        "created_at": utc(first.created_us),
        "is_personal": False,
        "workspaces": [one.id for one in workspaces],
    }


def api_key_of(key: ApiKey, used_us: int | None = None) -> dict[str, Any]:
    """The record of a key; its text is known to nobody here. When it was used is known to the hour."""
    return {
        "id": key.id,
        "short_key": key.short,
        "description": key.description,
        "created_at": utc(key.created_us),
        "last_used_at": utc(used_us),
        "expires_at": utc(key.expires_us),
        "read_only": key.is_read_only,
        "organization_wide": key.is_organization_wide,
    }


def listed_key_of(key: ApiKey, used_us: int | None, workspace: Workspace, asking: ApiKey) -> dict[str, Any]:
    """A key among the others of its workspace: the one that asks says so, before somebody revokes it."""
    return {
        **api_key_of(key, used_us),
        "workspace_names": [workspace.name],
        "is_current": key.id == asking.id,
    }


def permissions_of(key: ApiKey) -> list[str]:
    """What this key may do."""
    if key.is_read_only:
        return [*READING]
    return [*READING, *WRITING, *(MANAGING if key.is_organization_wide else ())]


class SignIn(Asked):
    """The key that a person shows, to be signed in."""

    api_key: str


class WorkspaceName(Asked):
    """What a workspace shall be called."""

    display_name: str

    def name(self, others: list[Workspace]) -> str:
        """The name, without spaces around it. Raises: Malformed; Conflict where another workspace has it."""
        name = self.display_name.strip()
        if not 0 < len(name) <= MAX_NAME:
            raise Malformed(f"display_name: has {len(name)} characters; it must have 1 to {MAX_NAME}")
        taken = next((one for one in others if one.name == name), None)
        if taken is not None:
            raise Conflict(f"display_name: workspace {taken.id} is called {name!r} already; choose another name")
        return name


class WorkspaceCreate(WorkspaceName):
    """A new workspace, with an id of the caller's choice or a new one."""

    id: str | None = None


class ApiKeyCreate(Asked):
    """A new key."""

    description: str = Field("", max_length=MAX_NAME)
    read_only: bool = False
    organization_wide: bool = False
    expires_at: Moment | None = None

    def expires_us(self, now_us: int) -> int | None:
        """When it ends. Raises: Malformed when that is over already."""
        expires_us = asked_us(self.expires_at, "expires_at")
        if expires_us is not None and expires_us <= now_us:
            raise Malformed(f"expires_at: {self.expires_at} is in the past; a key must end in the future or never")
        return expires_us
