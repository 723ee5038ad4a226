"""LangChain and LangGraph, traced by the environment alone, come back as their own tracer saw them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from langsmith import Client
from langsmith.schemas import Run

from infra.local.server import RunningServer
from tests.contract.clients import ended_trace, new_project
from tests.contract.compare import tree_of
from tests.contract.waiting import eventually

ROOT = Path(__file__).parents[2]
CALLS = 2  # of the tool, in the graph
TIMEOUT_S = 90
MODEL_COST = Decimal("0.00045")  # gpt-4o: 100 tokens in at $2.50 a million, 20 out at $10


@pytest.fixture(scope="module")
def project() -> str:
    """Where the application traces to."""
    return new_project("langchain")


@pytest.fixture(scope="module")
def ids(server: RunningServer, project: str) -> dict[str, str]:
    """The application's traces, sent by a process that knows the server from its environment only."""
    told = {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_ENDPOINT": server.endpoint,
        "LANGSMITH_API_KEY": server.api_key,
        "LANGSMITH_PROJECT": project,
    }
    command = [sys.executable, "-m", "tests.contract.langchain_app"]
    environ = {"PATH": os.environ["PATH"], **told}
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, env=environ, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _trace(client: Client, ids: dict[str, str], name: str, count: int) -> list[Run]:
    runs = ended_trace(client, ids[name], count)
    assert runs[0].name == name
    return runs


def test_a_chain(client: Client, ids: dict[str, str]) -> None:
    """Prompt, model and function hang under the sequence, with its tags, metadata, types and contents."""
    runs = _trace(client, ids, "chain", 4)
    assert tree_of(runs) == {"chain": {"ChatPromptTemplate": {}, "ScriptedModel": {}, "text": {}}}
    assert [run.run_type for run in runs] == ["chain", "prompt", "llm", "chain"]
    assert runs[0].inputs == {"question": "why?"}
    assert runs[0].outputs == {"output": "It is done."}
    assert sorted(runs[0].tags or []) == ["t1", "t2"]  # LangChain's tracer keeps no order
    assert {"customer": "c1", "n": 1}.items() <= runs[0].metadata.items()
    assert runs[2].metadata["ls_model_name"] == "gpt-4o"
    assert (runs[2].outputs or {})["generations"][0][0]["text"] == "It is done."


def test_a_chains_tokens_are_counted_once(client: Client, ids: dict[str, str]) -> None:
    """The model's usage is found in LangChain's own form, priced, and passed up to the root once."""
    root, _, model, _ = [client.read_run(run.id) for run in _trace(client, ids, "chain", 4)]
    for run in (root, model):
        assert (run.prompt_tokens, run.completion_tokens, run.total_tokens) == (100, 20, 120)
        assert run.total_cost == MODEL_COST


def test_a_streamed_answer(client: Client, ids: dict[str, str]) -> None:
    """Streaming leaves the moment of the first token and the joined answer."""
    (run,) = _trace(client, ids, "stream", 1)
    assert run.run_type == "llm"
    assert run.first_token_time is not None
    assert run.end_time is not None
    assert run.start_time <= run.first_token_time.replace(tzinfo=run.start_time.tzinfo) <= run.end_time
    assert (run.outputs or {})["generations"][0][0]["text"] == "It is done."
    assert run.total_tokens == 120


def test_a_failing_tool(client: Client, ids: dict[str, str]) -> None:
    """The tool and the runnable around it are errors, with the exception's text."""
    runs = _trace(client, ids, "failing", 2)
    assert [(run.name, run.status) for run in runs] == [("failing", "error"), ("broken", "error")]
    assert runs[1].run_type == "tool"
    assert all("no luck today: schön" in (run.error or "") for run in runs)


def test_a_batch(client: Client, ids: dict[str, str]) -> None:
    """Each input of a batch is a trace of its own."""
    outputs = [_trace(client, ids, f"batch-{number}", 1)[0].outputs for number in range(3)]
    assert outputs == [{"output": 2}, {"output": 4}, {"output": 6}]


def test_a_graph_with_a_tool_loop(client: Client, ids: dict[str, str]) -> None:
    """Each turn of the loop is there in its order, with LangGraph's steps, its thread, and usage counted once."""
    turns = CALLS + 1  # each an agent, its model and the choice of what follows; each call a node and its tool
    runs = ended_trace(client, ids["graph"], 1 + 3 * turns + 2 * CALLS)
    below = [run for run in runs if run.parent_run_id == runs[0].id]
    assert [run.name for run in below] == ["agent", "tools", "agent", "tools", "agent"]
    assert [run.metadata["langgraph_step"] for run in below] == [1, 2, 3, 4, 5]
    assert [run.metadata["langgraph_node"] for run in below] == [run.name for run in below]
    tools = [run for run in runs if run.run_type == "tool"]
    assert [run.name for run in tools] == ["multiply"] * CALLS
    assert [(run.outputs or {})["output"]["content"] for run in tools] == ["6", "9"]
    models = [run for run in runs if run.run_type == "llm"]
    assert len(models) == CALLS + 1
    assert runs[0].metadata["thread_id"] == "graph-thread"
    root = client.read_run(runs[0].id)
    assert root.total_tokens == 120 * (CALLS + 1)
    assert root.total_cost == MODEL_COST * (CALLS + 1)


def test_the_project_has_all_of_them(client: Client, ids: dict[str, str], project: str) -> None:
    """The project named in the environment was made on the way and lists each trace once."""

    def look() -> list[str]:
        return [str(run.id) for run in client.list_runs(project_name=project, is_root=True)]

    roots = eventually(look, lambda seen: len(seen) >= len(ids))
    assert sorted(roots) == sorted(ids.values())
