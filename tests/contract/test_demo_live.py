"""`make demo` as a person calls it, and the trace that grows while one looks."""

from __future__ import annotations

from typing import NamedTuple

import httpx
import pytest
from langsmith import Client
from langsmith.schemas import Run

from infra.local.demo import main
from infra.local.samples import reports, research, search, support, writing
from infra.local.samples.live import NAME, live
from infra.local.samples.sending import Size
from infra.local.samples.timeline import Timeline
from infra.local.server import RunningServer
from tests.contract.clients import new_project, settle

SIZE = Size(conversations=2, refunds=2, questions=2, reports=2, loop_runs=26)


class Seen(NamedTuple):
    """What a reader saw of the trace when a step had been sent."""

    pending: int
    ended: int
    words: int


@pytest.fixture
def said(own_server: RunningServer, capsys: pytest.CaptureFixture[str]) -> str:
    """What the demo printed; it finds the key in the server's folder."""
    environ = {"PORT": own_server.url.rpartition(":")[2], "DATA": str(own_server._folder)}
    assert main(environ, ["--live", "0.2"], SIZE) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_it_tells_what_is_there_and_where_to_look(said: str, own_server: RunningServer) -> None:
    """The summary names each project with the number of traces that the server counts; its links open."""
    client = Client(api_url=own_server.endpoint, api_key=own_server.api_key)
    settle(client)
    for project in (support.PROJECT, search.PROJECT, reports.PROJECT, research.PROJECT):
        line = next(line for line in said.splitlines() if project in line)
        roots = [run for run in client.list_runs(project_name=project, is_root=True) if run.name != NAME]
        assert line.removeprefix(f"  {project}").split()[0] == str(len(roots))
    links = [word for word in said.split() if "/projects/p/" in word]
    assert len(links) == 3
    assert all(link.startswith(f"{own_server.url}/o/") for link in links)
    assert {httpx.get(link).status_code for link in links} <= {200, 303}
    client.close()


def test_a_live_trace_is_seen_step_by_step(client: Client) -> None:
    """It is pending while it runs, its model's answer grows, and in the end all of it is there."""
    project, seen = new_project("live"), list[Seen]()

    def look(_: float) -> None:
        settle(client)
        seen.append(_look(list(client.list_runs(project_name=project))))

    root = live(Timeline(client, project), 1.0, look)
    settle(client)
    assert [one.ended for one in seen] == sorted(one.ended for one in seen)
    assert all(one.pending >= 2 for one in seen)
    words = [one.words for one in seen if one.words]
    assert words == sorted(set(words))
    run = client.read_run(root.tree.id)
    assert (run.status, run.outputs) == ("success", {"report": writing.WEEKLY})
    assert not _look(list(client.list_runs(project_name=project))).pending


def _look(runs: list[Run]) -> Seen:
    pending = [run for run in runs if run.end_time is None]
    said = [block["text"] for run in pending for block in (run.outputs or {}).get("content", [])]
    return Seen(len(pending), len(runs) - len(pending), len("".join(said)))
