"""The gateway over a real socket, with echo rooms behind it."""

from __future__ import annotations

import base64
import http.client
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local.answer import Answer, json_answer
from infra.local.http_event import MAX_BODY_BYTES, MAX_HEADER_BYTES, Request
from tests.infra.local.serving import echo, serving

BINARY = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A gateway with two echo rooms."""
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    """A client that keeps its connection."""
    with httpx.Client(base_url=url, timeout=20) as one:
        yield one


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


def test_the_event_says_what_the_client_sent(client: httpx.Client) -> None:
    """Method, path, query, headers and body arrive in the room that the route names."""
    answer = client.post("/api/v1/runs/batch?a=1&a=2", json={"post": []}, headers={"X-Api-Key": "k"}).json()
    event = answer["event"]
    assert answer["function"] == "receive"
    assert event["routeKey"] == "POST /api/v1/runs/batch"
    assert event["queryStringParameters"] == {"a": "1,2"}
    assert event["headers"]["x-api-key"] == "k"
    assert event["body"] == '{"post":[]}'
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def test_unrouted_paths_wake_the_default_room(client: httpx.Client) -> None:
    """A path is handed on decoded, its query as it was sent."""
    answer = client.get("/sessions/a%20b?name=c%20d").json()
    assert answer["function"] == "api"
    assert answer["event"]["rawPath"] == "/sessions/a b"
    assert answer["event"]["rawQueryString"] == "name=c%20d"


def test_binary_bodies_arrive_whole(client: httpx.Client) -> None:
    """Every byte value survives, as base64."""
    event = client.post("/runs/multipart", content=BINARY, headers={"content-encoding": "zstd"}).json()["event"]
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == BINARY


def test_chunked_bodies_without_a_length_arrive_whole(client: httpx.Client) -> None:
    """A body of many chunks is one body."""
    chunks = (BINARY for _ in range(50))
    event = client.post("/runs/multipart", content=chunks).json()["event"]
    assert base64.b64decode(event["body"]) == BINARY * 50
    assert event["headers"]["content-length"] == str(len(BINARY) * 50)


def test_binary_answers_and_cookies_reach_the_client() -> None:
    """What a room returns as base64 is bytes on the wire, each cookie a header."""
    body = base64.b64encode(BINARY).decode()
    result = {"statusCode": 201, "body": body, "isBase64Encoded": True, "cookies": ["a=1", "b=2"]}
    with serving({"api": lambda _event, _context: result}) as address:
        answer = httpx.get(f"{address}/x")
    assert (answer.status_code, answer.content) == (201, BINARY)
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_head_has_headers_and_no_body(client: httpx.Client) -> None:
    """HEAD is routed as its own method and answered without a body; the connection stays usable."""
    assert client.head("/ok").content == b""
    assert client.get("/ok").json()["event"]["routeKey"] == "GET /ok"


def test_options_is_a_method_like_others(client: httpx.Client) -> None:
    """No answer is made up for OPTIONS."""
    assert client.options("/runs").json()["event"]["requestContext"]["http"]["method"] == "OPTIONS"


@pytest.mark.parametrize("is_chunked", [False, True])
def test_over_ten_megabytes_api_gateway_refuses(client: httpx.Client, *, is_chunked: bool) -> None:
    """With a length or without: 413 in API Gateway's own words, and the next request is served."""
    whole = b"x" * (MAX_BODY_BYTES + 1)
    content = (whole[i : i + 65536] for i in range(0, len(whole), 65536)) if is_chunked else whole
    answer = client.post("/runs/multipart", content=content)
    assert answer.status_code == 413
    assert answer.text == "HTTP content length exceeded 10485760 bytes."
    assert client.get("/ok").status_code == 200


@pytest.mark.parametrize(("content_type", "size"), [("application/json", 6_300_000), ("application/zip", 4_800_000)])
def test_over_six_megabytes_of_event_names_the_limit(client: httpx.Client, content_type: str, size: int) -> None:
    """Text over 6 MB and binary over 4.5 MB never reach the room."""
    answer = client.post("/runs/multipart", content=b"x" * size, headers={"content-type": content_type})
    assert answer.status_code == 413
    assert "6291456 bytes" in answer.json()["message"]


def test_too_many_headers_are_refused(client: httpx.Client) -> None:
    """An HTTP API takes 10 KiB of them; so does the laptop, lest the cloud surprise."""
    answer = client.get("/ok", headers={"x-long": "x" * MAX_HEADER_BYTES})
    assert answer.status_code == 431
    assert str(MAX_HEADER_BYTES) in answer.json()["message"]


def test_a_failing_room_is_a_500_with_its_cause_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The client learns nothing but the request's id; the log says what happened, under that id."""

    def fail(_event: object, _context: object) -> None:
        raise RuntimeError("the disk is full")

    with serving({"api": fail}) as address, caplog.at_level(logging.ERROR):
        answer = httpx.get(f"{address}/x")
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    assert answer.headers["apigw-requestid"] in caplog.text
    assert "the disk is full" in caplog.text


def test_a_result_that_is_no_answer_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    """A wrong result is named in the log."""
    with serving({"api": lambda _event, _context: {"statusCode": "fine"}}) as address:
        assert httpx.get(f"{address}/x").status_code == 500
    assert "statusCode is 'fine'" in caplog.text


def test_a_room_that_hangs_is_a_503(caplog: pytest.LogCaptureFixture) -> None:
    """After the room's time the client gets an answer, whatever the handler does."""
    release = threading.Event()
    with serving({"api": lambda _event, _context: release.wait(20)}, timeout_s=1) as address:
        answer = httpx.get(f"{address}/x")
        release.set()
    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert "api did not answer within 1 s" in caplog.text


def test_ingest_that_is_stuck_does_not_stop_reads() -> None:
    """Each room has its own threads."""
    release = threading.Event()

    def stuck(event: dict[str, Any], context: object) -> dict[str, Any]:
        release.wait(20)
        return echo(event, context)

    with serving({"receive": stuck}, threads=2) as address, ThreadPoolExecutor(8) as pool:
        posts = [pool.submit(httpx.post, f"{address}/runs", content=b"x", timeout=20) for _ in range(8)]
        assert httpx.get(f"{address}/sessions").status_code == 200
        release.set()
        assert [post.result().status_code for post in posts] == [200] * 8


def test_many_concurrent_requests_each_get_their_own_answer(url: str) -> None:
    """No answer is lost or swapped among 400 requests of 20 clients."""

    def numbers(worker: int) -> list[bool]:
        with httpx.Client(base_url=url, timeout=20) as one:
            return [_echoed(one, f"{worker}-{i}") for i in range(20)]

    with ThreadPoolExecutor(20) as pool:
        assert all(all(result) for result in pool.map(numbers, range(20)))


def _echoed(client: httpx.Client, number: str) -> bool:
    answer = client.post(f"/runs/batch?n={number}", content=number, headers={"content-type": "text/plain"})
    event = answer.json()["event"]
    return bool(event["body"] == number == event["queryStringParameters"]["n"])


def test_expect_100_continue_is_answered_before_the_body(url: str) -> None:
    """A client that waits for leave to send gets it."""
    with _connect(url) as connection:
        connection.sendall(b"POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")
        connection.sendall(b"ok")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_body_that_is_announced_too_large_is_refused_unread(url: str) -> None:
    """The 413 comes instead of the leave to send."""
    with _connect(url) as connection:
        head = f"POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 413")


def test_clients_that_leave_midway_harm_nothing(url: str, client: httpx.Client) -> None:
    """Half a body, half a header, or gone before the answer: the next request is served."""
    for start in (
        b"POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /runs HTTP/1.1\r\nHost",
        b"POST /runs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"GET /ok HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        connection = _connect(url)
        connection.sendall(start)
        connection.close()
    assert client.get("/ok").status_code == 200


def test_a_half_sent_body_never_reaches_a_room() -> None:
    """Only whole requests become events."""
    seen: list[str] = []

    def note(event: dict[str, Any], context: object) -> dict[str, Any]:
        seen.append(event["rawPath"])
        return echo(event, context)

    with serving({"receive": note}) as address:
        with _connect(address) as connection:
            connection.sendall(b"POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        httpx.post(f"{address}/runs/batch", content=b"whole")
    assert seen == ["/runs/batch"]


def test_garbage_is_a_400(url: str) -> None:
    """What is not HTTP is refused."""
    with _connect(url) as connection:
        connection.sendall(b"hello?\r\n\r\n")
        assert b"400" in connection.recv(1024)


def test_connections_are_kept_alive(url: str) -> None:
    """A second request goes over the same connection."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.request("GET", "/ok")
    connection.getresponse().read()
    first = connection.sock
    connection.request("GET", "/ok")
    assert connection.getresponse().status == 200
    assert connection.sock is first
    connection.close()


def test_own_routes_come_first() -> None:
    """What only the laptop has is asked before the topology; None hands on."""

    async def own(request: Request) -> Answer | None:
        return json_answer(200, "mine") if request.path == "/__mine" else None

    with serving(own=own) as address:
        assert httpx.get(f"{address}/__mine").json() == "mine"
        assert httpx.get(f"{address}/ok").json()["function"] == "receive"


def test_a_stopped_server_takes_no_more() -> None:
    """An open keep-alive connection does not hold the server, and its port is free."""
    with httpx.Client() as one:
        with serving() as address:
            one.get(f"{address}/ok")
        with pytest.raises(httpx.ConnectError):
            one.get(f"{address}/ok")
