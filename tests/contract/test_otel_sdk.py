"""What the real OpenTelemetry SDK exports is what is read back, however it is cut into requests."""

from __future__ import annotations

import threading
import uuid

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.trace import Status, StatusCode, Tracer

from infra.local.server import RunningServer
from tests.contract.exporting import Exporting, by_name, exporting, metadata_of, tree_of
from tests.contract.waiting import eventually

CHAT: dict[str, str | int] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 200,
    "gen_ai.usage.cache_read.input_tokens": 600,
}


def _agent(tracer: Tracer) -> None:
    """An operation with nested, failed, evented and concurrent spans; its parents end last."""
    with tracer.start_as_current_span("agent", attributes={"input.value": "refund?"}) as root:
        with tracer.start_as_current_span("plan"), tracer.start_as_current_span("chat", attributes=CHAT) as chat:
            chat.add_event("gen_ai.user.message", {"content": "refund?", "role": "user"})
            chat.add_event("gen_ai.choice", {"finish_reason": "stop", "message": '{"content": "yes"}'})
            chat.add_event("retried", {"after_ms": 20})
        above = trace.set_span_in_context(root)
        threads = [threading.Thread(target=_tool, args=(tracer, above, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        try:
            with tracer.start_as_current_span("fails"):
                _fail()
        except ValueError:
            root.set_attribute("output.value", '{"answer": "yes"}')


def _tool(tracer: Tracer, above: Context, number: int) -> None:
    used = {"gen_ai.tool.name": "look"}
    with (
        tracer.start_as_current_span(f"tool {number}", above, attributes=used),
        tracer.start_as_current_span(f"inner {number}") as inner,
    ):
        inner.set_status(Status(StatusCode.OK))


def _fail() -> None:
    raise ValueError("no index")


@pytest.mark.parametrize("batch", [None, 1, 2, 64])
@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip, Compression.Deflate])
def test_the_tree_comes_back(server: RunningServer, batch: int | None, compression: Compression) -> None:
    """Names, parents, order, times: one request a span or all in one, plain or compressed."""
    with exporting(server, batch, compression=compression) as app:
        _agent(app.provider.get_tracer("app"))
        runs = app.read()
        assert tree_of(runs) == app.sent_tree()
        assert [run.name for run in runs][:3] == ["agent", "plan", "chat"]
        for span in app.sent:
            run = by_name(runs)[span.name]
            assert run.start_time.timestamp() == pytest.approx((span.start_time or 0) / 1e9, abs=2e-6)
            assert run.end_time is not None
            assert run.end_time.timestamp() == pytest.approx((span.end_time or 0) / 1e9, abs=2e-6)


@pytest.fixture
def sent(server: RunningServer) -> Exporting:
    """The application's trace, one span a request."""
    with exporting(server) as app:
        _agent(app.provider.get_tracer("app", "1.2"))
        app.read()
    return app


def test_what_each_span_said_comes_back(server: RunningServer, sent: Exporting) -> None:
    """Kinds, inputs, outputs, errors with their stack, events, and where it ran."""
    with exporting(server) as reading:
        runs = by_name(reading.read(str(uuid.UUID(int=_trace_id(sent))), len(sent.sent)))
    root, chat, failed = runs["agent"], runs["chat"], runs["fails"]
    assert (root.run_type, root.inputs, root.outputs) == ("chain", {"input": "refund?"}, {"answer": "yes"})
    assert (chat.run_type, runs["tool 1"].run_type) == ("llm", "tool")
    assert chat.inputs == {"messages": [{"role": "user", "content": "refund?"}]}
    assert chat.outputs == {"messages": [{"role": "assistant", "content": "yes", "finish_reason": "stop"}]}
    assert [(event["name"], event["kwargs"]) for event in chat.events or []] == [("retried", {"after_ms": 20})]
    assert failed.error is not None
    assert failed.error.startswith("ValueError: no index\n\nTraceback")
    assert {run.status for run in runs.values() if run.name != "fails"} == {"success"}
    assert failed.status == "error"
    assert metadata_of(root)["service.name"] == "tests"
    assert (root.extra or {})["runtime"]["sdk"] == "opentelemetry"


def test_tokens_and_cost_are_counted_once(server: RunningServer, sent: Exporting) -> None:
    """The model's, with cached tokens at their price, on the model's run and on all above it."""
    with exporting(server) as reading:
        runs = by_name(reading.read(str(uuid.UUID(int=_trace_id(sent))), len(sent.sent)))
    for name in ("chat", "plan", "agent"):
        run = runs[name]
        assert (run.prompt_tokens, run.completion_tokens, run.total_tokens) == (1000, 200, 1200)
        assert run.total_cost == runs["chat"].total_cost
    assert runs["chat"].total_cost is not None
    # gpt-4o-mini: $0.15 a million input tokens, $0.075 cached, $0.60 output. Source: OpenAI, "Pricing".
    assert float(runs["chat"].total_cost) == pytest.approx((400 * 0.15 + 600 * 0.075 + 200 * 0.6) / 1e6)
    assert runs["tool 1"].total_tokens == 0


def test_a_trace_is_listed_in_the_project_that_the_exporter_names(sent: Exporting, server: RunningServer) -> None:
    """The header's project has the trace once, under its root's name."""
    with exporting(server) as reading:
        roots = eventually(lambda: list(reading.client.list_runs(project_name=sent.project, is_root=True)), bool)
    assert [run.name for run in roots] == ["agent"]
    assert roots[0].total_tokens == 1200


def _trace_id(app: Exporting) -> int:
    context = app.sent[0].get_span_context()
    assert context is not None
    return context.trace_id
