"""The lives of three traces on a laptop whose clock runs ahead: 14 days, 400 by three causes, 400 from birth."""

from __future__ import annotations

import dataclasses
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from langsmith import Client
from langsmith.run_trees import RunTree

from infra.local.server import RunningServer, running_server
from shared.base.units import S_PER_DAY
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client, settle
from tests.contract.waiting import eventually

SETTLE_S = 1
SOON = {"TRACEKEEP_SETTLE_S": str(SETTLE_S), "TRACEKEEP_GATHER_S": str(SETTLE_S)}
WAIT_S = 60
BASE_DAYS, EXTENDED_DAYS = 14, 400
RULE = "Keep what agents do"


@dataclasses.dataclass(frozen=True)
class Laptop:
    """A server, a client of it, and the ways to read what it holds."""

    server: RunningServer
    client: Client

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """What the API answers to this key."""
        headers = {"x-api-key": self.server.api_key}
        return httpx.request(method, f"{self.server.endpoint}{path}", json=body, headers=headers, timeout=WAIT_S)

    def told(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 any JSON
        """The same, where it must go well."""
        answer = self.ask(method, path, body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def sent(self, project: str) -> Trace:
        """A trace that has ended."""
        sent = run_agent(self.client, project)
        self.client.flush()
        settle(self.client)
        root = ended_trace(self.client, sent.root.id, len(NAMES))[0]
        return Trace(self, str(root.id), str(root.session_id), sent.root)

    def kept(self, traces: list[Trace]) -> None:
        """Wait until these are in the extended tier, and nothing is left to be moved."""
        eventually(lambda: [one.tier() for one in traces], lambda tiers: set(tiers) == {"longlived"}, WAIT_S)
        eventually(self._moving, lambda left: left == 0, WAIT_S)

    def let_days_pass(self, days: int) -> None:
        """Let time pass, and nothing else: what is over must be unreadable before any job ran."""
        self.server.advance(days * S_PER_DAY)

    def month(self) -> str:
        """This month by the server's clock."""
        return datetime.fromisoformat(self.server.local("GET", "clock")["now"]).strftime("%Y-%m")

    def used(self, month: str) -> dict[str, int]:
        """What was counted of a month: its traces, its upgrades, and those of them that were born to it."""
        self.server.local("POST", "jobs/meter")
        told = self.told("GET", f"/orgs/current/usage/{month}")
        born = told["by_tier"]["extended_from_birth"]
        return {"traces": told["traces"], "upgrades": told["upgrades"], "born": born}

    def _moving(self) -> int:
        queue = self.server.local("GET", "queue")["upgrades"]
        assert queue["dead_letters"] == []
        return int(queue["waiting"] + queue["delayed"] + queue["in_flight"])


@dataclasses.dataclass(frozen=True)
class Trace:
    """One trace, and every way to read it."""

    laptop: Laptop
    id: str
    project: str
    root: RunTree

    def tier(self) -> str | None:
        """Its tier as the wire has it; None where it cannot be read."""
        answer = self.laptop.ask("GET", f"/runs/{self.id}")
        return str(answer.json()["trace_tier"]) if answer.is_success else None

    def given(self, **asked: Any) -> None:  # noqa: ANN401 the client's own
        """Give feedback on it."""
        about: Any = {"trace_id": self.id, "session_id": self.project}
        self.laptop.client.create_feedback(run_id=self.id, key="correctness", score=1, **about, **asked)
        self.laptop.client.flush()

    def causes(self) -> list[str]:
        """What keeps it, the first cause and those that came later."""
        told = self.laptop.told("GET", f"/traces/{self.id}/retention")
        return [one["cause"] for one in (told["kept_because"], *told["also_because"])]

    def readings(self) -> dict[str, bool]:
        """By route: whether the trace is there."""
        ask, told = self.laptop.ask, self.laptop.told
        asked = {"session": [self.project], "start_time": "2000-01-01T00:00:00Z"}
        long_ago: Any = datetime(2000, 1, 1, tzinfo=UTC).isoformat()
        v2 = {"project_ids": [self.project], "min_start_time": long_ago}
        return {
            "run": ask("GET", f"/runs/{self.id}").status_code == 200,
            "query": _has(told("POST", "/runs/query", asked), self.id),
            "roots": _has(told("POST", "/runs/query", asked | {"is_root": True}), self.id),
            "trace": _has(told("POST", "/runs/query", {"trace": self.id}), self.id),
            "errors": _has(told("POST", "/runs/query", asked | {"error": True}), self.id),
            "stats": told("POST", "/runs/stats", asked)["run_count"] > 0,
            "v2 runs": _has(told("POST", "/v2/runs/query", v2), self.id),
            "v2 trace": ask("GET", f"/v2/traces/{self.id}/runs?project_id={self.project}").status_code == 200,
            "skeleton": ask("GET", f"/traces/{self.id}/skeleton").status_code == 200,
            "retention": ask("GET", f"/traces/{self.id}/retention").status_code == 200,
            "feedback": _has(told("GET", f"/feedback?run={self.id}"), self.id),
            "export": self.id in ask("POST", "/v2/runs/export", v2).text,
        }


def _has(answer: object, words: str) -> bool:
    return words in str(answer)


@pytest.fixture
def laptop() -> Iterator[Laptop]:
    """A server whose upgrades settle within a second."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "data", environ=SOON) as server,
        open_client(server.endpoint, server.api_key) as client,
    ):
        yield Laptop(server, client)


def _late(trace: Trace) -> str:
    """A run that is sent days after the others; its id."""
    late = trace.root.create_child(name="late", run_type="tool", run_id=uuid.uuid4(), inputs={"asked": "late"})
    late.end(outputs={"said": "late"})
    late.post()
    trace.laptop.client.flush()
    return str(late.id)


def test_traces_live_as_long_as_their_tier_and_are_counted_once(laptop: Laptop) -> None:
    """A rule, a feedback and a share keep one trace: one upgrade, with its late run. The other is gone, everywhere."""
    born = new_project("born to it")
    laptop.told("PATCH", f"/sessions/{laptop.client.create_project(born).id}", {"trace_tier": "longlived"})
    plain, ruled = new_project("plain"), new_project("ruled")
    short, long, from_birth = laptop.sent(plain), laptop.sent(ruled), laptop.sent(born)
    short.given(extend_trace_retention=False)
    share = laptop.told("PUT", f"/traces/{short.id}/share", {"expires_in": None})["url"]
    kept_share = laptop.told("PUT", f"/traces/{long.id}/share", {"expires_in": None, "keep_trace": True})["url"]
    long.given()
    rule = {"display_name": RULE, "session_id": long.project, "sampling_rate": 1, "extend_only": True}
    laptop.told("POST", "/runs/rules", rule | {"filter": 'eq(name, "agent")', "backfill_from": "2000-01-01T00:00:00Z"})
    laptop.server.local("POST", "jobs/automate")
    laptop.kept([long, from_birth])
    assert short.tier() == "shortlived"
    eventually(long.causes, lambda causes: sorted(causes) == ["feedback", "rule", "share"], WAIT_S)
    _all_there(short, long)
    month = laptop.month()
    assert laptop.used(month) == {"traces": 3, "upgrades": 2, "born": 1}

    laptop.let_days_pass(BASE_DAYS - 1)
    late = _late(long)
    eventually(partial(laptop.ask, "GET", f"/runs/{late}"), lambda answer: answer.is_success, WAIT_S)
    laptop.kept([long])
    assert laptop.used(month) == {"traces": 3, "upgrades": 2, "born": 1}
    _all_there(short, long)

    laptop.let_days_pass(2)
    _gone(short)
    assert httpx.get(share).status_code == 404
    _all_there(long)
    assert httpx.get(kept_share).status_code == 200
    laptop.server.local("POST", "jobs/expire")

    laptop.let_days_pass(EXTENDED_DAYS - BASE_DAYS - 2)
    _all_there(long)
    assert laptop.told("GET", f"/runs/{late}")["outputs"] == {"said": "late"}
    assert from_birth.tier() == "longlived"

    laptop.let_days_pass(1)
    _gone(long)
    assert laptop.ask("GET", f"/runs/{late}").status_code == 404
    assert httpx.get(kept_share).status_code == 404


def _all_there(*traces: Trace) -> None:
    for trace in traces:
        readings = trace.readings()
        assert [route for route, is_there in readings.items() if not is_there] == []


def _gone(trace: Trace) -> None:
    assert [route for route, is_there in trace.readings().items() if is_there] == []
