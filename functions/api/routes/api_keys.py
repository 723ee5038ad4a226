"""API keys of the workspace. A key's text is in the answer that makes it, and never again."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.workspace import ApiKeyCreate, api_key_of, listed_key_of
from shared.access.api_key import ApiKey, Kind, new_key_text
from shared.base.errors import Conflict

_PERSONAL = "lsv2_pt_"
_OWN_REVOKED = "This was the key that asked: it, and every session that it opened, is over within a minute"

routes = APIRouter()


@routes.get("/api-key")
async def list_keys(caller: CallerIn) -> Response:
    """All keys of the workspace that were not revoked."""
    return _listed(caller, caller.room.ask.access.keys_of(caller.workspace))


@routes.post("/api-key")
async def create_key(caller: CallerIn, asked: ApiKeyCreate) -> Response:
    """A new service key."""
    return _created(caller, asked, "service")


@routes.get("/api-key/current")
async def list_personal_keys(caller: CallerIn) -> Response:
    """The personal access tokens among them."""
    keys = caller.room.ask.access.keys_of(caller.workspace)
    return _listed(caller, [key for key in keys if key.short.startswith(_PERSONAL)])


@routes.post("/api-key/current")
async def create_personal_key(caller: CallerIn, asked: ApiKeyCreate) -> Response:
    """A new personal access token."""
    return _created(caller, asked, "personal")


@routes.delete("/api-key/{key_id}")
@routes.delete("/api-key/current/{key_id}")
async def revoke_key(caller: CallerIn, key_id: str, *, even_mine: bool = False) -> Response:
    """End a key, and its sessions. Raises: NotFound; Conflict where it is what the page is signed in with."""
    is_own = key_id == caller.key.id
    if is_own and caller.session is not None and not even_mine:
        raise Conflict(
            f"API key {caller.key.short} is the one that you are signed in with: to revoke it, and be signed out "
            "wherever it signed in, ask again with even_mine=true"
        )
    caller.room.ask.access.revoke_key(caller.workspace, key_id)
    return json_v1({"id": key_id, "message": "revoked", "warning": _OWN_REVOKED if is_own else None})


def _listed(caller: Caller, keys: list[ApiKey]) -> Response:
    access = caller.room.ask.access
    uses, workspace = access.uses.all(caller.workspace), access.workspace(caller.workspace)
    return json_v1([listed_key_of(key, uses.get(key.id), workspace, caller.key) for key in keys])


def _created(caller: Caller, asked: ApiKeyCreate, kind: Kind) -> Response:
    if asked.organization_wide:
        caller.key.check_organization_wide()
    text, key = caller.room.ask.access.create_key(
        caller.workspace,
        asked.description,
        text=new_key_text(kind),
        expires_us=asked.expires_us(caller.now_us),
        is_read_only=asked.read_only,
        is_organization_wide=asked.organization_wide,
    )
    return json_v1({**api_key_of(key), "key": text})
