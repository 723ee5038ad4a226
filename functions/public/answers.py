"""Answers to whoever has a link, as API Gateway wants them: never kept, never indexed, no cookie, no other host."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from typing import Any

import msgspec

Response = dict[str, Any]

HTML = "text/html; charset=utf-8"
JSON = "application/json"
MAX_BODY_BYTES = 4_500_000
"""Lambda returns 6,291,556 bytes of JSON, in which a binary body is a third longer."""
_COMPRESSED_OVER_BYTES = 1_400
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "vary": "Accept-Encoding",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
"""Of every answer of this room. The document runs our own scripts, and loads nothing of any other host."""


def answer(status: int, kind: str, body: bytes, headers: Mapping[str, str], accepted: str = "") -> Response:
    """An answer, compressed where that pays and the client takes it."""
    said = {**HEADERS, "content-type": kind, **headers}
    if "gzip" in accepted and len(body) > _COMPRESSED_OVER_BYTES and not kind.startswith("image/"):
        body = gzip.compress(body, 6, mtime=0)
        said["content-encoding"] = "gzip"
    return {
        "statusCode": status,
        "headers": said,
        "body": base64.b64encode(body).decode("ascii"),
        "isBase64Encoded": True,
    }


def json_answer(status: int, content: object, accepted: str = "") -> Response:
    """An answer in JSON."""
    return answer(status, JSON, msgspec.json.encode(content), {}, accepted)


def elsewhere(address: str) -> Response:
    """The way to another address of ours, which is another one the next time."""
    return answer(302, "text/plain; charset=utf-8", b"", {"location": address})
