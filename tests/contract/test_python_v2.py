"""The v2 methods of the Python client: asynchronous, one object with a resource each."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from langsmith import AsyncClient, Client, NotFoundError, RunTree

from infra.local.server import RunningServer
from tests.contract.agent import MODEL_COST, NAMES, SPEAK_COST, Sent, run_agent
from tests.contract.clients import ended_trace, new_project, open_client
from tests.contract.waiting import eventually

T = TypeVar("T")

ALL: Any = [
    "ID", "NAME", "RUN_TYPE", "STATUS", "START_TIME", "END_TIME", "LATENCY_SECONDS", "FIRST_TOKEN_TIME", "ERROR",
    "EXTRA", "METADATA", "EVENTS", "INPUTS", "OUTPUTS", "PARENT_RUN_IDS", "PROJECT_ID", "TRACE_ID", "THREAD_ID",
    "DOTTED_ORDER", "IS_ROOT", "TOTAL_TOKENS", "PROMPT_TOKENS", "COMPLETION_TOKENS", "TOTAL_COST", "TAGS", "APP_PATH",
    "ATTACHMENTS",
]  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """A trace of the application, readable in its project."""

    client: Client
    project: str
    project_id: str
    sent: Sent
    runner: asyncio.Runner

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine gives, on the loop that the client's connections belong to."""
        return self.runner.run(work)

    def names(self, **asked: Any) -> set[str | None]:  # noqa: ANN401 the client's own
        """The names of the project's runs that the client finds."""
        query = self.client.runs.query(project_ids=[self.project_id], selects=["NAME"], **asked)
        return {run.name for run in self.wait(all_of(query))}

    @property
    def root_id(self) -> str:
        """The trace's id."""
        return str(self.sent.root.id)


@pytest.fixture(scope="module")
def stored(server: RunningServer) -> Iterator[Stored]:
    """One trace, read by all tests of this file."""
    project = new_project("v2")
    with open_client(server.endpoint, server.api_key) as client:
        sent = run_agent(client, project, thread="thread-v2")
        client.flush()
        runs = ended_trace(client, sent.root.id, len(NAMES))
        with asyncio.Runner() as runner:
            yield Stored(client, project, str(runs[0].session_id), sent, runner)
            runner.run(client._get_langsmith_api().close())


async def all_of(pages: AsyncIterable[T]) -> list[T]:
    """The items of all pages."""
    return [item async for item in pages]


def test_runs_query(stored: Stored) -> None:
    """`runs.query` gives every run of the project with what was selected, newest first."""
    runs = stored.wait(all_of(stored.client.runs.query(project_ids=[stored.project_id], selects=ALL)))
    sent = sorted(stored.sent.trees, key=lambda tree: (tree.start_time, str(tree.id)), reverse=True)
    assert [run.id for run in runs] == [str(tree.id) for tree in sent]
    for run, tree in zip(runs, sent, strict=True):
        assert (run.name, run.run_type) == (tree.name, tree.run_type.upper())
        assert run.status == ("ERROR" if tree.error else "SUCCESS")
        assert (run.error, run.outputs) == (tree.error, tree.outputs)
        assert tree.metadata.items() <= (run.metadata or {}).items()
        assert (run.trace_id, run.dotted_order) == (stored.root_id, tree.dotted_order)
        assert (run.start_time, run.end_time) == (tree.start_time, tree.end_time)
        assert run.is_root == (tree.parent_run_id is None)
        assert (run.parent_run_ids or [])[-1:] == ([str(tree.parent_run_id)] if tree.parent_run_id else [])


def test_runs_query_by_structure(stored: Stored) -> None:
    """Roots, types, errors, ids and traces are found among the project's runs."""
    names = stored.names
    assert names(is_root=True) == {"agent"}
    assert names(run_type="LLM") == {"model", "speak"}
    assert names(has_error=True) == {"lookup"}
    assert names(has_error=False) == set(NAMES) - {"lookup"}
    assert names(trace_id=stored.root_id) == set(NAMES)
    assert names(ids=[str(stored.sent.trees[2].id)]) == {NAMES[2]}
    assert names(max_start_time=stored.sent.root.start_time - timedelta(seconds=1)) == set()


def test_without_selects_there_is_only_the_id(stored: Stored) -> None:
    """A query that selects nothing is answered with ids alone."""
    runs = stored.wait(all_of(stored.client.runs.query(project_ids=[stored.project_id])))
    assert [run.to_dict().keys() for run in runs] == [{"id"}] * len(NAMES)


def test_runs_retrieve(stored: Stored) -> None:
    """`runs.retrieve` gives one run, tokens and cost of its whole tree included; an unknown one is NotFound."""
    run = stored.wait(stored.client.runs.retrieve(stored.root_id, project_id=stored.project_id, selects=ALL))
    assert (run.total_tokens, run.prompt_tokens, run.completion_tokens) == (1960, 1600, 360)
    assert Decimal(str(run.total_cost)) == MODEL_COST + SPEAK_COST
    assert (run.thread_id, run.tags) == ("thread-v2", stored.sent.root.tags)
    assert (run.attachments or {}).keys() == {"picture"}
    with pytest.raises(NotFoundError):
        stored.wait(stored.client.runs.retrieve(str(uuid.uuid4()), project_id=stored.project_id))


def test_runs_get_url(stored: Stored) -> None:
    """The address of the page that shows a run, at the server that was asked."""
    answer = stored.wait(
        stored.client.runs.get_url(stored.root_id, project_id=stored.project_id, trace_id=stored.root_id)
    )
    assert answer.url is not None
    assert answer.url.startswith(stored.client.api_url.removesuffix("/api/v1"))
    assert f"/projects/p/{stored.project_id}/r/{stored.root_id}" in answer.url


def test_traces_list_runs(stored: Stored) -> None:
    """`traces.list_runs` gives a trace's runs in order of their start."""
    answer = stored.wait(stored.client.traces.list_runs(stored.root_id, project_id=stored.project_id, selects=ALL))
    assert [run.name for run in answer.items or []] == NAMES


def test_traces_query(stored: Stored) -> None:
    """`traces.query` gives each trace's root with what its tree adds up to."""
    (trace,) = stored.wait(all_of(stored.client.traces.query(project_id=stored.project_id, selects=ALL)))
    assert trace.root_run is not None
    assert (trace.root_run.id, trace.root_run.name) == (stored.root_id, "agent")
    assert trace.trace_aggregates is not None
    assert trace.trace_aggregates.total_tokens == 1960
    assert Decimal(str(trace.trace_aggregates.total_cost)) == MODEL_COST + SPEAK_COST


def test_pages_are_joined_without_loss(stored: Stored) -> None:
    """A cursor that walks page by page over runs with the same start gives each of them once."""
    project, start = new_project("pages"), datetime.now(UTC) - timedelta(minutes=5)
    trees = [
        RunTree(name=f"r{number}", start_time=start, project_name=project, ls_client=stored.client)
        for number in range(45)
    ]
    for tree in trees:
        tree.end(outputs={}, end_time=start)
        tree.post()
    stored.client.flush()
    wanted = {str(tree.id) for tree in trees}

    def look() -> list[str]:
        if not stored.client.has_project(project):
            return []
        project_id = str(stored.client.read_project(project_name=project).id)
        runs = stored.wait(all_of(stored.client.runs.query(project_ids=[project_id], page_size=10)))
        return [str(run.id) for run in runs]

    ids = eventually(look, lambda seen: len(seen) >= len(wanted))
    assert sorted(ids) == sorted(wanted)


def test_the_asynchronous_client(server: RunningServer, stored: Stored) -> None:
    """`AsyncClient` reads the same trace, by its v1 methods and by its v2 resources."""

    async def read() -> tuple[str, list[str], list[str | None], str]:
        async with AsyncClient(api_url=server.endpoint, api_key=server.api_key) as client:
            run = await client.read_run(stored.root_id)
            listed = [one.name async for one in client.list_runs(project_name=stored.project)]
            queried = client.runs.query(project_ids=[stored.project_id], selects=["NAME"])
            project = await client.read_project(project_name=stored.project)
            names = [one.name async for one in queried]
            await client._langsmith_api.close()  # aclose() leaves the connections of v2 open
            return run.name, listed, names, str(project.id)

    name, listed, queried, project_id = asyncio.run(read())
    assert name == "agent"
    assert sorted(listed) == sorted(NAMES)
    assert sorted(str(one) for one in queried) == sorted(NAMES)
    assert project_id == stored.project_id


def test_the_asynchronous_client_writes(server: RunningServer, client: Client) -> None:
    """What `AsyncClient.create_run` and `update_run` send is a run."""
    run_id, project = uuid.uuid4(), new_project("async")

    async def write() -> None:
        async with AsyncClient(api_url=server.endpoint, api_key=server.api_key) as writer:
            await writer.create_run("async", {"a": 1}, "chain", id=run_id, project_name=project)
            await writer.update_run(run_id, outputs={"b": 2}, end_time=datetime.now(UTC))

    asyncio.run(write())
    (run,) = ended_trace(client, run_id, 1)
    assert (run.name, run.inputs, run.outputs) == ("async", {"a": 1}, {"b": 2})
