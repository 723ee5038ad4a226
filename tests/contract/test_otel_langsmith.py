"""LangSmith's Python SDK in its OpenTelemetry mode: runs become spans, and runs again here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langsmith import Client, traceable, tracing_context
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from infra.local.server import RunningServer
from tests.contract.clients import new_project
from tests.contract.exporting import Exporting, by_name, exporting, metadata_of

USAGE = {"input_tokens": 1000, "output_tokens": 200, "total_tokens": 1200, "input_token_details": {"cache_read": 600}}
NATIVE = "a database's own span"


@pytest.fixture
def app(server: RunningServer) -> Iterator[Exporting]:
    """A provider for the SDK's spans and for those of others."""
    with exporting(server) as opened:
        yield opened


def _run(client: Client, tracer: trace.Tracer, project: str) -> None:
    """A traced function that calls a model and a tool that fails; the model uses a library with spans of its own."""

    @traceable(run_type="llm", client=client, metadata={"ls_model_name": "gpt-4o-mini"})
    def model(messages: list[dict[str, str]]) -> dict[str, object]:
        with tracer.start_as_current_span(NATIVE):
            return {"role": "assistant", "content": f"{len(messages)} said", "usage_metadata": USAGE}

    @traceable(run_type="tool", client=client)
    def search(query: str) -> str:
        raise ValueError(f"no index for {query}")

    @traceable(client=client, tags=["prod", "two"], metadata={"thread_id": "t1", "customer": {"tier": 2}})
    def agent(question: str) -> str:
        model([{"role": "user", "content": question}])
        with pytest.raises(ValueError, match="no index"):
            search(question)
        return "done"

    with tracing_context(enabled=True, client=client, project_name=project):
        assert agent("refund?") == "done"
    client.flush()


@pytest.mark.filterwarnings("default")
def test_the_otel_mode(app: Exporting, server: RunningServer) -> None:
    """The tree with its root, kinds, inputs, outputs, errors, tags, metadata; tokens and cost once."""
    project = new_project("otel mode")
    client = Client(
        api_url=server.endpoint, api_key=server.api_key, tracing_mode="otel", otel_tracer_provider=app.provider
    )
    try:
        _run(client, trace.NoOpTracer(), project)
    finally:
        client.close(timeout=10)
    runs = by_name(app.read())
    root, model, search = runs["agent"], runs["model"], runs["search"]
    assert (root.parent_run_id, root.trace_id) == (None, root.id)
    assert {run.parent_run_id for run in runs.values() if run is not root} == {root.id}
    assert (root.inputs, root.outputs) == ({"question": "refund?"}, {"output": "done"})
    assert {name: run.run_type for name, run in runs.items()} == {
        "agent": "chain",
        "model": "llm",
        "search": "tool",
    }
    assert root.tags == ["prod", "two"]
    assert (metadata_of(root)["thread_id"], metadata_of(root)["customer"]) == ("t1", {"tier": 2})
    assert model.inputs == {"messages": [{"role": "user", "content": "refund?"}]}
    assert (search.status, root.status) == ("error", "success")
    assert "no index for refund?" in (search.error or "")
    for run in (model, root):
        assert (run.prompt_tokens, run.completion_tokens) == (1000, 200)
        assert float(run.total_cost or 0) == pytest.approx((400 * 0.15 + 600 * 0.075 + 200 * 0.6) / 1e6)
    assert app.client.read_project(project_name=project).id == root.session_id


@pytest.mark.filterwarnings("default")
def test_spans_of_others_inside_runs_of_the_sdk(app: Exporting, server: RunningServer) -> None:
    """In hybrid mode runs are sent as runs, and a library's spans hang below the run that they were made in."""
    project = new_project("hybrid mode")
    elsewhere = TracerProvider()
    client = Client(
        api_url=server.endpoint, api_key=server.api_key, tracing_mode="hybrid", otel_tracer_provider=elsewhere
    )
    try:
        _run(client, app.provider.get_tracer("a database"), project)
    finally:
        client.close(timeout=10)
        elsewhere.shutdown()
    runs = by_name(app.read(count=4))
    assert runs[NATIVE].parent_run_id == runs["model"].id
    assert runs[NATIVE].dotted_order.startswith(runs["model"].dotted_order + ".")
    assert runs["agent"].id == runs[NATIVE].trace_id
    assert runs["agent"].total_tokens == 1200
