"""Presigned tokens: how people who have no key give feedback. Using one is this room's only open door."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import OPEN, CallerIn, Room
from functions.api.edge import ORIGINAL_PATH
from functions.api.routes.feedback import BY_API, give
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.feedback import body_of
from functions.api.schemas.feedback_tokens import TokenUse, said_by_token, token_object, tokens_asked

MAX_LISTED = 100
ANY_PAGE = {"access-control-allow-origin": "*"}
"""A token is meant to be used from the pages of whoever made it. Source: WHATWG Fetch, "CORS protocol"."""

routes = APIRouter(prefix="/feedback/tokens")


@routes.post("")
async def create_tokens(caller: CallerIn, request: Request) -> Response:
    """New tokens: one for an object, a list of them for a list."""
    tokens, is_list = tokens_asked(await request.body(), caller.workspace, caller.now_us)
    caller.room.ask.feedback_tokens.keep(tokens)
    shown = [token_object(token, _address(request, caller.origin)) for token in tokens]
    return json_v1(shown if is_list else shown[0])


@routes.get("")
async def list_tokens(
    caller: CallerIn,
    request: Request,
    run_id: str,
    limit: Annotated[int, Query(ge=1)] = MAX_LISTED,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The tokens for a run that still work. Who may not write is not shown what lets anyone write."""
    caller.key.check_may_write()
    found = caller.room.ask.feedback_tokens.of_run(caller.workspace, uuid_of(run_id, "run_id"))
    page = found[offset : offset + min(limit, MAX_LISTED)]
    return json_v1([token_object(token, _address(request, caller.origin)) for token in page])


@routes.options("/{token}", tags=[OPEN])
async def may_use_token(token: str) -> Response:
    """What a browser asks before it sends a body from a page of another domain. It is told the same for any token."""
    uuid_of(token, "token")
    allowed = {"access-control-allow-methods": "GET, POST", "access-control-allow-headers": "content-type"}
    return Response(status_code=204, headers={**ANY_PAGE, **allowed, "access-control-max-age": "86400"})


@routes.post("/{token}", tags=[OPEN])
async def use_token(request: Request, token: str) -> Response:
    """Give the feedback that a token stands for, by a body."""
    return _given(request, token, body_of(await request.body()))


@routes.get("/{token}", tags=[OPEN])
async def use_token_by_link(request: Request, token: str, asked: Annotated[TokenUse, Query()]) -> Response:
    """The same by a link, as it stands in a mail or a chat."""
    return _given(request, token, asked.body())


def _given(request: Request, token_text: str, body: dict[str, object]) -> Response:
    room: Room = request.app.state.room
    token = room.ask.feedback_tokens.get(uuid_of(token_text, "token"))
    give(room, token.workspace, token.feedback_id, {"feedback_source": BY_API, **said_by_token(token, body)})
    return json_v1(
        {"feedback_id": token.feedback_id, "message": "Thank you: your feedback was recorded"}, headers=ANY_PAGE
    )


def _address(request: Request, origin: str) -> str:
    """The address of this route as the client wrote it: what its tokens are appended to."""
    path: str = request.scope[ORIGINAL_PATH]
    return origin + path.rstrip("/")
