"""Who asks, where, and of what server: all that the page must know before it shows anything."""

from __future__ import annotations

from typing import Any

from functions.api.auth import Caller
from functions.api.edge import MAX_RESULT_BYTES
from functions.api.schemas.moments import utc
from functions.api.schemas.workspace import api_key_of, permissions_of
from shared.base.version import VERSION


def me_of(caller: Caller) -> dict[str, Any]:
    """The key, what it may do, its workspace and organization, the session, and the server."""
    workspace = caller.room.ask.access.workspace(caller.workspace)
    return {
        "api_key": api_key_of(caller.key, caller.now_us),
        "tenant_id": workspace.id,
        "workspace": {"id": workspace.id, "display_name": workspace.name, "created_at": utc(workspace.created_us)},
        "organization": {"id": workspace.organization, "display_name": workspace.name},
        "permissions": permissions_of(caller.key),
        "session": {"expires_at": utc(caller.session.expires_us)} if caller.session else None,
        "server": _server_of(caller),
    }


def _server_of(caller: Caller) -> dict[str, Any]:
    settings = caller.room.settings
    return {
        "version": VERSION,
        "is_local": settings.is_local,
        "endpoint": f"{caller.origin}/api/v1",
        "now": utc(caller.now_us),
        "retention_days": {"base": settings.base_days, "extended": settings.extended_days},
        "allowed_networks": [one for one in settings.allowed_networks.split(",") if one],
        "limits": {"answer_bytes": MAX_RESULT_BYTES, "batch_bytes": settings.advertised_batch_bytes},
    }
