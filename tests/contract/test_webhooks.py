"""Rules on a laptop tell receivers on it: from the client's run to the signed request, through every room."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from langsmith import Client

from functions.deliver.signature import signing_headers
from infra.local.server import RunningServer, running_server
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.waiting import eventually
from tests.hook_receiver import Got, Receiver, receiver

_WAIT_S = 60
_LEASE_S = 61


@dataclasses.dataclass(frozen=True)
class Told:
    """A server, a client of it, a project, and somebody who is told."""

    server: RunningServer
    client: Client
    project: str
    hook: Receiver
    folder: Path

    def rule(self, **actions: object) -> dict[str, Any]:
        """A rule of the project for its roots, and what it does."""
        project = self.client.create_project(self.project)
        body = {"display_name": "roots", "session_id": str(project.id), "sampling_rate": 1, **actions}
        return self.asked("POST", "runs/rules", body | {"filter": "eq(is_root, true)"})

    def asked(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """What the API answers."""
        headers = {"x-api-key": self.server.api_key}
        answer = httpx.request(method, f"{self.server.endpoint}/{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def sent(self) -> str:
        """A trace that has ended; the id of its root."""
        sent = run_agent(self.client, self.project)
        self.client.flush()
        return str(ended_trace(self.client, sent.root.id, len(NAMES))[0].id)

    def got(self, count: int = 1) -> list[Got]:
        """The requests, when there are so many."""
        return eventually(lambda: list(self.hook.got), lambda got: len(got) >= count, _WAIT_S)

    def outcome(self, rule_id: str, delivery_id: str) -> dict[str, Any]:
        """What became of a delivery, when it is over."""
        path = f"runs/rules/{rule_id}/deliveries/{delivery_id}"
        return eventually(
            lambda: self.asked("GET", path), lambda one: one["result"] in {"delivered", "failed"}, _WAIT_S
        )


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """A server whose PagerDuty is the receiver too."""
    with (
        receiver() as hook,
        running_server(tmp_path / "data", environ={"TRACEKEEP_PAGERDUTY_URL": hook.url}) as server,
        open_client(server.endpoint, server.api_key) as client,
    ):
        yield Told(server, client, new_project("told"), hook, tmp_path / "data")


def test_a_webhook_is_told_of_what_matched(told: Told) -> None:
    """Signed with the secret that was shown once, with the owner's header; and the rule's owner sees that it was."""
    rule = told.rule(webhooks=[{"url": told.hook.url, "headers": {"X-Team": "ops"}}])
    secret = rule["webhooks"][0]["signing_secret"]
    root = told.sent()
    [got] = told.got()
    assert got.json["rule_id"] == rule["id"]
    assert [run["id"] for run in got.json["runs"]] == [root]
    assert got.headers["x-team"] == "ops"
    at = int(got.headers["webhook-timestamp"])
    assert signing_headers(got.headers["webhook-id"], at, got.body, secret).items() <= got.headers.items()
    outcome = told.outcome(rule["id"], got.headers["webhook-id"])
    assert (outcome["result"], outcome["attempts"], outcome["status_code"]) == ("delivered", 1, 200)


def test_people_are_told_by_all_that_they_chose(told: Told) -> None:
    """PagerDuty, the topic (on a laptop a file), and an address: each once."""
    alerts = [
        {"type": "pagerduty", "routing_key": "R0UT1NG", "severity": "critical"},
        {"type": "sns", "summary": "{rule} in {project}"},
        {"type": "webhook", "url": f"{told.hook.url}/alert"},
    ]
    told.rule(alerts=alerts)
    told.sent()
    bodies = [one.json for one in told.got(2)]
    assert sorted(body.get("routing_key", body.get("type")) for body in bodies) == ["R0UT1NG", "alert"]
    file = told.folder / "alerts.ndjson"
    [line] = eventually(partial(_lines, file), bool, _WAIT_S)
    assert json.loads(line)["subject"] == f"[warning] roots in {told.project}"


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def test_a_sample_is_sent_when_somebody_asks(told: Told) -> None:
    """Before any run matched; its outcome says what the receiver answered."""
    rule = told.rule(webhooks=[{"url": told.hook.url}])
    told.hook.behaviours.append(403)
    asked = told.asked("POST", f"runs/rules/{rule['id']}/webhooks/0/test")
    outcome = told.outcome(rule["id"], asked["delivery_id"])
    assert (outcome["result"], outcome["status_code"]) == ("failed", 403)
    assert told.hook.got[0].json["is_test"] is True


def test_killed_while_a_receiver_listens_it_tells_again(told: Told) -> None:
    """By kill -9, in the middle of an attempt: under the same id, when the time of the dead one is over."""
    hang = told.hook.hang
    told.hook.behaviours.append(hang)
    told.rule(webhooks=[{"url": told.hook.url}])
    told.sent()
    told.got()
    told.server.kill9()
    told.server.start()
    told.server.advance(_LEASE_S)
    first, second = told.got(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.json["runs"][0]["id"] == second.json["runs"][0]["id"]
