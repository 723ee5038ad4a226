"""The OpenTelemetry SDK for JavaScript, unmodified: the tree as read back is the tree as it was sent."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langsmith import Client
from langsmith.schemas import Run

from infra.local.server import RunningServer
from tests.contract.clients import ended_trace, new_project
from tests.contract.exporting import by_name, metadata_of, tree_of

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
TIMEOUT_S = 60


@dataclass
class Sent:
    """What the SDK knows of the spans that it exported, and the runs that were read."""

    spans: list[dict[str, Any]]
    runs: list[Run]
    project: str


def send(server: RunningServer, client: Client, form: str, compression: str, batch: int) -> Sent:
    """Let otel.mjs run, and read its trace. Node and the SDK come by `make`; without them this fails."""
    project = new_project("otel js")
    headers = f"x-api-key={server.api_key},Langsmith-Project={project.replace(' ', '%20')}"
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"{server.endpoint}/otel", "OTEL_EXPORTER_OTLP_HEADERS": headers}
    done = subprocess.run(
        [str(NODE), str(HERE / "otel.mjs"), form, compression, str(batch)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        env={"PATH": os.environ["PATH"], **told},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    spans = json.loads(done.stdout)
    return Sent(spans, ended_trace(client, str(uuid.UUID(spans[0]["trace_id"])), len(spans)), project)


def sent_tree(spans: list[dict[str, Any]]) -> dict[str, str | None]:
    """The tree as the SDK knows it, by names."""
    names = {span["span_id"]: span["name"] for span in spans}
    return {span["name"]: names.get(span["parent_span_id"]) for span in spans}


@pytest.mark.parametrize("form", ["proto", "json"])
@pytest.mark.parametrize(("compression", "batch"), [("none", 1), ("gzip", 3), ("gzip", 64)])
def test_the_tree_comes_back(server: RunningServer, client: Client, form: str, compression: str, batch: int) -> None:
    """Names, parents, one trace, starts and ends to the microsecond: a span a request, or all in one."""
    sent = send(server, client, form, compression, batch)
    runs = by_name(sent.runs)
    assert len(runs) == len(sent.spans) == 12
    assert tree_of(sent.runs) == sent_tree(sent.spans)
    assert {run.trace_id for run in sent.runs} == {runs["agent"].id}
    for span in sent.spans:
        run = runs[span["name"]]
        assert run.end_time is not None
        times = (run.start_time.timestamp() * 1e6, run.end_time.timestamp() * 1e6)
        assert times == pytest.approx((span["start_us"], span["end_us"]), abs=2)


@pytest.mark.parametrize("form", ["proto", "json"])
def test_what_each_span_said_comes_back(server: RunningServer, client: Client, form: str) -> None:
    """Kinds, inputs, outputs, messages, events, tokens, cost, the error with its stack, thread and service."""
    sent = send(server, client, form, "gzip", 64)
    runs = by_name(sent.runs)
    root, chat, failed = runs["agent"], runs["chat"], runs["fails"]
    assert (root.run_type, root.inputs, root.outputs) == ("chain", {"input": "schön? ✓"}, {"answer": "yes"})
    assert (chat.run_type, runs["tool 1"].run_type) == ("llm", "tool")
    assert chat.inputs == {"messages": [{"role": "user", "content": "refund?"}]}
    assert chat.outputs == {"messages": [{"role": "assistant", "content": "yes", "finish_reason": "stop"}]}
    retried = {"after_ms": 20, "by": ["a", "b"]}
    assert [(event["name"], event["kwargs"]) for event in chat.events or []] == [("retried", retried)]
    assert (failed.error or "").startswith("RangeError: no index")
    assert "otel.mjs" in (failed.error or "")
    assert {run.status for run in sent.runs if run is not failed} == {"success"}
    assert (root.total_tokens, chat.prompt_tokens, chat.completion_tokens) == (1200, 1000, 200)
    # gpt-4o-mini: $0.15 a million input tokens, $0.075 cached, $0.60 output. Source: OpenAI, "Pricing".
    assert float(root.total_cost or 0) == pytest.approx((400 * 0.15 + 600 * 0.075 + 200 * 0.6) / 1e6)
    said = metadata_of(root)
    assert said["session_id"] == "js-otel"
    assert said["service.name"].startswith("unknown_service")
    assert (root.extra or {})["runtime"]["sdk"] == "opentelemetry"
    assert (metadata_of(runs["inner 2"])["n"], metadata_of(runs["inner 2"])["ratio"]) == (2, 0.5)
    assert client.read_project(project_name=sent.project).id == root.session_id
