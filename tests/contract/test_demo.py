"""`make demo` against a running server: what it says it sent is there to be read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from langsmith import Client
from langsmith.schemas import Run

from infra.local.samples import research, search, support
from infra.local.samples.picture import chart_png
from infra.local.server import RunningServer, running_server
from tests.contract.clients import open_client
from tests.contract.waiting import eventually

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 90
LOOP_RUNS = 3_001


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with nothing but the samples."""
    with running_server(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def said(served: RunningServer) -> str:
    """What the demo printed; it finds the key in the server's folder."""
    environ = {"PATH": os.environ["PATH"], "PORT": served.url.rpartition(":")[2], "DATA": str(served._folder)}
    command = [sys.executable, "-m", "infra.local.demo"]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def reader(served: RunningServer, said: str) -> Iterator[Client]:
    """A client, after the demo has ended."""
    assert said
    with open_client(served.endpoint, served.api_key) as client:
        yield client


def _roots(client: Client, project: str) -> list[Run]:
    return list(client.list_runs(project_name=project, is_root=True))


def test_it_tells_what_is_there(said: str, reader: Client) -> None:
    """The summary names each project with the number of traces that the server counts."""
    for project in (support.PROJECT, search.PROJECT, research.PROJECT):
        line = next(line for line in said.splitlines() if project in line)
        assert line.removeprefix(f"  {project}").split()[0] == str(len(_roots(reader, project)))


def test_the_traces_began_over_the_last_hours(reader: Client) -> None:
    """Starts lie between six hours ago and now, in every hour some."""
    now = datetime.now(UTC)
    ages = [now - run.start_time for run in _roots(reader, support.PROJECT) + _roots(reader, search.PROJECT)]
    assert timedelta(0) < min(ages)
    assert max(ages) < timedelta(hours=6, minutes=2)
    assert {age // timedelta(hours=1) for age in ages} >= set(range(6))


def test_conversations_have_threads_versions_tools_and_errors(reader: Client) -> None:
    """Turns share threads, both prompt versions are there, tools fail now and then, models stream."""
    roots = _roots(reader, support.PROJECT)
    threads = [root.metadata["thread_id"] for root in roots]
    assert len(set(threads)) == 24 < len(threads)
    assert {tag for root in roots for tag in root.tags or []} == {"support", "v1", "v2"}
    runs = list(reader.list_runs(project_name=support.PROJECT))
    assert {run.status for run in runs if run.run_type == "tool"} == {"success", "error"}
    assert {root.status for root in roots} == {"success", "error"}
    assert all(run.first_token_time for run in runs if run.name == "answer")
    assert all(root.total_cost for root in roots)


def test_documents_and_a_picture_are_among_them(reader: Client) -> None:
    """Retrievers return documents; one trace has the picture, byte for byte."""
    runs = list(reader.list_runs(project_name=search.PROJECT))
    retrieved = [run.outputs for run in runs if run.run_type == "retriever"]
    assert all(outputs and len(outputs["documents"]) == 3 for outputs in retrieved)
    (chart,) = next(run for run in runs if run.name == "describe picture").attachments.values()
    assert not isinstance(chart, tuple)
    assert chart["reader"].read() == chart_png([3, 5, 4, 7, 9, 8, 12, 11, 15, 14, 18, 21])


def test_the_loop_is_one_trace_of_thousands_of_runs(reader: Client) -> None:
    """All its runs are read, each once, and its end is the error that ended it."""
    (root,) = _roots(reader, research.PROJECT)

    def look() -> list[Run]:
        return list(reader.list_runs(trace_id=root.id, select=["parent_run_id"]))

    runs = eventually(look, lambda seen: len(seen) >= LOOP_RUNS)
    assert len({run.id for run in runs}) == len(runs) == LOOP_RUNS
    assert "RecursionError" in (root.error or "")
