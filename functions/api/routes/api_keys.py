"""API keys of the workspace. A key's text is in the answer that makes it, and never again."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.workspace import ApiKeyCreate, api_key_of
from shared.access.api_key import Kind, new_key_text

_PERSONAL = "lsv2_pt_"

routes = APIRouter()


@routes.get("/api-key")
async def list_keys(caller: CallerIn) -> Response:
    """All keys of the workspace that were not revoked."""
    return json_v1([api_key_of(key) for key in caller.room.ask.access.keys_of(caller.workspace)])


@routes.post("/api-key")
async def create_key(caller: CallerIn, asked: ApiKeyCreate) -> Response:
    """A new service key."""
    return _created(caller, asked, "service")


@routes.get("/api-key/current")
async def list_personal_keys(caller: CallerIn) -> Response:
    """The personal access tokens among them."""
    keys = caller.room.ask.access.keys_of(caller.workspace)
    return json_v1([api_key_of(key) for key in keys if key.short.startswith(_PERSONAL)])


@routes.post("/api-key/current")
async def create_personal_key(caller: CallerIn, asked: ApiKeyCreate) -> Response:
    """A new personal access token."""
    return _created(caller, asked, "personal")


@routes.delete("/api-key/{key_id}")
@routes.delete("/api-key/current/{key_id}")
async def revoke_key(caller: CallerIn, key_id: str) -> Response:
    """End a key."""
    caller.room.ask.access.revoke_key(caller.workspace, key_id)
    return json_v1({"id": key_id, "message": "revoked"})


def _created(caller: Caller, asked: ApiKeyCreate, kind: Kind) -> Response:
    text, key = caller.room.ask.access.create_key(
        caller.workspace,
        asked.description,
        text=new_key_text(kind),
        expires_us=asked.expires_us(caller.now_us),
        is_read_only=asked.read_only,
    )
    return json_v1({**api_key_of(key), "key": text})
