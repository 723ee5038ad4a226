"""The outermost layer: every request comes in and every answer goes out here.

In: a path under any of the prefixes that clients use becomes the one path that routes know. Out: answers
say what reading for them cost, over 4 KB they are compressed; those that Lambda could not return say so, and
what nobody expected is a 500 with the id under which it was logged.
"""

from __future__ import annotations

import gzip
import re
from http import HTTPStatus

import msgspec
import zstandard
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.api.answers import BY_INDEX, JSON_TYPE, SERVED_HEADER, cost_of_reading
from shared.base.log import logger
from shared.base.units import KIB
from shared.store.tally import Meter, Tally

COMPRESSED_OVER_BYTES = 4 * KIB
MAX_RESULT_BYTES = 6_291_556
"""Source: the error that Lambda's runtime gives, "exceeded maximum allowed payload size (6291556 bytes)"."""
ORIGINAL_PATH = "tracekeep.path"
"""Where the scope keeps the path as the client wrote it."""

_ROOM_FOR_HEADERS_BYTES = 16 * KIB
_ZSTD_LEVEL = 1  # of a 25,000-run skeleton it makes less than level 3 does, in half the time
_GZIP_LEVEL = 1  # level 6 takes twice as long for a seventh fewer bytes
_PREFIX = re.compile(r"/api(?:/v1)?(?=/|$)")
_SHORT_ESCAPES = b'"\\\b\f\n\r\t'
_LONG_ESCAPES = bytes(code for code in range(0x20) if code not in _SHORT_ESCAPES)


class Edge:
    """An ASGI app around the routes. `meter` counts what passes the doors of their store."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"]
        inner = {**scope, "path": route_path(path), ORIGINAL_PATH: path}
        answer = _Answer()
        with self._meter.watch() as watch:
            try:
                await self._app(inner, receive, answer.take)
            except Exception:  # noqa: BLE001 the outermost loop: one answer ends, not the function
                answer = _unexpected(scope)
        answer.say_cost(watch.tally, is_read=scope["method"] == "GET")
        answer.finish(Headers(scope=scope).get("accept-encoding", ""))
        await answer.go(send)


def route_path(path: str) -> str:
    """The path as routes know it: v1 without a prefix, v2 under /v2, no slash at the end."""
    bare = _PREFIX.sub("", path, count=1) if _PREFIX.match(path) else path
    return bare.rstrip("/") or "/"


class _Answer:
    """One answer, held until it is whole."""

    def __init__(self, status: int = HTTPStatus.OK, body: bytes = b"") -> None:
        self.status = int(status)
        self.headers = MutableHeaders({"content-type": JSON_TYPE})
        self.body = body

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = MutableHeaders(raw=list(message["headers"]))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def say_cost(self, tally: Tally, *, is_read: bool) -> None:
        """Add what was read for it. Every read that does not scan, and so says nothing of how, goes by keys."""
        served = self.headers.get(SERVED_HEADER, BY_INDEX if is_read and self.status < HTTPStatus.BAD_REQUEST else None)
        if served is not None:
            self.headers[SERVED_HEADER] = f"{served}; {cost_of_reading(tally)}"

    def finish(self, accepted: str) -> None:
        """Compress it where that pays and the client understands; refuse what Lambda would not return."""
        encoding = encoding_for(accepted) if len(self.body) > COMPRESSED_OVER_BYTES else None
        plain_bytes = len(self.body)
        if encoding is not None:
            self.body = _compressed(self.body, encoding)
            self.headers["content-encoding"] = encoding
        self.headers["vary"] = "Accept-Encoding"
        self.headers.setdefault("cache-control", "no-store")  # it is for who asked, and true as of now
        if result_bytes(self.body, is_text=encoding is None) > MAX_RESULT_BYTES:
            self._refuse(plain_bytes)
        self.headers["content-length"] = str(len(self.body))

    def _refuse(self, plain_bytes: int) -> None:
        detail = (
            f"This answer has {plain_bytes} bytes, more than can be returned at once ({MAX_RESULT_BYTES}, compressed "
            "or not): select fewer fields (select, selects), ask for smaller pages (limit, page_size), or accept "
            "gzip or zstd"
        )
        self.status = int(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.headers = MutableHeaders({"content-type": JSON_TYPE, "vary": "Accept-Encoding"})
        self.body = msgspec.json.encode({"detail": detail, "title": "Answer too large", "status": self.status})

    async def go(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers.raw})
        await send({"type": "http.response.body", "body": self.body})


def encoding_for(accepted: str) -> str | None:
    """The best of our encodings that the client takes. Source: RFC 9110, section 12.5.3."""
    weights = {}
    for choice in accepted.lower().split(","):
        name, _, parameters = choice.strip().partition(";")
        weights[name.strip()] = parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    fallback = weights.get("*", False)
    return next((name for name in ("zstd", "gzip") if weights.get(name, fallback)), None)


def result_bytes(body: bytes, *, is_text: bool) -> int:
    """How long the JSON of Lambda's result is at most; binary bodies are base64 in it."""
    if not is_text:
        return -(-len(body) // 3) * 4 + _ROOM_FOR_HEADERS_BYTES
    if len(body) * 6 + _ROOM_FOR_HEADERS_BYTES <= MAX_RESULT_BYTES:
        return len(body) + _ROOM_FOR_HEADERS_BYTES  # it fits whatever is in it
    short = len(body) - len(body.translate(None, _SHORT_ESCAPES))
    long = len(body) - len(body.translate(None, _LONG_ESCAPES))
    return len(body) + short + 5 * long + _ROOM_FOR_HEADERS_BYTES


def _compressed(body: bytes, encoding: str) -> bytes:
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def _unexpected(scope: Scope) -> _Answer:
    """Log the exception that is being handled, and tell its id."""
    request_id = request_id_of(scope)
    logger.exception("request failed", extra={"request": request_id, "method": scope["method"], "path": scope["path"]})
    detail = f"Something went wrong here, not in your request. It was logged as {request_id}"
    content = {"detail": detail, "title": "Internal Server Error", "status": HTTPStatus.INTERNAL_SERVER_ERROR}
    answer = _Answer(HTTPStatus.INTERNAL_SERVER_ERROR, msgspec.json.encode(content))
    answer.headers["tracekeep-request-id"] = request_id
    return answer


def request_id_of(scope: Scope) -> str:
    """The id that the gateway gave this request; its access log has the same."""
    context = scope.get("aws.event", {}).get("requestContext", {})
    return str(context.get("requestId", "-"))
