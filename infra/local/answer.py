"""The HTTP answer that API Gateway makes of what a handler returned.

Source: API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs", "Lambda function response format".
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NamedTuple

from infra.local.http_event import json_text_bytes

MAX_RESULT_BYTES = 6_291_556
"""Source: the error that Lambda's runtime gives, "exceeded maximum allowed payload size (6291556 bytes)"."""
# The gateway writes these itself.
_OWN_HEADERS = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})
_BODILESS = frozenset({204, 304})
_ENVELOPE_BYTES = 64 * 1024


class BadResult(Exception):
    """A handler returned what API Gateway would not take; the message says what."""


class Answer(NamedTuple):
    """Status, headers and body, as they go on the wire."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def message(status: int, text: str) -> Answer:
    """API Gateway's own way to say that something is wrong."""
    return json_answer(status, {"message": text})


def json_answer(status: int, content: object) -> Answer:
    """An answer that is one JSON value."""
    return _whole(status, [(b"content-type", b"application/json")], json.dumps(content).encode())


def plain(status: int, content_type: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    """An answer of any type."""
    more = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return _whole(status, [(b"content-type", content_type.encode()), *more], body)


def answer_of(result: object) -> Answer:
    """The answer for a handler's result; one without a status is the JSON body of a 200.

    Raises: BadResult.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        return json_answer(200, result)
    body = result.get("body") or ""
    if not isinstance(body, str):
        raise BadResult(f"body is {type(body).__name__}, not text")
    _check_size(body)
    headers = _headers(result)
    return _whole(_status(result["statusCode"]), headers, _decoded(body, is_base64=bool(result.get("isBase64Encoded"))))


def _status(code: object) -> int:
    if not str(code).isdigit() or not 100 <= int(str(code)) <= 599:  # noqa: PLR2004 what HTTP has
        raise BadResult(f"statusCode is {code!r}")
    return int(str(code))


def _headers(result: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    named = [(name.lower(), value) for name, value in (result.get("headers") or {}).items()]
    if all(name != "content-type" for name, _ in named):
        named.append(("content-type", "text/plain;charset=UTF-8"))
    named += [("set-cookie", cookie) for cookie in result.get("cookies") or ()]
    return [(name.encode(), _value(value)) for name, value in named if name not in _OWN_HEADERS]


def _value(value: object) -> bytes:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.encode("utf-8")


def _check_size(body: str) -> None:
    if len(body) * 6 + _ENVELOPE_BYTES <= MAX_RESULT_BYTES:
        return
    size = json_text_bytes(body.encode("utf-8", "surrogatepass"))
    if size > MAX_RESULT_BYTES:
        raise BadResult(f"body is {size} bytes as JSON; Lambda returns at most {MAX_RESULT_BYTES}")


def _decoded(body: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        return body.encode("utf-8")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadResult(f"body is not base64, though isBase64Encoded is true: {error}") from error


def _whole(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> Answer:
    length = [] if status in _BODILESS else [(b"content-length", str(len(body)).encode())]
    return Answer(status, headers + length, body)
