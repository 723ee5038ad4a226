"""After 14 days nothing of a trace is readable, the moment they are over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from langsmith import Client
from langsmith.utils import LangSmithNotFoundError

from infra.local.server import RunningServer
from shared.base.units import S_PER_DAY
from tests.contract.agent import NAMES, run_agent
from tests.contract.clients import ended_trace, new_project, open_client

BASE_S = 14 * S_PER_DAY
SLACK_S = 60


@dataclass(frozen=True)
class Old:
    """A trace, and all that a reader knew of it when it was new."""

    client: Client
    server: RunningServer
    project: str
    project_id: str
    root_id: str
    links: list[str]

    def v2(self) -> list[Any]:
        """The runs and traces that v2 lists."""

        async def read() -> list[Any]:
            since: Any = "2000-01-01T00:00:00Z"
            runs = self.client.runs.query(project_ids=[self.project_id], min_start_time=since)
            traces = self.client.traces.query(project_id=self.project_id, min_start_time=since)
            found = [one async for one in runs] + [one async for one in traces]
            await self.client._get_langsmith_api().close()
            self.client._langsmith_api = None
            return found

        return asyncio.run(read())

    def v2_status(self) -> list[int]:
        """What v2 answers for the run and for its trace."""
        headers = {"x-api-key": self.server.api_key}
        asked = {"project_id": self.project_id}
        paths = (f"/v2/runs/{self.root_id}", f"/v2/traces/{self.root_id}/runs")
        return [httpx.get(self.server.url + path, params=asked, headers=headers).status_code for path in paths]


@pytest.fixture
def old(own_server: RunningServer) -> Iterator[Old]:
    """A trace with an attachment, still new."""
    with open_client(own_server.endpoint, own_server.api_key) as client:
        project = new_project("old")
        sent = run_agent(client, project)
        client.flush()
        root = ended_trace(client, sent.root.id, len(NAMES))[0]
        (picture,) = client.read_run(root.id).attachments.values()
        assert not isinstance(picture, tuple)
        yield Old(client, own_server, project, str(root.session_id), str(root.id), [picture["presigned_url"]])


def test_a_day_before_its_end_a_trace_is_whole(old: Old) -> None:
    """Nothing goes early."""
    old.server.advance(BASE_S - S_PER_DAY)
    assert len(list(old.client.list_runs(project_name=old.project))) == len(NAMES)
    assert old.client.read_run(old.root_id).outputs
    assert len(old.v2()) == len(NAMES) + 1
    assert old.v2_status() == [200, 200]


def test_after_its_end_a_trace_is_nowhere(old: Old) -> None:
    """By id, in every list, in statistics, by v2 and through links that were handed out: gone, before any job ran."""
    assert httpx.get(old.links[0]).status_code == 200
    old.server.advance(BASE_S + SLACK_S)
    with pytest.raises(LangSmithNotFoundError):
        old.client.read_run(old.root_id)
    assert list(old.client.list_runs(project_name=old.project)) == []
    assert list(old.client.list_runs(trace_id=old.root_id)) == []
    assert list(old.client.list_runs(run_ids=[old.root_id])) == []
    assert list(old.client.list_runs(project_name=old.project, error=True)) == []
    assert old.v2() == []
    assert old.v2_status() == [404, 404]
    assert httpx.get(old.links[0]).status_code in {403, 404}
    stats = old.client.read_project(project_name=old.project, include_stats=True)
    assert not stats.run_count
    assert not stats.total_tokens


def test_the_job_deletes_what_has_ended_and_nothing_else(old: Old) -> None:
    """`expire` removes an old trace's rows and objects, and a trace sent since stays whole."""
    old.server.advance(BASE_S + 3 * S_PER_DAY)
    sent = run_agent(old.client, old.project)
    old.client.flush()
    did = old.server.local("POST", "jobs/expire")["did"]
    assert did["traces"] > 0
    assert did["objects"] > 0
    assert [run.name for run in ended_trace(old.client, sent.root.id, len(NAMES))] == NAMES
