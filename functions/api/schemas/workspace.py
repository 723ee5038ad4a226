"""Workspaces, organizations and keys as the wire shows them; the wire calls a workspace a tenant."""

from __future__ import annotations

from typing import Any

from functions.api.schemas.asked import Asked, Moment
from functions.api.schemas.moments import asked_us, utc
from shared.access.api_key import ApiKey
from shared.access.workspace import Workspace
from shared.base.errors import Malformed

READING = ("workspaces:read", "projects:read", "runs:read")
WRITING = ("projects:create", "projects:update", "projects:delete", "runs:create", "api-keys:manage")
"""What a key may do: every key reads; one that is not read only does all."""


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
    """The organization that these workspaces belong to, as far as the caller sees it."""
    first = workspaces[0]
    return {
        "id": first.organization,
        "display_name": first.name,
        "created_at": utc(first.created_us),
        "is_personal": False,
        "workspaces": [one.id for one in workspaces],
    }


def api_key_of(key: ApiKey) -> dict[str, Any]:
    """The record of a key; its text is known to nobody here."""
    return {
        "id": key.id,
        "short_key": key.short,
        "description": key.description,
        "created_at": utc(key.created_us),
        "expires_at": utc(key.expires_us),
        "read_only": key.is_read_only,
    }


def permissions_of(key: ApiKey) -> list[str]:
    """What this key may do."""
    return [*READING] if key.is_read_only else [*READING, *WRITING]


class SignIn(Asked):
    """The key that a person shows, to be signed in."""

    api_key: str


class ApiKeyCreate(Asked):
    """A new key."""

    description: str = ""
    read_only: bool = False
    expires_at: Moment | None = None

    def expires_us(self, now_us: int) -> int | None:
        """When it ends. Raises: Malformed when that is over already."""
        expires_us = asked_us(self.expires_at, "expires_at")
        if expires_us is not None and expires_us <= now_us:
            raise Malformed(f"expires_at: {self.expires_at} is in the past; a key must end in the future or never")
        return expires_us
