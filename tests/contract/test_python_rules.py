"""Automation rules, as the Python client lists them and as curl makes them, on a laptop that runs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from langsmith import Client
from langsmith.types.evaluator import Evaluator

from infra.local.server import RunningServer
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project
from tests.contract.waiting import eventually
from tests.hook_receiver import receiver

WAIT_S = 60
SOUND = 'and(eq(is_root, true), eq(status, "success"))'


class Owner:
    """Whoever makes rules by hand: one HTTP request each."""

    def __init__(self, server: RunningServer) -> None:
        self._http = httpx.Client(base_url=server.endpoint, headers={"x-api-key": server.api_key}, timeout=30)

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 any JSON
        """What a route answers, which must be well."""
        answer = self._http.request(method, path, json=body)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def close(self) -> None:
        """No more requests."""
        self._http.close()


@pytest.fixture
def owner(server: RunningServer) -> Iterator[Owner]:
    """Somebody with the key."""
    owner = Owner(server)
    yield owner
    owner.close()


def listed(client: Client, **query: Any) -> list[Evaluator]:  # noqa: ANN401 the client's own
    """The rules that the generated client finds."""
    found: list[Evaluator] = client._get_langsmith_api_sync().evaluators.list(**query)
    return found


def test_the_client_lists_what_was_made(client: Client, owner: Owner) -> None:
    """All fields that its model needs are of the types that it says; its filters narrow the list."""
    project = client.create_project(new_project("rules"))
    name = new_project("keep what succeeds")
    body = {"display_name": name, "session_id": str(project.id), "sampling_rate": 0.5, "filter": SOUND}
    made = owner.ask("POST", "/runs/rules", {**body, "extend_only": True, "backfill_from": "2026-01-01T00:00:00Z"})
    (rule,) = listed(client, name_contains=name)
    assert (rule.id, rule.display_name, rule.sampling_rate, rule.filter) == (made["id"], name, 0.5, SOUND)
    assert (rule.session_id, rule.session_name, rule.extend_only) == (str(project.id), project.name, True)
    assert Evaluator.model_validate(rule.model_dump(), strict=True) == rule
    assert [one.id for one in listed(client, session_id=str(project.id))] == [rule.id]
    assert listed(client, type="dataset") == []
    owner.ask("DELETE", f"/runs/rules/{rule.id}")
    assert listed(client, name_contains=name) == []


def test_a_rule_acts_on_what_comes_and_says_so(client: Client, owner: Owner) -> None:
    """It keeps the trace, tells a receiver, and its log, the trace and the receiver agree; a dry run had said so."""
    project = new_project("ruled")
    before = run_agent(client, project)
    client.flush()
    ended_trace(client, before.root.id, len(NAMES))
    session = str(client.read_project(project_name=project).id)
    body = {"display_name": "keep", "session_id": session, "sampling_rate": 1, "filter": SOUND}
    tried = owner.ask("POST", "/runs/rules/dry-run", {**body, "days": 1, "extend_only": True})
    assert (tried["matched"], tried["upgrades"]) == ({"traces": 1, "runs": 1}, 1)
    with receiver() as told_there:
        hook = {"url": told_there.url, "headers": {"X-Token": "hunter2"}}
        rule = owner.ask("POST", "/runs/rules", {**body, "extend_trace_retention": True, "webhooks": [hook]})
        path = f"/runs/rules/{rule['id']}/logs"
        sent = run_agent(client, project)
        client.flush()
        eventually(lambda: len(told_there.got), lambda seen: seen > 0, WAIT_S)
        log = eventually(lambda: owner.ask("GET", path), _is_delivered, WAIT_S)
    (got,) = told_there.got
    assert [one["run_id"] for one in log] == [str(sent.root.id)] == [one["id"] for one in got.json["runs"]]
    assert got.headers["x-token"] == "hunter2"
    assert log[0]["extend_only"]["outcome"] == "success"
    (told,) = owner.ask("GET", f"/traces/{sent.root.id}/rules")
    assert (told["rule_id"], told["run_ids"]) == (rule["id"], [str(sent.root.id)])
    assert owner.ask("GET", f"/traces/{sent.root.id}/retention")["kept_because"]["id"] == rule["id"]
    owner.ask("DELETE", f"/runs/rules/{rule['id']}")


def _is_delivered(log: list[dict[str, Any]]) -> bool:
    found = [sent for one in log for sent in one["webhooks"]["payload"]["deliveries"]]
    return bool(found) and all(sent["result"] == "delivered" for sent in found)
