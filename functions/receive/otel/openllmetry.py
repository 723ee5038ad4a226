"""What OpenLLMetry's attributes say, which Traceloop's instrumentations send beside the GenAI ones.

Source: opentelemetry-semantic-conventions-ai 0.5.1; opentelemetry-instrumentation-langchain 0.62.4.
"""

from __future__ import annotations

from functions.receive.otel.draft import Draft
from functions.receive.otel.values import parsed

_TYPES = {"tool": "tool", "workflow": "", "agent": "", "task": ""}
"""A task may be anything: what else the span says decides."""
_REQUESTS = {"chat": "llm", "completion": "llm", "embedding": "embedding", "rerank": "retriever", "unknown": "llm"}


def openllmetry(draft: Draft) -> None:
    """Name, kind, inputs and outputs, association properties, counts."""
    draft.name = draft.name or draft.take_text("traceloop.entity.name")
    draft.say_type("traceloop.span.kind", _TYPES)
    for name in ("traceloop.llm.request.type", "llm.request.type"):
        draft.say_type(name, _REQUESTS)
    draft.offer(draft.inputs, "traceloop.entity.input", "gen_ai.task.input")
    draft.offer(draft.outputs, "traceloop.entity.output", "gen_ai.task.output")
    properties = draft.take_under("traceloop.association.properties.")
    draft.say_metadata({name: parsed(value) for name, value in properties.items()})
    draft.say_usage("total_tokens", "llm.usage.total_tokens")
    functions = draft.take_list("llm.request.functions")
    if functions:
        draft.params.setdefault(
            "functions", [{name: parsed(value) for name, value in one.items()} for one in functions]
        )
    for name in ("presence_penalty", "frequency_penalty", "top_k"):
        value = draft.take(f"llm.{name}")
        if value is not None:
            draft.params.setdefault(name, value)
