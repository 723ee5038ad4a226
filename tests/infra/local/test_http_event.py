"""The event is the one that API Gateway would make."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.http_event import MAX_EVENT_BYTES, Request, http_event, is_over_event_limit, json_text_bytes
from infra.local.routes import Match, Routes
from infra.topology import ROOMS

RECORDED = json.loads((Path(__file__).parents[2] / "events" / "http_api_post.json").read_text())
NOW_US = 1_795_198_980_123_456
REQUEST_ID = RECORDED["requestContext"]["requestId"]
POST = Request(
    method="POST",
    path="/api/v1/runs/batch",
    query="tag=a&tag=b&name=two%20words&empty=",
    headers=[
        ("host", "localhost:1984"),
        ("user-agent", "langsmith-py/0.14.17"),
        ("x-api-key", "lsv2_pt_example"),
        ("content-type", "application/json"),
        ("content-length", "13"),
        ("x-twice", "one"),
        ("x-twice", "two"),
        ("connection", "keep-alive"),
        ("cookie", "theme=dark; seen=1"),
    ],
    body=b'{"post": [1]}',
)
GET = Request(method="GET", path="/ok", query="", headers=[("host", "127.0.0.1")])


def _match(request: Request) -> Match:
    match = Routes(ROOMS).match(request.method, request.path)
    assert match is not None
    return match


def _event(request: Request) -> dict[str, object]:
    return http_event(request, _match(request), NOW_US, REQUEST_ID)


def test_a_post_is_the_recorded_event() -> None:
    """Route key, doubled query and headers, cookies, times and text body are as API Gateway writes them."""
    assert _event(POST) == RECORDED


def test_what_is_empty_is_left_out() -> None:
    """No query, cookies, variables or body: no keys for them."""
    assert set(_event(GET)) == {
        "version",
        "routeKey",
        "rawPath",
        "rawQueryString",
        "headers",
        "requestContext",
        "isBase64Encoded",
    }


def test_a_variable_of_the_route_is_a_path_parameter() -> None:
    """What `{run_id}` matched is handed on by name."""
    assert _event(replace(GET, method="PATCH", path="/runs/abc"))["pathParameters"] == {"run_id": "abc"}


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "text/plain", "text/csv", "application/xml", "Application/JSON"]
)
def test_text_bodies_stay_text(content_type: str) -> None:
    """Types of text arrive as they are."""
    event = _event(replace(POST, headers=[("content-type", content_type)], body="grüße".encode()))
    assert (event["body"], event["isBase64Encoded"]) == ("grüße", False)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([("content-type", "multipart/form-data; boundary=x")], b"--x--"),
        ([("content-type", "application/x-protobuf")], b"\x0a\x00"),
        ([("content-type", "application/x-www-form-urlencoded")], b"a=1"),
        ([], b"no type"),
        ([("content-type", "application/json"), ("content-encoding", "zstd")], b"\x28\xb5\x2f\xfd"),
        ([("content-type", "application/json")], b'"\xff"'),
    ],
)
def test_all_other_bodies_are_base64(headers: list[tuple[str, str]], body: bytes) -> None:
    """Binary types, encoded bodies and broken text lose no byte."""
    event = _event(replace(POST, headers=headers, body=body))
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(str(event["body"])) == body


def test_a_chunked_body_gets_its_length() -> None:
    """The gateway reads the body whole: transfer headers go, the length comes."""
    event = _event(replace(POST, headers=[("transfer-encoding", "chunked")], body=b"1234"))
    headers = event["headers"]
    assert isinstance(headers, dict)
    assert headers["content-length"] == "4"
    assert "transfer-encoding" not in headers


@given(st.text())
def test_the_size_in_json_is_exact(text: str) -> None:
    """Counting escapes gives what writing the JSON would."""
    raw = text.encode("utf-8", "ignore")
    expected = json.dumps(raw.decode(), ensure_ascii=False).encode()
    assert json_text_bytes(raw) == len(expected) - len(b'""')


@pytest.mark.parametrize("content_type", ["application/json", "application/octet-stream"])
def test_the_event_limit_is_exact(content_type: str) -> None:
    """The largest body that fits makes an event of at most the limit; four bytes more are refused."""
    request = replace(POST, headers=[("content-type", content_type)])
    per_byte = 1 if content_type == "application/json" else 4 / 3
    empty = len(json.dumps(_event(replace(request, body=b"x" * 4_000_000)) | {"body": ""}).encode())
    most = int((MAX_EVENT_BYTES - empty) / per_byte) // 3 * 3
    for size, is_over in ((most, False), (most + 4, True)):
        sized = replace(request, body=b"x" * size)
        event = _event(sized)
        assert is_over_event_limit(event, sized.body) is is_over
        assert (len(json.dumps(event).encode()) > MAX_EVENT_BYTES) is is_over


def test_escapes_count_towards_the_limit() -> None:
    """A body of quotes is twice as long in the event."""
    request = replace(POST, body=b'"' * (MAX_EVENT_BYTES // 2))
    assert is_over_event_limit(_event(request), request.body)
