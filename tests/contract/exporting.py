"""Spans of the real OpenTelemetry SDK on their way into a server, and the tree that is read back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from langsmith import Client
from langsmith.schemas import Run
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.local.server import RunningServer
from tests.contract.clients import ended_trace, new_project, open_client

Tree = dict[str, str | None]
"""The name of each span or run, and the name of the one above it."""


@dataclass
class Exporting:
    """A tracer's provider whose spans go to a server, and what it sent."""

    provider: TracerProvider
    project: str
    client: Client
    kept: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)

    @property
    def sent(self) -> tuple[ReadableSpan, ...]:
        """All spans that ended."""
        return self.kept.get_finished_spans()

    def sent_tree(self) -> Tree:
        """The tree as the SDK knows it."""
        names = {_context(span).span_id: span.name for span in self.sent}
        return {span.name: None if span.parent is None else names.get(span.parent.span_id) for span in self.sent}

    def read(self, trace_id: str | None = None, count: int | None = None) -> list[Run]:
        """The runs of the one trace that was sent, in order, once all are there."""
        self.provider.force_flush()
        known = trace_id or str(uuid.UUID(int=_context(self.sent[0]).trace_id))
        return ended_trace(self.client, known, len(self.sent) if count is None else count)


@contextmanager
def exporting(server: RunningServer, batch: int | None = None, **options: Any) -> Iterator[Exporting]:  # noqa: ANN401 the exporter's own
    """Spans are sent one by one as they end, children before parents, or `batch` at a time."""
    project = new_project("otel")
    headers = {"x-api-key": server.api_key, "Langsmith-Project": project}
    url = f"{server.endpoint}/otel/v1/traces"
    exporter = OTLPSpanExporter(url, headers=headers, **{"compression": Compression.Gzip, **options})
    provider = TracerProvider(resource=Resource.create({"service.name": "tests", "deployment.environment": "ci"}))
    if batch is None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=64, max_export_batch_size=batch))
    with open_client(server.endpoint, server.api_key) as client:
        opened = Exporting(provider, project, client)
        provider.add_span_processor(SimpleSpanProcessor(opened.kept))
        try:
            yield opened
        finally:
            provider.shutdown()


def tree_of(runs: list[Run]) -> Tree:
    """The tree as it was read."""
    names = {run.id: run.name for run in runs}
    return {run.name: names.get(run.parent_run_id) if run.parent_run_id else None for run in runs}


def by_name(runs: list[Run]) -> dict[str, Run]:
    """The runs by their names."""
    return {run.name: run for run in runs}


def metadata_of(run: Run) -> dict[str, Any]:
    """What is kept beside a run's inputs and outputs."""
    metadata: dict[str, Any] = (run.extra or {})["metadata"]
    return metadata


def _context(span: ReadableSpan) -> Any:  # noqa: ANN401 the SDK's own
    context = span.get_span_context()
    assert context is not None
    return context
