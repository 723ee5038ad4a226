"""Feedback by the JavaScript client: what it gives, it reads back."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.local.server import RunningServer
from tests.contract.clients import new_project

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
TIMEOUT_S = 90


@pytest.fixture(scope="module")
def journey(server: RunningServer) -> dict[str, Any]:
    """What feedback.mjs read. Node and the client come by `make`; without them this fails, and never skips."""
    told = {"LANGSMITH_ENDPOINT": server.endpoint, "LANGSMITH_API_KEY": server.api_key, "LANGSMITH_TRACING": "true"}
    command = [str(NODE), str(HERE / "feedback.mjs"), new_project("js feedback")]
    environ = {"PATH": os.environ["PATH"], **told}
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_what_is_given_is_read_at_once(journey: dict[str, Any]) -> None:
    """Every field as the client sent it, and the trace that it named nowhere."""
    read = journey["atOnce"]
    assert (read["id"], read["run_id"], read["key"]) == (journey["given"], journey["runId"], "helpful")
    assert (read["score"], read["value"], read["comment"]) == (0.1235, {"label": "ok"}, "so so")
    assert read["feedback_source"] == {"type": "api", "metadata": {"page": "/x"}}
    assert read["trace_id"] not in {None, journey["runId"]}


def test_lists_are_narrowed(journey: dict[str, Any]) -> None:
    """By run, key and source, newest first."""
    [model] = journey["byModel"]
    assert journey["both"] == [model["id"], journey["given"]]
    assert (model["score"], model["extend_trace_retention"]) == (True, False)


def test_what_is_changed_is_summed_up(journey: dict[str, Any]) -> None:
    """The update keeps what it does not name; the run's statistics have both."""
    assert (journey["updated"]["score"], journey["updated"]["comment"]) == (1, "good")
    assert journey["updated"]["value"] == {"label": "ok"}
    assert journey["stats"]["helpful"]["n"] == 2


def test_what_is_deleted_is_not_found(journey: dict[str, Any]) -> None:
    """The client says so in its own error; the rest stays."""
    assert "404" in journey["deleted"] or "does not exist" in journey["deleted"]
    assert journey["left"] == ["helpful", "thumb"]


def test_a_token_needs_no_key(journey: dict[str, Any]) -> None:
    """Whoever has its address gives feedback; its maker can list it."""
    assert journey["token"] == {"used": 200, "listed": True}
