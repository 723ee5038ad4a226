"""What OpenInference's attributes say, which Arize's instrumentations send.

Source: openinference-semantic-conventions 0.1.42.
"""

from __future__ import annotations

from typing import Any

from functions.receive.otel.draft import Draft, Side
from functions.receive.otel.values import parsed

_TYPES = {
    "llm": "llm",
    "embedding": "embedding",
    "retriever": "retriever",
    "reranker": "retriever",
    "tool": "tool",
    "prompt": "prompt",
    "chain": "chain",
    "agent": "chain",
    "guardrail": "chain",
    "evaluator": "chain",
}
_COUNT = "llm.token_count."
_COUNTS = {
    "input_tokens": ("prompt",),
    "output_tokens": ("completion",),
    "total_tokens": ("total",),
    "input_token_details.cache_read": ("prompt_details.cache_read", "prompt_details.cache_input"),
    "input_token_details.cache_creation": ("prompt_details.cache_write",),
    "input_token_details.audio": ("prompt_details.audio",),
    "output_token_details.reasoning": ("completion_details.reasoning",),
    "output_token_details.audio": ("completion_details.audio",),
}
_COSTS = {"input_cost": "llm.cost.prompt", "output_cost": "llm.cost.completion", "total_cost": "llm.cost.total"}


def openinference(draft: Draft) -> None:
    """Kind, inputs and outputs, messages, documents, model, counts, thread."""
    is_tool = str(draft.attributes.get("openinference.span.kind")).lower() == "tool"
    draft.say_type("openinference.span.kind", _TYPES)
    if is_tool:
        draft.name = draft.name or draft.take_text("tool.name")
    _take_values(draft)
    draft.inputs.say_messages(draft.take_list("llm.input_messages"))
    draft.outputs.say_messages(draft.take_list("llm.output_messages"))
    _take_documents(draft)
    _take_model(draft)
    for path, names in _COUNTS.items():
        draft.say_usage(path, *(_COUNT + name for name in names))
    for path, name in _COSTS.items():
        draft.say_usage(path, name)
    _take_metadata(draft)


def _take_values(draft: Draft) -> None:
    for side, word in ((draft.inputs, "input"), (draft.outputs, "output")):
        had = side.whole
        draft.offer(side, f"{word}.value")
        mime = draft.take(f"{word}.mime_type")
        if mime == "text/plain" and had is None and side.whole is not None:
            side.whole = {side.word: side.whole}


def _take_documents(draft: Draft) -> None:
    for side, prefix in (
        (draft.outputs, "retrieval.documents"),
        (draft.inputs, "reranker.input_documents"),
        (draft.outputs, "reranker.output_documents"),
    ):
        documents = draft.take_list(prefix)
        if documents:
            _say_documents(side, documents)


def _say_documents(side: Side, said: list[dict[str, Any]]) -> None:
    side.parts.setdefault("documents", [_document(one.get("document", one)) for one in said])


def _document(said: Any) -> dict[str, Any]:  # noqa: ANN401 a document may be anything
    """A document in LangChain's words."""
    if not isinstance(said, dict):
        return {"page_content": said}
    rest = {name: value for name, value in said.items() if name not in ("content", "metadata")}
    metadata = parsed(said.get("metadata"))
    return {"page_content": said.get("content", ""), "metadata": {} if metadata is None else metadata, **rest}


def _take_model(draft: Draft) -> None:
    draft.model = draft.take_text("llm.model_name", "embedding.model_name", "reranker.model_name")
    draft.provider = draft.take_text("llm.system", "llm.provider")
    for name in ("llm.invocation_parameters", "embedding.invocation_parameters"):
        said = parsed(draft.attributes.get(name))
        if isinstance(said, dict):
            del draft.attributes[name]
            draft.params = said | draft.params
    tools = draft.take_list("llm.tools")
    if tools:
        schemas = [one.get("tool", one) for one in tools]
        draft.params.setdefault(
            "tools", [parsed(one.get("json_schema", one)) for one in schemas if isinstance(one, dict)]
        )


def _take_metadata(draft: Draft) -> None:
    metadata = parsed(draft.attributes.get("metadata"))
    if isinstance(metadata, dict):
        del draft.attributes["metadata"]
        draft.say_metadata(metadata)
    draft.say_tags(draft.take("tag.tags"))
    named = {"session_id": draft.take("session.id"), "user_id": draft.take("user.id")}
    draft.say_metadata({name: value for name, value in named.items() if value is not None})
    variables = draft.attributes.get("llm.prompt_template.variables")
    if variables is not None:
        draft.run_type = draft.run_type or "prompt"
        draft.offer(draft.inputs, "llm.prompt_template.variables")
