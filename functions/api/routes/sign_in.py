"""Signing in: an API key is shown once, and a cookie that no script can read stands for it from then on."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import OPEN, Caller, Room, host_of, origin_of
from functions.api.own_page import check_own_page
from functions.api.schemas.me import me_of
from functions.api.schemas.workspace import SignIn
from shared.access.api_key import ApiKey, hash_of
from shared.access.session import COOKIE
from shared.base.errors import Malformed, Unauthenticated
from shared.base.log import logger
from shared.store.sessions import Sessions

routes = APIRouter(tags=[OPEN])
"""Open, since the key is in the body, and whoever signs out need not be signed in any more."""


@routes.post("/sign-in")
async def sign_in(request: Request, asked: SignIn) -> Response:
    """Open a session of this key; the answer is that of `GET /me`. Raises: Unauthenticated, NotAllowed, Malformed."""
    room = _asked_by_page(request)
    key = _key_shown(request, room, asked.api_key.strip())
    token, session = Sessions(room.store.control, room.clock).open(key)
    answer = json_v1(me_of(Caller(key, room, origin_of(request), session)))
    answer.headers["set-cookie"] = _cookie(request, token, session.seconds_left(room.clock.now_us()))
    return answer


@routes.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session of this browser, if it has one. Raises: NotAllowed."""
    room = _asked_by_page(request)
    token = request.cookies.get(COOKIE)
    if token:
        Sessions(room.store.control, room.clock).end(token)
    answer = json_v1({"message": "signed out"})
    answer.headers["set-cookie"] = _cookie(request, "", 0)
    return answer


def _asked_by_page(request: Request) -> Room:
    """The room, if our own page asks: nobody else may sign a browser in or out, not even with a key of their own."""
    check_own_page(request.method, request.headers, host_of(request))
    room: Room = request.app.state.room
    return room


def _key_shown(request: Request, room: Room, text: str) -> ApiKey:
    """The key with this text. Raises: Unauthenticated, and logs it without the text; Malformed when there is none."""
    if not text:
        raise Malformed("api_key: is empty; paste the API key that `make run` or `tracekeep bootstrap` printed")
    try:
        return room.ask.access.valid(hash_of(text))
    except Unauthenticated as error:
        logger.warning("sign-in refused", extra={"source_ip": _source_ip(request), "reason": error.message})
        raise


def _source_ip(request: Request) -> str:
    return request.client.host if request.client else "-"


def _cookie(request: Request, token: str, seconds: int) -> str:
    """The header that sets the cookie, or takes it away. Source: RFC 6265bis, section 5.7."""
    secure = "; Secure" if request.headers.get("x-forwarded-proto") == "https" else ""
    return f"{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}"
