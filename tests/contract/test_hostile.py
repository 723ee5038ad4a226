"""A running server under attack answers each request by name, keeps its memory, and serves the next client."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import httpx
import pytest

from infra.local.server import RunningServer, running_server
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.hostile import Hostile, bombs, broken_bodies, broken_json, broken_questions, broken_runs
from tests.contract.waiting import eventually

KIB_PER_MIB = 1024
ROOM_MIB = 200
"""What the server may use beyond its rest for one request: 32 MiB unpacked, as bytes and as what they say."""
MANY_ROOM_MIB = 600
"""The same for all that its threads work on at once."""
ANSWER_S = 10
STALLED = 40


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server for this file alone, whose memory is its own."""
    with running_server(tmp_path_factory.mktemp("attacked") / "data") as running:
        _assert_serves(running)
        yield running


def memory_mib(server: RunningServer, field: str) -> int:
    """Its VmRSS (now) or VmHWM (the most it ever was)."""
    process = server._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) // KIB_PER_MIB


def _assert_serves(server: RunningServer) -> None:
    """A valid trace that is sent now is readable."""
    with open_client(server.endpoint, server.api_key) as client:
        sent = run_agent(client, new_project("after"))
        client.flush()
        assert [run.name for run in ended_trace(client, sent.root.id, len(NAMES))] == NAMES


KINDS: dict[str, Callable[[], Iterator[Hostile]]] = {
    "bombs": bombs,
    "bodies": broken_bodies,
    "json": broken_json,
    "runs": broken_runs,
    "questions": broken_questions,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_hostile_request_is_refused_by_name(attacked: RunningServer, kind: str) -> None:
    """Every input gets the 4xx that is right for it, with a text that says why, and never a 5xx."""
    rest_mib = memory_mib(attacked, "VmRSS")
    wrong = []
    for hostile in KINDS[kind]():
        status, text = _answer(attacked, hostile)
        sys.stdout.write(f"\n{hostile.name:45} {len(hostile.body):>9} B -> {status} {text[:110]}")
        if status not in hostile.statuses or not text:
            wrong.append((hostile.name, status, text[:300]))
    most_mib = memory_mib(attacked, "VmHWM")
    sys.stdout.write(f"\n{kind}: at rest {rest_mib} MiB, at most {most_mib} MiB\n")
    assert wrong == []
    assert most_mib < rest_mib + ROOM_MIB
    _assert_serves(attacked)


def _answer(server: RunningServer, hostile: Hostile) -> tuple[int, str]:
    """Status, and what the answer says in words."""
    headers = {"x-api-key": server.api_key} | hostile.headers
    url = server.url + hostile.path
    answer = httpx.request(hostile.method, url, content=hostile.body, headers=headers, timeout=ANSWER_S)
    try:
        said = answer.json()
    except ValueError:
        return answer.status_code, answer.text
    words = [said.get(name) for name in ("details", "detail", "error", "message")]
    return answer.status_code, next((word if isinstance(word, str) else json.dumps(word) for word in words if word), "")


def test_many_bombs_at_once_stay_within_bounds(attacked: RunningServer) -> None:
    """Thirty-three bombs side by side are all refused, in memory that is bounded by the server's threads."""
    rest_mib = memory_mib(attacked, "VmRSS")
    every = [bomb for bomb in bombs() if bomb.statuses == {413}] * 11
    with ThreadPoolExecutor(len(every)) as threads:
        answers = list(threads.map(lambda bomb: _answer(attacked, bomb)[0], every))
    sys.stdout.write(f"\n{len(every)} bombs at once: at most {memory_mib(attacked, 'VmHWM')} MiB\n")
    assert answers == [413] * len(every)
    assert memory_mib(attacked, "VmHWM") < rest_mib + MANY_ROOM_MIB
    _assert_serves(attacked)


def _open(server: RunningServer, head: str, body: bytes = b"") -> socket.socket:
    """A connection on which this much of a request was sent."""
    connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), ANSWER_S)
    lines = f"{head}\r\nHost: localhost\r\nx-api-key: {server.api_key}\r\n\r\n"
    connection.sendall(lines.encode() + body)
    return connection


def _read(connection: socket.socket) -> bytes:
    """All that comes until the server closes, or the answer's first line is there."""
    said = b""
    with connection:
        while b"\r\n" not in said and (more := connection.recv(65536)):
            said += more
    return said


UPLOAD = "POST /runs/multipart HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (UPLOAD + "Transfer-Encoding: chunked", b"not-a-size\r\nxx\r\n0\r\n\r\n"),
        (UPLOAD + "Transfer-Encoding: chunked", b"ffffffffffffffffff\r\n"),
        (UPLOAD + "Content-Length: -5", b"xxxxx"),
        (UPLOAD + "Content-Length: many", b"xxxxx"),
        (UPLOAD + "Content-Length: 3\r\nContent-Length: 30", b"xxxxx"),
        (UPLOAD + "Content-Length: 11534336", b"x"),
        (UPLOAD + "Content-Length: 99999999999999999999999", b"x"),
        (UPLOAD + f"X-Large: {'x' * 200_000}\r\nContent-Length: 0", b""),
        ("HELLO", b"\x00\x01\x02" * 100),
        ("GET / HTTP/9.9", b""),
    ],
)
def test_broken_http_gets_a_4xx_or_no_answer(attacked: RunningServer, head: str, body: bytes) -> None:
    """Framing that is no HTTP, or that lies about lengths, is answered 4xx at once or cut off; the server lives."""
    said = _read(_open(attacked, head, body))
    assert said == b"" or said.startswith(b"HTTP/1.1 4"), said[:200]
    _assert_serves(attacked)


def test_uploads_that_are_broken_off_leave_nothing(attacked: RunningServer) -> None:
    """Clients that announce 8 MB, send a part of it and go away: no memory stays, no run appears."""
    rest_mib = memory_mib(attacked, "VmRSS")
    for _ in range(STALLED):
        _open(attacked, UPLOAD + f"Content-Length: {8_000_000}", b"x" * 1_000_000).close()
    _assert_serves(attacked)
    assert (
        eventually(lambda: memory_mib(attacked, "VmRSS"), lambda seen: seen < rest_mib + STALLED) < rest_mib + STALLED
    )


def test_slow_uploads_keep_nobody_waiting(attacked: RunningServer) -> None:
    """While forty clients send a body byte by byte, another client's trace goes in and out; then they are answered."""
    with ExitStack() as opened:
        slow = [opened.enter_context(_open(attacked, UPLOAD + "Content-Length: 20", b"x")) for _ in range(STALLED)]
        for _ in range(18):
            for connection in slow:
                connection.sendall(b"x")
            time.sleep(0.01)
        began_s = time.monotonic()
        _assert_serves(attacked)
        assert time.monotonic() - began_s < ANSWER_S
        for connection in slow:
            connection.sendall(b"x")
        assert {_read(connection)[:12] for connection in slow} == {b"HTTP/1.1 422"}


def test_the_list_has_no_doubles() -> None:
    """Each hostile input has a name of its own, so that the table tells them apart."""
    names = [hostile.name for hostile in chain.from_iterable(kind() for kind in KINDS.values())]
    assert len(set(names)) == len(names) > 80
