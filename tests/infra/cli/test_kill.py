"""The commands as processes, killed in the middle of what they do, over a running server."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.bundle import ROOT
from infra.cli.lines import LineFile
from infra.local.server import RunningServer, running_server
from tests.api_traces import wide_trace
from tests.stores import NOON_US

RUNS = 4_000
TEXT = "what was asked, and what was answered. " * 80


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server of this test's own."""
    with running_server(tmp_path / "data") as running:
        yield running


def command(server: RunningServer, *words: str) -> subprocess.Popen[bytes]:
    """`./tracekeep`, started."""
    where = ["--endpoint", server.endpoint, "--key", server.api_key]
    return subprocess.Popen([ROOT / "tracekeep", *words, *where], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def killed_again_and_again(server: RunningServer, journal: Path, *words: str) -> int:
    """Run the command with --resume, and kill it whenever its journal has moved; how often it was killed."""
    for kills in range(100):
        before = journal.read_bytes() if journal.exists() else b""
        with command(server, *words, "--resume") as process:
            while process.poll() is None and (not journal.exists() or journal.read_bytes() == before):
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            said = process.communicate()[0].decode()
        if process.returncode == 0:
            return kills
        assert process.returncode == -signal.SIGKILL, said
    raise AssertionError(f"{words} never came to its end")


def drain(server: RunningServer) -> None:
    """Wait until all that was accepted is recorded."""
    deadline_s = time.monotonic() + 60
    while (queue := server.local("GET", "queue"))["waiting"] + queue["in_flight"]:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def test_killed_commands_lose_no_run_and_double_none(tmp_path: Path, server: RunningServer) -> None:
    """An import and an export of 4,000 runs, each killed by SIGKILL whenever it has made some way."""
    source = tmp_path / "source.ndjson"
    posts = [
        post | {"session_name": "killed", "inputs": {"text": TEXT, "n": number}}
        for trace in range(RUNS // 400)
        for number, post in enumerate(wide_trace(400, NOON_US - trace * 7_000_000))
    ]
    source.write_text("".join(json.dumps(post) + "\n" for post in posts))
    assert killed_again_and_again(server, source.with_name("source.ndjson.import"), "import", str(source)) > 2
    drain(server)
    out = tmp_path / "out.ndjson.zst"
    journal = out.with_name("out.ndjson.zst.journal")
    assert killed_again_and_again(server, journal, "export", "--project", "killed", "--out", str(out)) > 2
    runs = [json.loads(line.text) for line in LineFile(str(out))]
    assert len(runs) == RUNS
    assert {run["id"]: run["inputs"] for run in runs} == {post["id"]: post["inputs"] for post in posts}
