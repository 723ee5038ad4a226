"""The laptop's HTTP API: an ASGI app that wakes a room for each request, as API Gateway would.

request -> limits -> route -> event -> handler, on the room's own threads -> answer
                           └─> the page, for what is no room's by name
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial
from typing import Any

from infra.local.answer import Answer, BadResult, answer_of, message, plain
from infra.local.function import LocalFunction, TimedOut
from infra.local.http_event import (
    MAX_BODY_BYTES,
    MAX_EVENT_BYTES,
    MAX_HEADER_BYTES,
    Request,
    header_bytes,
    http_event,
    is_over_event_limit,
)
from infra.local.routes import DEFAULT_KEY, Match, Routes
from shared.base.clock import Clock

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Own = Callable[[Request], Awaitable[Answer | None]]
"""Answers what is its own, and None for all others."""

_log = logging.getLogger(__name__)


class _Disconnected(Exception):
    """The client went away before its request was whole."""


class _TooLarge(Exception):
    """The body is over what API Gateway takes."""


class Gateway:
    """An ASGI app over the rooms that HTTP wakes.

    `own` comes first, for what is not in the topology; `page` after the routes that rooms have by name, before the
    room that gets all others.
    """

    def __init__(
        self, functions: Mapping[str, LocalFunction], clock: Clock, own: Own | None = None, page: Own | None = None
    ) -> None:
        self._functions = functions
        self._routes = Routes(function.room for function in functions.values())
        self._clock = clock
        self._own = own
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request_id = str(uuid.uuid4())
        try:
            answer = await self._answer(scope, receive, request_id)
        except _Disconnected:
            return
        await _send(send, answer, request_id)

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        try:
            request = _request(scope, await _body(scope, receive))
        except _TooLarge:
            # Seen on a live API (koki-develop/lgtm-generator#10): this one is not JSON.
            return plain(413, "text; charset=utf-8", f"HTTP content length exceeded {MAX_BODY_BYTES} bytes.".encode())
        own = await self._own(request) if self._own else None
        return own or await self._from_page_or_room(request, request_id)

    async def _from_page_or_room(self, request: Request, request_id: str) -> Answer:
        match = self._routes.match(request.method, request.path)
        is_named = match is not None and match.route_key != DEFAULT_KEY
        shown = await self._page(request) if self._page and not is_named else None
        return shown or await self._from_room(match, request, request_id)

    async def _from_room(self, match: Match | None, request: Request, request_id: str) -> Answer:
        if match is None:
            return message(404, "Not Found")
        if header_bytes(request) > MAX_HEADER_BYTES:
            return message(431, f"Request Header Fields Too Large: an HTTP API takes {MAX_HEADER_BYTES} bytes of them")
        function = self._functions[match.room.name]
        try:
            return await function.in_thread(partial(self._call, function, match, request, request_id))
        except TimedOut as error:
            _log.error("%s %s: %s", request_id, match.route_key, error)
            return message(503, "Service Unavailable")

    def _call(self, function: LocalFunction, match: Match, request: Request, request_id: str) -> Answer:
        """All that takes time, on one of the room's threads: large bodies must not hold up the event loop."""
        event = http_event(request, match, self._clock.now_us(), request_id)
        if is_over_event_limit(event, request.body):
            return message(413, _too_long(len(request.body)))
        try:
            return answer_of(function.invoke(event, request_id))
        except BadResult as error:
            _log.error("%s %s: %s gave no valid result: %s", request_id, match.route_key, match.room.name, error)
        except Exception:  # noqa: BLE001 the outermost loop: a room's failure is one answer, not the server's end
            _log.exception("%s %s: %s failed", request_id, match.route_key, match.room.name)
        return message(500, "Internal Server Error")


def first_of(*owners: Own) -> Own:
    """Whoever of them answers first."""

    async def answer(request: Request) -> Answer | None:
        for owner in owners:
            found = await owner(request)
            if found is not None:
                return found
        return None

    return answer


def _too_long(body_bytes: int) -> str:
    return (
        f"Request Too Long: a body of {body_bytes} bytes makes an event over {MAX_EVENT_BYTES} bytes, the most that "
        "Lambda takes; binary bodies grow by a third, so send at most 4.4 MB, compressed"
    )


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=body,
        source_ip=scope["client"][0] if scope.get("client") else "127.0.0.1",
        written_path=scope.get("raw_path", b"").decode("latin-1"),
    )


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, with a length or in chunks; never more of it in memory than is allowed."""
    if _announced_bytes(scope) > MAX_BODY_BYTES:
        raise _TooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise _Disconnected
        chunks.append(part.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY_BYTES:
            raise _TooLarge
        if not part.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _announced_bytes(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


async def _send(send: Send, answer: Answer, request_id: str) -> None:
    headers = [*answer.headers, (b"apigw-requestid", request_id.encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
