"""Datasets, examples and annotation queues by the JavaScript client: what it makes, it reads back."""

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
    """What curating.mjs read. Node and the client come by `make`; without them this fails, and never skips."""
    told = {"LANGSMITH_ENDPOINT": server.endpoint, "LANGSMITH_API_KEY": server.api_key, "LANGSMITH_TRACING": "true"}
    command = [str(NODE), str(HERE / "curating.mjs"), new_project("js curating")]
    environ = {"PATH": os.environ["PATH"], **told}
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environ, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_datasets_are_found(journey: dict[str, Any]) -> None:
    """By their names and ids while they are there, and not else."""
    assert journey["has"] == {"byName": True, "byId": True, "another": False, "anotherId": False}
    assert [one["id"] for one in journey["datasets"]] == [journey["dataset"]["id"]]
    assert (journey["dataset"]["description"], journey["dataset"]["metadata"]) == ("d", {"team": "support"})
    assert journey["deleted"] is False


def test_examples_are_read_back(journey: dict[str, Any]) -> None:
    """One, many, and one that the server makes of a run."""
    one = journey["one"]
    assert (one["inputs"], one["outputs"]) == ({"q": 1}, {"a": 2})
    assert one["metadata"] == {"m": 1, "dataset_split": ["train"]}
    assert [(each["inputs"], each["outputs"]) for each in journey["many"]] == [({"n": 1}, None), ({"n": 2}, {"n": -2})]
    [copied] = journey["copied"]
    assert (copied["inputs"], copied["source_run_id"]) == ({"input": "refund?"}, journey["ids"][0])
    assert len(journey["listed"]) == 4
    assert [each["id"] for each in journey["train"]] == [one["id"]]


def test_examples_are_changed_and_deleted(journey: dict[str, Any]) -> None:
    """What was not said stays; what was deleted is in no list and no count."""
    assert (journey["updated"]["inputs"], journey["updated"]["outputs"]) == ({"q": 1}, {"a": 3})
    assert {each["id"] for each in journey["left"]} == {journey["many"][1]["id"], journey["copied"][0]["id"]}
    assert journey["counted"]["example_count"] == 2


def test_queues_hold_runs(journey: dict[str, Any]) -> None:
    """In the order in which they were added, by id and by key, until they are taken out."""
    assert [each["id"] for each in journey["queued"]] == journey["ids"]
    assert (journey["first"]["id"], journey["size"]["size"]) == (journey["ids"][0], 2)
    assert [each["id"] for each in journey["after"]] == journey["ids"][1:]


def test_queues_are_changed_and_deleted(journey: dict[str, Any]) -> None:
    """By their own routes; a deleted one is not found."""
    assert journey["renamed"]["name"] == f"{journey['queue']['name']} renamed"
    assert journey["renamed"]["rubric_instructions"] == "look"
    assert [each["id"] for each in journey["queues"]] == [journey["queue"]["id"]]
    assert "404" in journey["gone"]
