"""A trace that a client gave feedback on lives for 400 days, whole, on a laptop whose clock runs ahead."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from langsmith import Client
from langsmith.utils import LangSmithNotFoundError

from infra.local.server import RunningServer, running_server
from shared.base.units import S_PER_DAY
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.waiting import eventually

SETTLE_S = 1
WAIT_S = 60
SOON = {"TRACEKEEP_SETTLE_S": str(SETTLE_S), "TRACEKEEP_GATHER_S": str(SETTLE_S)}


@dataclasses.dataclass(frozen=True)
class Kept:
    """A server, a client of it, and a project."""

    server: RunningServer
    client: Client
    project: str

    def sent(self) -> str:
        """A trace that has ended; its id."""
        sent = run_agent(self.client, self.project)
        self.client.flush()
        return str(ended_trace(self.client, sent.root.id, len(NAMES))[0].id)

    def run(self, run_id: str) -> dict[str, Any]:
        """A run as the wire has it."""
        headers = {"x-api-key": self.server.api_key}
        content: dict[str, Any] = httpx.get(f"{self.server.url}/runs/{run_id}", headers=headers).json()
        return content

    def waiting(self) -> int:
        """Upgrades that are not finished; nothing may have been given up."""
        queue = self.server.local("GET", "queue")["upgrades"]
        assert queue["dead_letters"] == []
        return int(queue["waiting"] + queue["delayed"] + queue["in_flight"])

    def settle(self) -> None:
        """Wait until all that is to be kept was moved."""
        eventually(self.waiting, lambda left: left == 0, WAIT_S)

    def let_days_pass(self, days: int) -> None:
        """Let time pass, and what is over be deleted."""
        self.server.advance(days * S_PER_DAY)
        self.server.local("POST", "jobs/expire")


@pytest.fixture
def kept() -> Iterator[Kept]:
    """A server whose upgrades settle within a second."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), environ=SOON) as server,
        open_client(server.endpoint, server.api_key) as client,
    ):
        yield Kept(server, client, new_project("kept"))


def _is_kept(run: dict[str, Any]) -> bool:
    return run.get("trace_tier") == "longlived"


def test_feedback_keeps_a_trace_whole_for_400_days(kept: Kept) -> None:
    """Its neighbour is gone after 14; of itself each run, its outputs and its attachment are there after 390."""
    ours, other = kept.sent(), kept.sent()
    project: Any = {"session_id": kept.run(ours)["session_id"]}
    kept.client.create_feedback(run_id=ours, trace_id=ours, key="correctness", score=1, **project)
    kept.client.create_feedback(run_id=other, key="seen", score=1, extend_trace_retention=False, **project)
    kept.client.flush()
    run = eventually(partial(kept.run, ours), _is_kept, WAIT_S)
    assert "correctness" in run["trace_kept_because"]
    kept.settle()
    for days in (16, 374):
        kept.let_days_pass(days)
        runs = list(kept.client.list_runs(project_name=kept.project, start_time=None))
        assert sorted(run.name for run in runs) == sorted(NAMES)
        root = kept.client.read_run(ours)
        assert root.outputs
        (picture,) = (root.attachments or {}).values()
        assert httpx.get(picture["presigned_url"]).status_code == 200
        with pytest.raises(LangSmithNotFoundError):
            kept.client.read_run(other)
    kept.let_days_pass(11)
    with pytest.raises(LangSmithNotFoundError):
        kept.client.read_run(ours)
    assert list(kept.client.list_runs(project_name=kept.project)) == []


def test_a_project_of_long_life_is_born_to_it(kept: Kept) -> None:
    """By its setting, with a large body and an attachment, which `receive` put into the base tier."""
    headers = {"x-api-key": kept.server.api_key}
    made = kept.client.create_project(kept.project)
    changed = httpx.patch(f"{kept.server.url}/sessions/{made.id}", json={"trace_tier": "longlived"}, headers=headers)
    assert changed.status_code == 200
    ours = kept.sent()
    assert _is_kept(kept.run(ours))
    kept.settle()
    kept.let_days_pass(390)
    root = kept.client.read_run(ours)
    (picture,) = (root.attachments or {}).values()
    assert httpx.get(picture["presigned_url"]).status_code == 200
    assert root.outputs
