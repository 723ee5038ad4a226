"""The whole laptop as a process: started, asked, killed, started again."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from infra.local.server import DidNotStart, RunningServer, running_server
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SystemClock
from shared.store import keys
from shared.store.access import Access
from shared.store.ports import KeyRange

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that all tests of this file may use, and none may end."""
    with running_server(tmp_path_factory.mktemp("laptop") / "kept") as running:
        yield running


def _start(**environ: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail."""
    command = [sys.executable, "-m", "infra.local.run"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=60
    )


def _runs(client: httpx.Client, key: str, *names: str) -> list[int]:
    return [client.post("/runs/batch", json=_batch(name), headers={"x-api-key": key}).status_code for name in names]


def _run_id(name: str) -> str:
    return f"0198c0de-0000-7000-8000-{int(name):012d}"


def _batch(name: str) -> dict[str, Any]:
    run_id = _run_id(name)
    order = f"20261120T120000000000Z{run_id}"
    run = {"id": run_id, "trace_id": run_id, "dotted_order": order, "name": name, "run_type": "chain"}
    return {"post": [run | {"inputs": {"n": name}, "start_time": "2026-11-20T12:00:00Z"}]}


def test_it_says_what_to_set(server: RunningServer) -> None:
    """Endpoint, key and switch are lines to copy."""
    said = server.log.read_text().splitlines()
    assert f"export LANGSMITH_ENDPOINT={server.url}/api/v1" in said
    assert f"export LANGSMITH_API_KEY={server.api_key}" in said
    assert "export LANGSMITH_TRACING=true" in said


def test_localhost_may_mean_either_loopback(server: RunningServer) -> None:
    """IPv4 and IPv6, where the machine has it."""
    port = urlsplit(server.url).port
    hosts = ["127.0.0.1", "[::1]"] if socket.has_ipv6 and _has_ipv6() else ["127.0.0.1"]
    assert [httpx.get(f"http://{host}:{port}/ok").status_code for host in hosts] == [200] * len(hosts)


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


def test_rooms_answer_through_the_gateway(server: RunningServer) -> None:
    """The real receive room, with the real key."""
    with httpx.Client(base_url=server.endpoint) as client:
        assert client.get("/info").json()["batch_ingest_config"]["use_multipart_endpoint"] is True
        assert _runs(client, server.api_key, "1") == [202]
        assert _runs(client, "not a key", "2") == [401]


def test_only_one_server_a_folder(server: RunningServer) -> None:
    """The second one says who has it, and ends with 1."""
    second = _start(DATA=str(server.log.with_suffix("")), PORT="0")
    assert second.returncode == 1
    assert "is in use by another server" in second.stderr


def test_a_taken_port_is_one_clear_line(server: RunningServer, tmp_path: Path) -> None:
    """It names the port and what to do."""
    port = str(urlsplit(server.url).port)
    second = _start(DATA=str(tmp_path / "other"), PORT=port)
    assert second.returncode == 1
    assert second.stderr.startswith(f"Tracekeep cannot start: port {port} is taken")
    assert second.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["x", "-1", "65536"])
def test_a_port_that_is_none_is_named(tmp_path: Path, port: str) -> None:
    """Before anything is touched."""
    failed = _start(DATA=str(tmp_path / "kept"), PORT=port)
    assert (failed.returncode, "PORT=" in failed.stderr) == (1, True)
    assert not (tmp_path / "kept").exists()


def test_ctrl_c_ends_it_cleanly_and_the_key_stays(tmp_path: Path) -> None:
    """Exit code 0, no traceback; the next start prints the same key on the same port."""
    with running_server(tmp_path / "kept") as server:
        first = (server.url, server.api_key)
        assert server.stop() == 0
        assert "Traceback" not in server.log.read_text()
        server.start()
        assert (server.url, server.api_key) == first


def test_a_given_key_works(tmp_path: Path) -> None:
    """API_KEY is taken as it is."""
    with running_server(tmp_path / "kept", api_key="my own") as server, httpx.Client(base_url=server.url) as client:
        assert server.api_key == "my own"
        assert _runs(client, "my own", "1") == [202]


def test_time_stays_advanced_over_a_kill(tmp_path: Path) -> None:
    """The clock is on disk before its answer."""
    with running_server(tmp_path / "kept") as server:
        server.advance(86_400)
        server.kill9()
        server.restart()
        assert server.local("GET", "clock")["offset_seconds"] == 86_400


def test_what_was_accepted_survives_kill_9(tmp_path: Path) -> None:
    """Killed while four clients send: each run that got a 202 is recorded once, and no other more than once."""
    names = [str(number) for number in range(1, 2001)]
    with running_server(tmp_path / "kept") as server:
        accepted = _accepted_until_kill(server, names, at_least=100)
        server.restart()
        while (queue := server.local("GET", "queue"))["waiting"] or queue["in_flight"] or queue["delayed"]:
            pass
        assert queue["dead"] == 0
    chunks = dict(zip(names, _chunks_of_traces(tmp_path / "kept", names), strict=True))
    assert 100 <= len(accepted) < len(names)
    assert {chunks[name] for name in accepted} == {1}
    assert set(chunks.values()) == {0, 1}


def _accepted_until_kill(server: RunningServer, names: list[str], at_least: int) -> list[str]:
    """The runs that were accepted before the server was killed under its clients."""
    accepted: list[str] = []
    enough = threading.Event()

    def send(mine: list[str]) -> None:
        with httpx.Client(base_url=server.url) as client, contextlib.suppress(httpx.TransportError):
            for name in mine:
                assert _runs(client, server.api_key, name) == [202]
                accepted.append(name)
                if len(accepted) >= at_least:
                    enough.set()

    with ThreadPoolExecutor(4) as pool:
        senders = [pool.submit(send, names[i::4]) for i in range(4)]
        assert enough.wait(30)
        server.kill9()
    for sender in senders:
        sender.result()
    return accepted


def _chunks_of_traces(folder: Path, names: list[str]) -> list[int]:
    """How many chunks each trace of `_batch` has in the table."""
    control, traces = SqliteTable(folder / "control.sqlite"), SqliteTable(folder / "traces.sqlite")
    [workspace] = Access(control, SystemClock()).workspaces()
    rows = [traces.query(KeyRange(keys.trace(workspace.id, _run_id(name)))) for name in names]
    control.close()
    traces.close()
    return [sum(item.sk.startswith(keys.CHUNK) for item in items) for items in rows]


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """What it wrote is in the exception."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "clock").write_text("soon")
    with pytest.raises(DidNotStart, match="clock holds 'soon"), running_server(tmp_path / "kept"):
        pass


def test_a_setting_reaches_its_room(tmp_path: Path) -> None:
    """TRACEKEEP_ variables work as in AWS."""
    environ = {"TRACEKEEP_ADVERTISED_BATCH_BYTES": "1234567"}
    with running_server(tmp_path / "kept", environ=environ) as server:
        content = json.loads(httpx.get(f"{server.url}/info").text)
    assert content["batch_ingest_config"]["size_limit_bytes"] == 1_234_567
