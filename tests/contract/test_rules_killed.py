"""A laptop that is killed while its rules are at work acts on each run once, all the same."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import httpx
from langsmith import Client
from langsmith.run_trees import RunTree

from infra.local.server import RunningServer
from tests.contract.clients import new_project, open_client
from tests.contract.waiting import eventually

TRACES = 120
KILLS = 3
WORKS_S = 0.5
WAIT_S = 60


def test_kill_9_while_rules_are_at_work(own_server: RunningServer) -> None:
    """120 traces under a rule that queues and extends, SIGKILL three times meanwhile: each queued, kept, logged once.

    The last word has `jobs/automate`, which does what is left.
    """
    project = new_project("killed")
    with open_client(own_server.endpoint, own_server.api_key) as client:
        queue = client.create_annotation_queue(name=project)
        rule = _ask(own_server, "POST", "/runs/rules", _rule(str(queue.id)))
        sent = {_sent(client, project, number) for number in range(TRACES)}
        client.flush()
        for _ in range(KILLS):
            time.sleep(WORKS_S)
            own_server.kill9()
            own_server.start()
        eventually(lambda: own_server.local("GET", "queue")["waiting"], lambda left: left == 0, WAIT_S)
        own_server.local("POST", "jobs/automate")
        queued = Counter(str(run.id) for run in client.list_runs_from_annotation_queue(queue.id))
    tiers = {run_id: _ask(own_server, "GET", f"/runs/{run_id}")["trace_tier"] for run_id in sent}
    logged = Counter(one["run_id"] for one in _ask(own_server, "GET", f"/runs/rules/{rule['id']}/logs?limit=1000"))
    assert queued == Counter(sent)
    assert tiers == dict.fromkeys(sent, "longlived")
    assert logged == Counter(sent)


def _rule(queue: str) -> dict[str, Any]:
    return {
        "display_name": "all",
        "sampling_rate": 1,
        "add_to_annotation_queue_id": queue,
        "extend_annotation_queue_trace_retention": True,
    }


def _sent(client: Client, project: str, number: int) -> str:
    run = RunTree(name="step", inputs={"number": number}, project_name=project, ls_client=client)
    run.post()
    run.end(outputs={"number": number})
    run.patch()
    return str(run.id)


def _ask(server: RunningServer, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 any JSON
    headers = {"x-api-key": server.api_key}
    answer = httpx.request(method, f"{server.endpoint}{path}", json=body, headers=headers, timeout=WAIT_S)
    assert answer.is_success, answer.text
    return answer.json()
