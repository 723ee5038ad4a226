"""Sharing by the JavaScript client, v1 and v2: what it shares anyone reads, until it is taken back."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.local.server import RunningServer
from tests.contract.clients import new_project

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
TIMEOUT_S = 90
UNSHARED_WITHIN_MS = 10_000
"""The budget: from unshare to unreadable, for the page, a signed file fetched before, and the public API."""


@pytest.fixture(scope="module")
def journey(server: RunningServer) -> dict[str, Any]:
    """What sharing.mjs read. Node and the client come by `make`; without them this fails, and never skips."""
    told = {"LANGSMITH_ENDPOINT": server.endpoint, "LANGSMITH_API_KEY": server.api_key, "LANGSMITH_TRACING": "true"}
    command = [str(NODE), str(HERE / "sharing.mjs"), new_project("js sharing")]
    environ = {"PATH": os.environ["PATH"], **told}
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_any_run_gives_the_one_link_of_its_trace(journey: dict[str, Any]) -> None:
    """There is none before; then whoever shares again, by whichever run, or asks, gets the same."""
    assert journey["before"] is None
    assert len(set(journey["links"])) == 1
    assert re.fullmatch(r"http://localhost:3000/public/[0-9a-f-]{36}/r", journey["links"][0])


def test_nobody_reads_the_whole_trace_or_a_run_of_it(journey: dict[str, Any]) -> None:
    """By the client's own, oddly spelled address; without a key that is known."""
    assert sorted(name for name, _ in journey["all"]) == ["operation", "step"]
    assert ["operation", {"answer": "how?"}] in journey["all"]
    assert journey["one"] == [journey["stepId"]]


def test_from_unsharing_on_it_is_refused(journey: dict[str, Any]) -> None:
    """At once, and the client that shared knows of no link any more."""
    assert "404" in str(journey["refused"])
    assert journey["after"] is None


def test_v2_shares_any_run_by_one_token(journey: dict[str, Any], server: RunningServer) -> None:
    """`runs.share.create` for a step and for the root; `SHARE_URL` before, between and after."""
    v2 = journey["v2"]
    token, again = v2["tokens"]
    assert (v2["before"], again, v2["after"]) == (None, token, None)
    assert v2["url"] == f"{server.url}/public/{token}/r"
    assert token in v2["listed"]
    assert token not in v2["left"]


def test_v2_is_read_by_nobody(journey: dict[str, Any]) -> None:
    """`public.runs.query` and `public.runs.retrieve` of a client whose key is not known."""
    v2 = journey["v2"]
    assert sorted(one["name"] for one in v2["items"]) == ["operation", "step"]
    assert {"answer": "how?"} in [one.get("outputs") for one in v2["items"]]
    assert (v2["root"]["name"], v2["root"]["inputs"]) == ("operation", {"input": "how?"})
    assert v2["opened"] == [200, 200]


def test_v2_refuses_what_was_taken_back_within_the_budget(journey: dict[str, Any]) -> None:
    """`runs.share.delete`, twice: the public API, the page, and what was signed before."""
    v2 = journey["v2"]
    assert v2["ends"] == [404, 404, 404, 403]
    assert v2["tookMs"] < UNSHARED_WITHIN_MS
