"""The outermost layer: prefixes, compression, limits, and what nobody expected."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from functions.api.edge import COMPRESSED_OVER_BYTES, MAX_RESULT_BYTES, Edge, encoding_for, result_bytes, route_path
from infra.local.answer import BadResult, answer_of
from shared.store.tally import Meter


def _asked(app: ASGIApp, accepted: str = "", path: str = "/runs") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request through the edge."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    event = {"requestContext": {"requestId": "the-id"}}
    headers = [(b"accept-encoding", accepted.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "aws.event": event}
    asyncio.run(_call(Edge(app, Meter()), scope, receive, send))
    named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], named, sent[1]["body"]


async def _call(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("/runs", "/runs"),
        ("/api/runs", "/runs"),
        ("/api/v1/runs/query", "/runs/query"),
        ("/api/v2/runs/query", "/v2/runs/query"),
        ("/v2/runs/query", "/v2/runs/query"),
        ("/sessions/", "/sessions"),
        ("/api/v1", "/"),
        ("/api-key", "/api-key"),
        ("/api/api-key", "/api-key"),
        ("/api/v1x/runs", "/v1x/runs"),
    ],
)
def test_every_prefix_leads_to_one_path(asked: str, known: str) -> None:
    """Clients put their paths behind whatever endpoint they were given."""
    assert route_path(asked) == known


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        ("identity", None),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP;q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("*;q=0", None),
        ("zstd; q=0, *", "gzip"),
    ],
)
def test_the_client_chooses_the_encoding(accepted: str, encoding: str | None) -> None:
    """Of what the client takes, zstd comes before gzip."""
    assert encoding_for(accepted) == encoding


def test_a_long_answer_is_compressed_and_a_short_one_not() -> None:
    """Compression begins over 4 KB, and what comes out is what went in."""
    short, long = b"x" * COMPRESSED_OVER_BYTES, b"x" * (COMPRESSED_OVER_BYTES + 1)
    assert _asked(Response(short), "gzip")[2] == short
    _, headers, body = _asked(Response(long), "gzip")
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(body)))
    assert headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == long
    assert zstandard.ZstdDecompressor().decompress(_asked(Response(long), "zstd")[2]) == long
    assert _asked(Response(long))[2] == long


def test_an_answer_that_lambda_would_not_return_says_what_to_do() -> None:
    """Too much plain text is refused with a way out; compressed it passes."""
    large = Response(b'{"a":"' + b"x" * MAX_RESULT_BYTES + b'"}', media_type="application/json")
    status, headers, body = _asked(large)
    assert status == 413
    assert headers["content-type"] == "application/json"
    assert "select" in json.loads(body)["detail"]
    assert _asked(large, "zstd")[0] == 200


@settings(deadline=None, max_examples=30)
@given(st.text(alphabet='a"\\\n\x00\x1fé', min_size=1, max_size=6), st.integers(1_000_000, 6_500_000))
def test_what_is_let_through_is_taken(piece: str, size: int) -> None:
    """Law: whatever passes our limit passes Lambda's, which counts the JSON of the result."""
    text = (piece * (size // len(piece))).encode()
    if result_bytes(text, is_text=True) > MAX_RESULT_BYTES:
        return
    result = {"statusCode": 200, "headers": {}, "body": text.decode(), "isBase64Encoded": False}
    try:
        answer = answer_of(result)
    except BadResult as refused:  # pragma: no cover - the law is broken
        pytest.fail(str(refused))
    assert answer.body == text


def test_what_nobody_expected_is_one_answer_with_an_id() -> None:
    """An exception becomes a 500 that names the request, and tells nothing of the inside."""

    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError("the secret inside")

    status, headers, body = _asked(broken)
    assert status == 500
    assert headers["tracekeep-request-id"] == "the-id"
    content: dict[str, Any] = json.loads(body)
    assert "the-id" in content["detail"]
    assert b"secret" not in body
