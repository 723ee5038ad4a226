"""The JavaScript client: what it traces into a laptop's server, it reads back."""

from __future__ import annotations

import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.local.server import RunningServer
from tests.contract.agent import MODEL_COST
from tests.contract.clients import new_project

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
TIMEOUT_S = 90


@pytest.fixture(scope="module")
def journey(server: RunningServer) -> dict[str, Any]:
    """What journey.mjs read. Node and the client come by `make`; without them this fails, and never skips."""
    told = {"LANGSMITH_ENDPOINT": server.endpoint, "LANGSMITH_API_KEY": server.api_key, "LANGSMITH_TRACING": "true"}
    command = [str(NODE), str(HERE / "journey.mjs"), new_project("js")]
    environ = {"PATH": os.environ["PATH"], **told}
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def runs(journey: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The runs of the trace by name."""
    return {run["name"]: run for run in journey["runs"]}


def test_it_uploads_gzip_streams(journey: dict[str, Any]) -> None:
    """The client did what it does by default: multipart bodies, compressed as they flow, all accepted."""
    assert journey["uploads"]
    assert {upload["encoding"] for upload in journey["uploads"]} == {"gzip"}
    assert {upload["status"] for upload in journey["uploads"]} == {202}
    assert all(upload["isStream"] for upload in journey["uploads"])


def test_the_tree_comes_back(journey: dict[str, Any], runs: dict[str, dict[str, Any]]) -> None:
    """Ids, parents and types are those of the application."""
    assert {name: run["id"] for name, run in runs.items()} == journey["ids"]
    assert {run["trace_id"] for run in runs.values()} == {journey["ids"]["agent"]}
    assert {run["parent_run_id"] for name, run in runs.items() if name != "agent"} == {journey["ids"]["agent"]}
    assert {name: run["run_type"] for name, run in runs.items()} == {
        "agent": "chain",
        "lookup": "tool",
        "model": "llm",
        "speak": "llm",
    }
    assert journey["root"]["child_runs"] == ["lookup", "model", "speak"]


def test_what_runs_hold_comes_back(runs: dict[str, dict[str, Any]]) -> None:
    """Inputs, outputs, errors, tags, metadata and status are as they were traced."""
    agent = runs["agent"]
    assert agent["inputs"] == {"question": "How long?"}
    assert agent["outputs"] == {"answer": "about How long?"}
    assert agent["tags"] == ["b", "a"]  # the client itself drops the double
    assert {"thread_id": "js-thread", "n": 1, "ok": True}.items() <= agent["extra"]["metadata"].items()
    assert runs["lookup"]["status"] == "error"
    assert "nothing: schön" in runs["lookup"]["error"]
    assert runs["speak"]["outputs"] == {"content": "14 days"}
    assert {run["status"] for name, run in runs.items() if name != "lookup"} == {"success"}


def test_times_are_in_order(runs: dict[str, dict[str, Any]]) -> None:
    """Each run lies within its trace, though the client sends some times as numbers and some as text."""
    agent = runs["agent"]
    for run in runs.values():
        assert agent["start_time"][:23] <= run["start_time"][:23] <= run["end_time"][:23] <= agent["end_time"][:23]
    assert runs["speak"]["first_token_time"] is not None


def test_tokens_and_costs_are_counted_once(journey: dict[str, Any]) -> None:
    """The root's tokens and cost are the model's, by the price table."""
    root = journey["root"]
    assert (root["prompt_tokens"], root["completion_tokens"], root["total_tokens"]) == (1200, 300, 1500)
    assert Decimal(root["total_cost"]) == MODEL_COST
    assert Decimal(journey["project"]["total_cost"]) == MODEL_COST
    assert journey["project"]["run_count"] == 1


def test_an_attachment_comes_back_byte_for_byte(journey: dict[str, Any]) -> None:
    """Its link gives the bytes without a key, and the read says their type."""
    assert journey["picture"] == {"mime": "image/png", "same": True}


def test_a_long_list_is_whole(journey: dict[str, Any]) -> None:
    """`listRuns` pages over more runs than a page holds, each once."""
    assert len(journey["many"]) == len(set(journey["many"])) == 120


def test_an_unknown_run_is_not_found(journey: dict[str, Any]) -> None:
    """Reading what is not there is a 404 in the client's own error."""
    assert "404" in str(journey["missing"])
