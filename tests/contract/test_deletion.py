"""Deletion as a client meets it: gone when it is answered, and then out of the files, to the last byte."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langsmith import Client

from infra.local.server import RunningServer, running_server
from tests.contract.agent import run_agent
from tests.contract.clients import ended_trace, new_project, open_client, run_or_none
from tests.contract.waiting import eventually

SETTLE_S = 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the server of the test keeps its data."""
    return tmp_path / "data"


@pytest.fixture
def server(folder: Path) -> Iterator[RunningServer]:
    """A server that waits for a second, not for 45: nobody records here while something is erased."""
    with running_server(folder, environ={"TRACEKEEP_SETTLE_S": str(SETTLE_S)}) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    """The Python client with its defaults."""
    with open_client(server.endpoint, server.api_key) as opened:
        yield opened


def done(client: Client, deletion_id: str) -> dict[str, Any]:
    """The receipt, when everything is done."""

    def look() -> dict[str, Any]:
        receipt: dict[str, Any] = client.request_with_retries("GET", f"/deletions/{deletion_id}").json()
        return receipt

    return eventually(look, lambda seen: bool(seen["state"] == "done"))


def told(client: Client, root_id: uuid.UUID) -> list[Any]:
    """What the runs of a trace say."""
    runs = ended_trace(client, root_id, 6)
    return [(run.id, run.name, run.inputs, run.outputs, run.error, run.extra, run.events, run.tags) for run in runs]


def found_in(folder: Path, text: str) -> list[str]:
    """The files in which these characters stand."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_deleted_traces_are_out_of_every_answer_and_out_of_the_files(
    client: Client, server: RunningServer, folder: Path
) -> None:
    """By id, of two alike: what was said of the one is in no file any more; the other is whole."""
    project, words = new_project("erased"), {name: uuid.uuid4().hex for name in ("gone", "kept")}
    roots = {name: run_agent(client, project).root for name in words}
    client.flush()
    for name, root in roots.items():
        session = ended_trace(client, root.id, 6)[0].session_id
        given: dict[str, Any] = {"trace_id": root.id, "session_id": session, "start_time": root.start_time}
        client.create_feedback(root.id, "user", score=1, comment=words[name], **given)
    client.flush()
    eventually(
        lambda: [str(one.run_id) for one in client.list_feedback(run_ids=[r.id for r in roots.values()])],
        lambda seen: len(seen) == 2,
    )
    kept = told(client, roots["kept"].id)
    body = {"session_id": str(client.read_project(project_name=project).id), "trace_ids": [str(roots["gone"].id)]}
    answer = client.request_with_retries("POST", "/runs/delete", json=body)
    assert answer.status_code == 202
    assert run_or_none(client, roots["gone"].id) is None
    assert [str(run.id) for run in client.list_runs(project_name=project, is_root=True)] == [str(roots["kept"].id)]
    receipt = done(client, answer.json()["deletion_id"])
    assert receipt["traces"]["removed"] == 1
    assert {step["step"]: step for step in receipt["steps"]}["traces"]["feedback"] == 1
    assert told(client, roots["kept"].id) == kept
    assert httpx.post(f"{server.url}/__local/jobs/expire").status_code == 200
    assert found_in(folder, words["gone"]) == []
    assert found_in(folder, words["kept"]) != []


def test_a_deleted_project_is_erased(client: Client) -> None:
    """By the client's own method: the newest receipt is the project's, and says that its traces are removed."""
    project = new_project("erased")
    root = run_agent(client, project).root
    client.flush()
    project_id = str(ended_trace(client, root.id, 6)[0].session_id)
    client.delete_project(project_id=project_id)
    [newest] = client.request_with_retries("GET", "/deletions", params={"limit": 1}).json()
    assert newest["named"] == {"session_id": project_id}
    receipt = done(client, newest["id"])
    assert (receipt["traces"]["removed"], receipt["traces"]["not_found"]) == (1, 0)


def test_metadata_deletes_what_has_it(client: Client) -> None:
    """A customer's traces, in whatever project: those of others stay."""
    customer = uuid.uuid4().hex
    ids = [uuid.uuid4() for _ in range(2)]
    for run_id, name in zip(ids, (customer, "another"), strict=True):
        client.create_run(
            "agent", {"q": 1}, "chain", id=run_id, project_name=new_project("m"), extra={"metadata": {"customer": name}}
        )
    client.flush()
    eventually(lambda: [run_or_none(client, one) for one in ids], all)
    answer = client.request_with_retries("POST", "/runs/delete", json={"metadata": {"customer": customer}})
    assert done(client, answer.json()["deletion_id"])["traces"]["removed"] == 1
    assert [run_or_none(client, one) is None for one in ids] == [True, False]
