"""The event that API Gateway's HTTP API makes of a request: payload format 2.0.

Sources: API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs". Where that page is silent, as seen
on live HTTP APIs and written down by others: a key that would hold nothing is left out; `rawPath` is
decoded and `rawQueryString` is not (middleapi/standard-server#93); which bodies are text (ministackorg/ministack#766).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from infra.local.routes import Match
from shared.base.units import MIB, US_PER_MS, US_PER_S

Event = dict[str, Any]

ACCOUNT = "000000000000"
API_ID = "local"
MAX_BODY_BYTES = 10 * MIB
"""Source: API Gateway, HTTP API quotas, "Payload size"; the gateway itself says 10485760."""
MAX_HEADER_BYTES = 10_240
"""Source: API Gateway, HTTP API quotas, "Total combined size of request line and header values"."""
MAX_EVENT_BYTES = 6 * MIB
"""Source: AWS Lambda quotas, "Invocation payload", synchronous."""

_TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})
# Those of the connection, not of the request: a gateway ends the connection, and reads the body whole.
_HOP_HEADERS = frozenset({"connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
_SHORT_ESCAPES = b'"\\\b\f\n\r\t'
_LONG_ESCAPES = bytes(code for code in range(0x20) if code not in _SHORT_ESCAPES)
_ENVELOPE_BYTES = 128 * 1024  # more than everything but the body can be: headers appear twice at the most


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read whole. Header names are lower-case; `path` is decoded, `query` is not.

    `written_path` is the path as the client wrote it, where that is known.
    """

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    source_ip: str = "127.0.0.1"
    written_path: str = ""

    def header(self, name: str) -> str:
        """The first header of that name, or an empty text."""
        return next((value for known, value in self.headers if known == name), "")


def http_event(request: Request, match: Match, now_us: int, request_id: str) -> Event:
    """The event for one request."""
    headers, cookies = _headers(request)
    body = _body(request, headers)
    return {
        "version": "2.0",
        "routeKey": match.route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": _query(request.query)} if request.query else {}),
        "requestContext": _context(request, match.route_key, headers, now_us, request_id),
        **({"pathParameters": match.path_parameters} if match.path_parameters else {}),
        **body,
    }


def header_bytes(request: Request) -> int:
    """The size that API Gateway limits: of the request line and of all header values."""
    line_bytes = len(request.method) + len(request.path) + len(request.query)
    return line_bytes + sum(len(value) for _, value in request.headers)


def is_over_event_limit(event: Event, body: bytes) -> bool:
    """Whether the event would be over `MAX_EVENT_BYTES` as JSON. Large bodies are not written a second time."""
    worst = len(body) * 6 + _ENVELOPE_BYTES
    if worst <= MAX_EVENT_BYTES:
        return False
    in_json = len(event["body"]) if event["isBase64Encoded"] else json_text_bytes(body)
    if in_json > MAX_EVENT_BYTES:
        return True
    return in_json + len(json.dumps(event | {"body": ""}, ensure_ascii=False).encode()) > MAX_EVENT_BYTES


def json_text_bytes(text: bytes) -> int:
    """How long a UTF-8 text is inside a JSON string: quotes and control characters are escaped."""
    short = sum(text.count(code) for code in _SHORT_ESCAPES)
    return len(text) + short + 5 * sum(text.count(code) for code in _LONG_ESCAPES)


def _headers(request: Request) -> tuple[dict[str, str], list[str]]:
    """The headers joined by name, and the cookies, which are kept apart from them."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";")]
        elif name not in _HOP_HEADERS:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers | _added_headers(request), cookies


def _added_headers(request: Request) -> dict[str, str]:
    """What the gateway says of the connection that it ended."""
    port = request.header("host").rpartition(":")[2]
    length = {"content-length": str(len(request.body))} if request.body else {}
    forwarded = {"x-forwarded-for": request.source_ip, "x-forwarded-proto": "http"}
    return length | forwarded | {"x-forwarded-port": port if port.isdigit() else "80"}


def _query(query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _context(request: Request, route_key: str, headers: Mapping[str, str], now_us: int, request_id: str) -> Event:
    domain = _domain(headers.get("host", "localhost"))
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": route_key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now_us // US_PER_S)),
        "timeEpoch": now_us // US_PER_MS,
    }


def _domain(host: str) -> str:
    """The host without its port; an IPv6 address keeps its brackets."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def _body(request: Request, headers: Mapping[str, str]) -> Event:
    if not request.body:
        return {"isBase64Encoded": False}
    text = _as_text(request.body, headers)
    if text is not None:
        return {"body": text, "isBase64Encoded": False}
    return {"body": base64.b64encode(request.body).decode("ascii"), "isBase64Encoded": True}


def _as_text(body: bytes, headers: Mapping[str, str]) -> str | None:
    """The body as text, where its type is one of text and it is one; encoded bodies are binary.

    The rule for `content-encoding` is that of the Application Load Balancer, which names the same types; the
    HTTP API's own is not documented.
    """
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_text = media_type.startswith("text/") or media_type in _TEXT_TYPES
    if not is_text or headers.get("content-encoding", "identity").lower() != "identity":
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
