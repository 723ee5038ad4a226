"""Who may read and write what, at every address and with every form of key that clients use."""

from __future__ import annotations

import httpx
import pytest
from langsmith import Client, RunTree
from langsmith.utils import LangSmithAuthError, LangSmithNotFoundError

from infra.local.server import RunningServer
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SystemClock
from shared.store.access import Access
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.curl import MULTIPART, multipart, read_status, run_part, whole_run
from tests.contract.waiting import eventually

PREFIXES = ["", "/api", "/api/v1"]
V2_PREFIXES = ["/v2", "/api/v2"]
NO_KEYS: list[dict[str, str]] = [{}, {"x-api-key": "lsv2_pt_wrong"}, {"x-api-key": ""}, {"Authorization": "Bearer"}]


@pytest.fixture(scope="module")
def other_key(server: RunningServer) -> str:
    """A key of a second workspace in the same server."""
    table = SqliteTable(server._folder / "control.sqlite")
    access = Access(table, SystemClock())
    text, _ = access.create_key(access.create_workspace("Other").id, "of the other workspace")
    table.close()
    return text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_client_works_under_every_prefix(server: RunningServer, prefix: str) -> None:
    """With the endpoint at /, /api or /api/v1 a trace goes in and comes out by v1."""
    with open_client(server.url + prefix, server.api_key) as client:
        sent = run_agent(client, new_project("prefix"))
        client.flush()
        assert [run.name for run in ended_trace(client, sent.root.id, len(NAMES))] == NAMES


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", ["/runs", "/runs/batch", "/runs/multipart"])
def test_every_way_in_is_there_under_every_prefix(server: RunningServer, prefix: str, path: str) -> None:
    """All routes that take runs answer 202 and what they took is readable under another prefix."""
    run, key = whole_run(), {"x-api-key": server.api_key}
    if path == "/runs/multipart":
        answer = httpx.post(f"{server.url}{prefix}{path}", content=multipart(run_part(run)), headers=key | MULTIPART)
    else:
        answer = httpx.post(
            f"{server.url}{prefix}{path}", json=run if path == "/runs" else {"post": [run]}, headers=key
        )
    assert answer.status_code == 202, answer.text
    eventually(lambda: read_status(server.url, server.api_key, run["id"]), lambda status: status == 200)


@pytest.mark.parametrize("prefix", V2_PREFIXES)
def test_v2_is_there_under_both_its_prefixes(server: RunningServer, client: Client, prefix: str) -> None:
    """`/v2` and `/api/v2` are the same routes."""
    project = str(client.read_project(project_name="default").id)
    asked = {"project_ids": [project], "page_size": 1}
    answer = httpx.post(f"{server.url}{prefix}/runs/query", json=asked, headers={"x-api-key": server.api_key})
    assert answer.status_code == 200, answer.text
    assert "items" in answer.json()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_info_is_open(server: RunningServer, prefix: str) -> None:
    """`/info` and `/ok` need no key, and take a wrong one."""
    for headers in ({}, {"x-api-key": "not-a-real-key"}):
        assert httpx.get(f"{server.url}{prefix}/info", headers=headers).json()["version"] >= "0.18.0"
        assert httpx.get(f"{server.url}{prefix}/ok", headers=headers).status_code == 200


def test_each_form_of_key_is_taken(server: RunningServer, client: Client) -> None:
    """The key is valid as x-api-key in any case and as Bearer, with its own workspace's id or without one."""
    tenant = str(client.read_project(project_name="default").tenant_id)
    forms = [
        {"x-api-key": server.api_key},
        {"X-API-Key": server.api_key},
        {"Authorization": f"Bearer {server.api_key}"},
        {"x-api-key": server.api_key, "X-Tenant-Id": tenant},
        {"Authorization": f"Bearer {server.api_key}", "x-tenant-id": tenant},
    ]
    for form in forms:
        run = whole_run()
        assert httpx.get(f"{server.url}/sessions", headers=form).status_code == 200, form
        assert httpx.post(f"{server.url}/runs/batch", json={"post": [run]}, headers=form).status_code == 202, form


def test_a_key_is_not_enough_for_another_workspace(server: RunningServer, other_key: str) -> None:
    """A right key beside the id of a workspace that is not its own is refused, for reading and for writing."""
    with open_client(server.endpoint, other_key) as other:
        tenant = str(other.read_project(project_name="default").tenant_id)
    form = {"x-api-key": server.api_key, "X-Tenant-Id": tenant}
    for answer in (
        httpx.get(f"{server.url}/sessions", headers=form),
        httpx.post(f"{server.url}/runs/batch", json={"post": [whole_run()]}, headers=form),
    ):
        assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(
    "headers", [{}, {"x-api-key": "lsv2_pt_wrong"}, {"Authorization": "Bearer"}, {"x-api-key": ""}]
)
def test_without_a_valid_key_nothing_is_answered(server: RunningServer, headers: dict[str, str]) -> None:
    """No key, a wrong one and an empty one are 401 everywhere but at /info and /ok."""
    project = "00000000-0000-4000-8000-000000000000"
    assert httpx.get(f"{server.url}/runs/{project}", headers=headers).status_code == 401
    assert httpx.get(f"{server.url}/api/v1/sessions", headers=headers).status_code == 401
    assert httpx.post(f"{server.url}/runs/query", json={}, headers=headers).status_code == 401
    assert httpx.post(f"{server.url}/v2/runs/query", json={}, headers=headers).status_code == 401
    body = multipart(run_part(whole_run()))
    assert httpx.post(f"{server.url}/runs/multipart", content=body, headers=headers | MULTIPART).status_code == 401
    assert httpx.post(f"{server.url}/runs", json=whole_run(), headers=headers).status_code == 401
    assert httpx.patch(f"{server.url}/runs/{project}", json={}, headers=headers).status_code == 401


def test_the_client_understands_a_wrong_key(server: RunningServer, caplog: pytest.LogCaptureFixture) -> None:
    """Reading raises the client's LangSmithAuthError; a run is given up with one warning, and no retry."""
    with open_client(server.endpoint, "lsv2_pt_wrong") as client:
        with pytest.raises(LangSmithAuthError):
            client.read_project(project_name="default")
        RunTree(name="never", ls_client=client).post()
        client.flush()
    said = [record.getMessage() for record in caplog.records if "401" in record.getMessage()]
    assert len(said) == 1, said


def test_another_workspaces_trace_is_nowhere(server: RunningServer, client: Client, other_key: str) -> None:
    """By id, in lists, by project, by v2 and in project lists: what is another workspace's is as if it were not."""
    project = new_project("secret")
    sent = run_agent(client, project)
    client.flush()
    root = ended_trace(client, sent.root.id, len(NAMES))[0]
    headers = {"x-api-key": other_key}
    session, run = str(root.session_id), str(root.id)
    with open_client(server.endpoint, other_key) as other:
        with pytest.raises(LangSmithNotFoundError):
            other.read_run(root.id)
        with pytest.raises(LangSmithNotFoundError):
            list(other.list_runs(project_id=session))
        assert list(other.list_runs(trace_id=root.id)) == []
        assert list(other.list_runs(run_ids=[root.id])) == []
        assert list(other.list_runs(parent_run_id=root.id)) == []
        assert not other.has_project(project)
        assert project not in {one.name for one in other.list_projects()}
    for path in (
        f"/v2/runs/{run}?project_id={session}",
        f"/v2/traces/{run}/runs?project_id={session}",
        f"/sessions/{session}",
    ):
        assert httpx.get(server.url + path, headers=headers).status_code == 404, path
    assert httpx.patch(f"{server.url}/sessions/{session}", json={"name": "x"}, headers=headers).status_code == 404
    assert httpx.delete(f"{server.url}/sessions/{session}", headers=headers).status_code == 404


def test_the_same_run_id_in_two_workspaces_is_two_runs(server: RunningServer, client: Client, other_key: str) -> None:
    """Who sends an operation for another workspace's run makes a run of its own, and changes nothing there."""
    run = whole_run()
    mine, theirs = {"x-api-key": server.api_key}, {"x-api-key": other_key}
    httpx.post(f"{server.url}/runs/batch", json={"post": [run]}, headers=mine).raise_for_status()
    forged = {**run, "name": "forged", "outputs": {"stolen": True}}
    httpx.post(f"{server.url}/runs/batch", json={"patch": [forged]}, headers=theirs).raise_for_status()
    eventually(lambda: read_status(server.url, other_key, run["id"]), lambda status: status == 200)
    eventually(lambda: read_status(server.url, server.api_key, run["id"]), lambda status: status == 200)
    assert (client.read_run(run["id"]).name, client.read_run(run["id"]).outputs) == ("plain", {"b": 2})
