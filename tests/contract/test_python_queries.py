"""`list_runs`: every structural question that the Python client can ask."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from langsmith import Client, RunTree
from langsmith.schemas import Run

from infra.local.server import RunningServer
from tests.contract.clients import new_project, open_client
from tests.contract.waiting import eventually

TRACES = 130
RUNS = 2 * TRACES
STEP = timedelta(milliseconds=250)
SAME_INSTANT = 4  # that many traces share each start time, so that a page can end in the middle of them


@dataclass(frozen=True)
class Many:
    """A project of `TRACES` traces, each a chain with a tool; every tenth tool failed."""

    client: Client
    project: str
    roots: list[RunTree]
    tools: list[RunTree]

    def ids(self, **asked: object) -> list[uuid.UUID]:
        """The ids that the client lists, in its order."""
        return [run.id for run in self.runs(**asked)]

    def runs(self, **asked: object) -> list[Run]:
        """The runs that the client lists in this project."""
        return list(self.client.list_runs(project_name=self.project, **asked))


@pytest.fixture(scope="module")
def many(server: RunningServer) -> Iterator[Many]:
    """The project, once all of it is readable."""
    project, begin = new_project("many"), datetime.now(UTC) - timedelta(hours=1)
    with open_client(server.endpoint, server.api_key) as client:
        roots, tools = [], []
        for number in range(TRACES):
            root, tool = _sent(client, project, number, begin + number // SAME_INSTANT * STEP)
            roots.append(root)
            tools.append(tool)
        client.flush()
        stored = Many(client, project, roots, tools)
        eventually(
            lambda: stored.runs(select=["end_time"]), lambda seen: len([one for one in seen if one.end_time]) == RUNS
        )
        yield stored


def _sent(client: Client, project: str, number: int, start: datetime) -> tuple[RunTree, RunTree]:
    root = RunTree(
        name=f"root {number}", inputs={"n": number}, start_time=start, project_name=project, ls_client=client
    )
    tool = root.create_child("tool", "tool", inputs={"n": number}, start_time=start + timedelta(milliseconds=1))
    root.post()
    tool.post()
    error = "broken" if number % 10 == 0 else None
    tool.end(outputs={"n": number}, error=error, end_time=start + timedelta(milliseconds=2))
    root.end(outputs={"n": number}, end_time=start + timedelta(milliseconds=3))
    tool.patch()
    root.patch()
    return root, tool


def _newest_first(trees: list[RunTree]) -> list[uuid.UUID]:
    return [tree.id for tree in sorted(trees, key=lambda one: (one.start_time, one.id), reverse=True)]


def test_all_pages_together_are_the_project(many: Many) -> None:
    """Paging over more runs than a page holds gives every run once, newest first."""
    ids = many.ids()
    assert len(ids) == RUNS
    assert set(ids) == {tree.id for tree in many.roots + many.tools}
    starts = [run.start_time for run in many.runs(select=["start_time"])]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize("limit", [1, 7, 100, 101, 250])
def test_a_limit_may_be_smaller_or_larger_than_a_page(many: Many, limit: int) -> None:
    """The client gets exactly as many runs as it asks for, the newest ones, however many pages that takes."""
    assert many.ids(limit=limit) == many.ids()[:limit]


def test_oldest_first(many: Many) -> None:
    """`order="asc"` is the same list, turned round."""
    assert many.ids(order="asc") == many.ids()[::-1]


def test_by_structure(many: Many) -> None:
    """Roots, run types, errors, parents and traces are found, and nothing else is."""
    roots, tools = {tree.id for tree in many.roots}, {tree.id for tree in many.tools}
    failed = {tree.id for tree in many.tools if tree.error}
    assert set(many.ids(is_root=True)) == roots
    assert set(many.ids(is_root=False)) == tools
    assert set(many.ids(run_type="tool")) == tools
    assert many.ids(run_type="llm") == []
    assert set(many.ids(error=True)) == failed
    assert set(many.ids(error=False)) == (roots | tools) - failed
    assert many.ids(parent_run_id=many.roots[3].id) == [many.tools[3].id]
    assert set(many.ids(trace_id=many.roots[3].id)) == {many.roots[3].id, many.tools[3].id}


def test_from_a_moment_on(many: Many) -> None:
    """`start_time` includes the runs that started at it, and no earlier one."""
    since = many.roots[60].start_time
    wanted = {tree.id for tree in many.roots + many.tools if tree.start_time >= since}
    assert set(many.ids(start_time=since)) == wanted


def test_until_a_moment(many: Many) -> None:
    """`end_time` bounds the start of the runs, as the hosted API takes it."""
    until = many.roots[60].start_time
    wanted = {tree.id for tree in many.roots + many.tools if tree.start_time <= until}
    assert set(many.ids(end_time=until.isoformat())) == wanted


def test_by_ids_alone(many: Many) -> None:
    """Ids need no project, and name runs of several traces at once."""
    ids = [many.roots[1].id, many.tools[5].id, uuid.uuid4()]
    assert {run.id for run in many.client.list_runs(run_ids=ids)} == set(ids[:2])


def test_a_narrow_select_leaves_the_rest_out(many: Many) -> None:
    """What is not selected is not sent, and the client's model still takes the run."""
    (run,) = many.runs(select=["inputs"], limit=1, run_type="tool")
    assert run.inputs["n"] in range(TRACES)
    assert (run.outputs, run.end_time) == (None, None)
    assert run.name == "tool"


def test_two_projects_at_once(many: Many) -> None:
    """Runs of several projects come in one order of their starts."""
    other = new_project("other")
    root, _ = _sent(many.client, other, 1, many.roots[50].start_time)
    many.client.flush()
    eventually(lambda: many.client.has_project(other), lambda seen: seen)
    names = [many.project, other]
    found = eventually(
        lambda: list(many.client.list_runs(project_name=names, is_root=True)), lambda seen: len(seen) == TRACES + 1
    )
    assert [run.start_time for run in found] == sorted((run.start_time for run in found), reverse=True)
    assert root.id in {run.id for run in found}
