"""A server that is killed as clients send keeps all that it acknowledged, each thing once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from langsmith import Client, traceable, tracing_context
from langsmith.run_helpers import get_current_run_tree
from langsmith.schemas import Run

from infra.local.server import RunningServer
from tests.contract.clients import forget_environment, new_project, open_client
from tests.contract.proxy import Wire, wire_to
from tests.contract.waiting import eventually

TRACES = 2_000
RUNS_OF_A_TRACE = 3
KILLS = 4
TOKENS = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
SETTLE_S = 60


class Application:
    """Traces of a root, a model and a tool; it knows the ids and the number of each trace it has made."""

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project
        self.sent: dict[str, tuple[str, int]] = {}

    def traces(self, numbers: Iterable[int]) -> None:
        """Run once for each number."""
        for number in numbers:
            self._trace(number)

    def _trace(self, number: int) -> None:

        @traceable(run_type="llm", client=self._client)
        def model(text: str) -> dict[str, Any]:
            self._note("model", number)
            return {"said": text, "usage_metadata": TOKENS}

        @traceable(run_type="tool", client=self._client)
        def tool(text: str) -> str:
            self._note("tool", number)
            return text

        @traceable(client=self._client)
        def root(number: int) -> int:
            self._note("root", number)
            model(f"text {number}")
            tool(f"text {number}")
            return number

        with tracing_context(enabled=True, client=self._client, project_name=self._project):
            root(number)

    def _note(self, name: str, number: int) -> None:
        tree = get_current_run_tree()
        assert tree is not None
        self.sent[str(tree.id)] = (name, number)


def test_kill_9_loses_nothing_acknowledged_and_doubles_nothing(
    own_server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2,000 traces of two real clients, one with zstd and one without, while the server is killed four times.

    Method: the clients send through a wire that keeps the body of each upload that the server answered with
    2xx. When the server dies, the wire breaks the client's connection, as the network would. The server is
    killed by SIGKILL each time a further fifth of all runs was acknowledged, and started on the same folder.
    Afterwards the runs in the kept bodies are compared with the runs that the client lists: each must be
    there, ended if its end was acknowledged, with its own inputs, outputs and tokens; none twice; none that
    was never sent. What was not acknowledged may be there or not: the client may have given it up.
    """
    project = new_project("crash")
    with wire_to(own_server.endpoint) as wire:
        sent = _send(own_server, wire, project, monkeypatch)
        acknowledged = wire.acknowledged_runs()
        broken = wire.broken
    eventually(lambda: _unfinished(own_server), lambda left: left == 0, SETTLE_S)
    with open_client(own_server.endpoint, own_server.api_key) as client:
        runs = list(client.list_runs(project_name=project))
    found = {str(run.id): run for run in runs}
    sys.stdout.write(
        f"\n{KILLS} kills: {len(sent)} runs sent, {len(acknowledged)} acknowledged"
        f" ({sum(acknowledged.values())} with their end), {broken} requests broken off, {len(runs)} runs read back\n"
    )
    assert len(sent) == TRACES * RUNS_OF_A_TRACE
    assert broken > 0
    assert len(acknowledged) > len(sent) // 2
    assert len(found) == len(runs)
    assert found.keys() <= sent.keys()
    assert acknowledged.keys() - found.keys() == set()
    for run_id, has_ended in acknowledged.items():
        _assert_as_sent(found[run_id], *sent[run_id], has_ended=has_ended)
    _assert_tokens_once(found, acknowledged)


def _send(
    server: RunningServer, wire: Wire, project: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[str, int]]:
    """Send all traces while the server is killed again and again; what was sent."""
    half = TRACES // 2
    with open_client(wire.url, server.api_key) as zstd:
        assert zstd.info.version
        eventually(lambda: zstd.compressed_traces, lambda seen: seen is not None)
        monkeypatch.setenv("LANGSMITH_DISABLE_RUN_COMPRESSION", "true")
        forget_environment()
        with open_client(wire.url, server.api_key) as plain, ThreadPoolExecutor(2) as threads:
            applications = [Application(zstd, project), Application(plain, project)]
            killer = threading.Thread(target=_kill_again_and_again, args=(server, wire))
            killer.start()
            for application, begin in zip(applications, (0, half), strict=True):
                threads.submit(application.traces, range(begin, begin + half))
            threads.shutdown()
            killer.join()
            for client in (zstd, plain):
                client.flush(timeout=SETTLE_S)
            assert plain.compressed_traces is None
    return applications[0].sent | applications[1].sent


def _kill_again_and_again(server: RunningServer, wire: Wire) -> None:
    for kill in range(1, KILLS + 1):
        enough = TRACES * RUNS_OF_A_TRACE * kill // (KILLS + 1)
        eventually(wire.acknowledged_runs, partial(_has, enough), SETTLE_S)
        server.kill9()
        server.start()


def _has(count: int, runs: dict[str, bool]) -> bool:
    return len(runs) >= count


def _unfinished(server: RunningServer) -> int:
    queue = server.local("GET", "queue")
    assert queue["dead"] == 0, queue
    return int(queue["waiting"] + queue["delayed"] + queue["in_flight"])


def _assert_as_sent(run: Run, name: str, number: int, *, has_ended: bool) -> None:
    assert run.name == name
    assert run.inputs == ({"number": number} if name == "root" else {"text": f"text {number}"})
    if has_ended:
        assert run.status == "success"
        outputs = {"root": {"output": number}, "tool": {"output": f"text {number}"}}
        assert run.outputs == outputs.get(name, {"said": f"text {number}", "usage_metadata": TOKENS})


def _assert_tokens_once(found: dict[str, Run], acknowledged: dict[str, bool]) -> None:
    """A trace whose model's end was acknowledged has its tokens, once, however often it was delivered."""
    for run_id, has_ended in acknowledged.items():
        model = found[run_id]
        if model.name == "model" and has_ended and str(model.trace_id) in found:
            assert found[str(model.trace_id)].total_tokens == TOKENS["total_tokens"]
