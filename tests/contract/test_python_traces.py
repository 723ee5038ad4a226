"""A trace that the Python client sent is the trace that it reads, however it was told to send."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langsmith import Client, RunTree, traceable, tracing_context
from langsmith.run_helpers import get_current_run_tree
from langsmith.schemas import Run

from infra.local.server import RunningServer, running_server
from tests.contract.agent import MODEL_COST, NAMES, PICTURE, SPEAK_COST, Sent, run_agent
from tests.contract.clients import ended_run, ended_trace, forget_environment, new_project, open_client
from tests.contract.compare import assert_same_run, tree_of
from tests.contract.waiting import eventually

MODES: dict[str, dict[str, Any]] = {"zstd": {}, "plain": {}, "single": {"auto_batch_tracing": False}}
# The client sends attachments, and feedback beside runs, in no other way.
MULTIPART = pytest.mark.parametrize("mode", ["zstd", "plain"], indirect=True)

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Journey:
    """One run of the application: sent, and read back by the same client."""

    mode: str
    client: Client
    project: str
    sent: Sent
    runs: list[Run]


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the ways in which the client sends: zstd multipart, plain multipart, a request for each operation."""
    name: str = request.param
    if name == "plain":
        monkeypatch.setenv("LANGSMITH_DISABLE_RUN_COMPRESSION", "true")
    return name


@pytest.fixture
def journey(mode: str, server: RunningServer) -> Iterator[Journey]:
    """The application's trace, sent in this way and read back."""
    project = new_project(mode)
    with open_client(server.endpoint, server.api_key, **MODES[mode]) as client:
        sent = run_agent(client, project)
        client.flush()
        assert (client.compressed_traces is not None) == (mode == "zstd")
        yield Journey(mode, client, project, sent, ended_trace(client, sent.root.id, len(NAMES)))


def test_a_trace_comes_back_whole(journey: Journey) -> None:
    """Ids, tree, inputs, outputs, errors, metadata, tags, times and status are what the tracer knew."""
    assert [run.name for run in journey.runs] == NAMES
    assert tree_of(journey.runs) == {"agent": {"plan": {"model": {}}, "lookup": {}, "search": {}, "speak": {}}}
    for read, sent in zip(journey.runs, journey.sent.trees, strict=True):
        assert_same_run(read, sent)
        assert_same_run(journey.client.read_run(read.id), sent)


def test_tokens_and_costs_are_exact_and_counted_once(journey: Journey) -> None:
    """Leaf model runs cost what the price table says, and a root costs their sum, though a parent repeats an answer."""
    by_name = {run.name: journey.client.read_run(run.id) for run in journey.runs}
    assert (by_name["model"].prompt_tokens, by_name["model"].completion_tokens) == (1200, 300)
    assert by_name["model"].prompt_token_details == {"cache_read": 200}
    assert by_name["model"].total_cost == MODEL_COST
    assert by_name["plan"].total_cost == MODEL_COST
    assert by_name["plan"].total_tokens == 1500
    assert by_name["speak"].total_cost == SPEAK_COST
    assert by_name["agent"].total_cost == MODEL_COST + SPEAK_COST
    assert (by_name["agent"].prompt_tokens, by_name["agent"].completion_tokens) == (1600, 360)
    assert (by_name["lookup"].total_tokens, by_name["lookup"].total_cost) == (0, None)


def test_the_first_token_is_timed(journey: Journey) -> None:
    """A streaming run's first token is the moment of its first `new_token` event, and the tree's is no later."""
    streamed = next(tree for tree in journey.sent.trees if tree.name == "speak")
    first = datetime.fromisoformat(streamed.events[0]["time"])
    by_name = {run.name: run for run in journey.runs}
    assert by_name["speak"].first_token_time is not None
    assert by_name["speak"].first_token_time.replace(tzinfo=UTC) == first.replace(tzinfo=UTC)
    assert by_name["model"].first_token_time is None


@MULTIPART
def test_an_attachment_comes_back_byte_for_byte(journey: Journey) -> None:
    """The client downloads the bytes through the link it was given, without a key, and knows their type."""
    (picture,) = journey.client.read_run(journey.sent.root.id).attachments.values()
    assert not isinstance(picture, tuple)
    assert picture["mime_type"] == "image/png"
    assert picture["reader"].read() == PICTURE
    listed = journey.runs[0].attachments["picture"]
    assert not isinstance(listed, tuple)
    assert listed["reader"].read() == PICTURE


def test_child_runs_are_loaded(journey: Journey) -> None:
    """`load_child_runs` hangs the whole tree under the run that is read."""
    root = journey.client.read_run(journey.sent.root.id, load_child_runs=True)
    assert [run.name for run in root.child_runs or []] == ["plan", "lookup", "search", "speak"]
    assert [run.name for run in (root.child_runs or [])[0].child_runs or []] == ["model"]


@MULTIPART
def test_feedback_is_counted_on_its_run(journey: Journey) -> None:
    """Feedback that the client sends beside the runs shows in the run's statistics."""
    client, root = journey.client, journey.runs[0]
    about: Any = {"run_id": root.id, "trace_id": root.id, "session_id": root.session_id, "start_time": root.start_time}
    client.create_feedback(key="helpful", score=0.5, comment="so so", **about)
    client.create_feedback(key="helpful", score=1.0, **about)
    client.flush()
    run = eventually(
        lambda: client.read_run(root.id), lambda seen: (seen.feedback_stats or {}).get("helpful", {}).get("n") == 2
    )
    assert (run.feedback_stats or {})["helpful"]["avg"] == pytest.approx(0.75)


def test_a_run_without_trace_id_and_order_is_placed(client: Client) -> None:
    """`create_run` and `update_run` by id alone make a trace; its child finds its place under it."""
    project, root, child = new_project("bare"), uuid.uuid4(), uuid.uuid4()
    start = datetime.now(UTC) - timedelta(seconds=5)
    client.create_run("root", {"a": 1.5}, "chain", id=root, start_time=start, project_name=project)
    client.create_run(
        "child",
        {"b": 2},
        "tool",
        id=child,
        parent_run_id=root,
        project_name=project,
        start_time=start + timedelta(seconds=1),
    )
    client.update_run(child, outputs={"c": [1, None]}, end_time=start + 2 * SECOND)
    client.update_run(root, outputs={"d": {}}, end_time=start + 3 * SECOND, error="too late")
    runs = ended_trace(client, root, 2)
    assert tree_of(runs) == {"root": {"child": {}}}
    assert (runs[0].inputs, runs[0].outputs, runs[0].error) == ({"a": 1.5}, {"d": {}}, "too late")
    assert (runs[1].inputs, runs[1].outputs, runs[1].trace_id) == ({"b": 2}, {"c": [1, None]}, root)
    assert [run.latency for run in runs] == [3.0, 1.0]


def test_a_run_is_pending_until_its_end_arrives(client: Client) -> None:
    """A run that has only begun is readable as pending, and the same run is complete after its update."""
    run_id = uuid.uuid4()
    client.create_run("slow", {"a": 1}, "chain", id=run_id, project_name=new_project("pending"))
    begun = eventually(lambda: _status(client, run_id), lambda status: status is not None)
    assert begun == "pending"
    client.update_run(run_id, outputs={"b": 2})
    assert ended_run(client, run_id).status == "success"


def _status(client: Client, run_id: uuid.UUID) -> str | None:
    runs = list(client.list_runs(run_ids=[run_id]))
    return runs[0].status if runs else None


def test_a_trace_of_two_services_is_one_tree(server: RunningServer, client: Client) -> None:
    """A service that is called with the tracing headers of another adds its runs to the caller's trace."""
    project = new_project("services")
    headers: dict[str | bytes, str | bytes] = {}

    with open_client(server.endpoint, server.api_key) as other:

        @traceable(client=other)
        def callee(text: str) -> str:
            return text.upper()

        @traceable(client=client)
        def caller(text: str) -> str:
            tree = get_current_run_tree()
            assert tree is not None
            headers.update(tree.to_headers())
            parent = RunTree.from_headers(headers, ls_client=other)
            with tracing_context(enabled=True, client=other, project_name=project, parent=parent):
                return callee(text)

        with tracing_context(enabled=True, client=client, project_name=project):
            assert caller("hello") == "HELLO"
    client.flush()
    trace_id = str(headers["langsmith-trace"]).split(".")[0].split("Z")[1]
    runs = ended_trace(client, trace_id, 2)
    assert tree_of(runs) == {"caller": {"callee": {}}}
    assert {run.session_id for run in runs} == {client.read_project(project_name=project).id}


def test_without_a_project_a_trace_goes_to_the_default_one(client: Client) -> None:
    """A run that names no project is in `default`, where the client looks for it when none is named either."""
    run_id = uuid.uuid4()
    client.create_run("homeless", {"a": 1}, "chain", id=run_id, end_time=datetime.now(UTC))
    assert ended_run(client, run_id).session_id == client.read_project(project_name="default").id


def test_two_copies_go_to_two_servers(server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `LANGSMITH_RUNS_ENDPOINTS` the client writes each run to every server, and both have it whole."""
    with running_server(tmp_path / "replica") as replica:
        places = {one.endpoint: one.api_key for one in (server, replica)}
        monkeypatch.setenv("LANGSMITH_RUNS_ENDPOINTS", json.dumps(places))
        forget_environment()
        writer = Client()
        sent = run_agent(writer, new_project("replicas"))
        writer.close(timeout=10)
        monkeypatch.delenv("LANGSMITH_RUNS_ENDPOINTS")
        for one in (server, replica):
            with open_client(one.endpoint, one.api_key) as reader:
                runs = ended_trace(reader, sent.root.id, len(NAMES))
                for read, tree in zip(runs, sent.trees, strict=True):
                    assert_same_run(read, tree)


def test_many_threads_make_a_project_once(server: RunningServer, client: Client) -> None:
    """Clients that begin to trace into a new project at the same moment all end up in the same one."""
    project = new_project("at once")

    def trace(number: int) -> str:
        with open_client(server.endpoint, server.api_key, auto_batch_tracing=False) as own:
            run_id = uuid.uuid4()
            own.create_run(f"run {number}", {}, "chain", id=run_id, project_name=project, end_time=datetime.now(UTC))
            return str(run_id)

    with ThreadPoolExecutor(16) as threads:
        sent = list(threads.map(trace, range(48)))
    eventually(lambda: client.has_project(project), bool)
    listed = eventually(lambda: list(client.list_runs(project_name=project)), lambda seen: len(seen) >= len(sent))
    assert sorted(str(run.id) for run in listed) == sorted(sent)
    assert len(list(client.list_projects(name_contains=project))) == 1
