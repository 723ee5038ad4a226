"""What OpenTelemetry's GenAI attributes say, by the names of today and by those of before.

Source: OpenTelemetry semantic conventions for generative AI 1.37 (`gen_ai.input.messages`) and 1.27
(`gen_ai.prompt`, `gen_ai.system`).
"""

from __future__ import annotations

from typing import Any

from functions.receive.otel.draft import Draft
from functions.receive.otel.values import objects, parsed
from shared.runs.fact import RUN_TYPES

_TYPES = {
    **{name: name for name in RUN_TYPES},
    "chat": "llm",
    "completion": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "embeddings": "embedding",
    "execute_tool": "tool",
    "retrieval": "retriever",
    "vector_db_retrieve": "retriever",
    "invoke_agent": "chain",
    "create_agent": "chain",
    "invoke_workflow": "chain",
    "execute_task": "chain",
}
_USAGE = "gen_ai.usage."
_COUNTS = {
    "input_tokens": ("input_tokens", "prompt_tokens"),
    "output_tokens": ("output_tokens", "completion_tokens"),
    "total_tokens": ("total_tokens",),
    "input_token_details.cache_read": (
        "cache_read.input_tokens",
        "cache_read_input_tokens",
        "input_tokens.cached",
        "details.cache_read_tokens",
        "details.cached_tokens",
    ),
    "input_token_details.cache_creation": (
        "cache_creation.input_tokens",
        "cache_creation_input_tokens",
        "details.cache_write_tokens",
    ),
    "input_token_details.audio": ("details.input_audio_tokens",),
    "output_token_details.reasoning": (
        "reasoning.output_tokens",
        "reasoning_tokens",
        "output_tokens.reasoning",
        "details.reasoning_tokens",
    ),
    "output_token_details.audio": ("details.output_audio_tokens",),
    "total_cost": ("cost",),
}
_NO_MODEL = frozenset({"", "unknown"})
_NO_PROVIDER = "langchain"
"""What instrumentations of LangChain say when they do not know who serves the model."""
_WORDS = {"stop_sequences": "stop"}


def genai(draft: Draft) -> None:
    """Type, messages, tool calls, model, parameters, counts, conversation."""
    draft.say_type("gen_ai.operation.name", _TYPES)
    _take_messages(draft)
    _take_tool(draft)
    _take_model(draft)
    for path, names in _COUNTS.items():
        draft.say_usage(path, *(_USAGE + name for name in names))
    for side in ("input_token_details", "output_token_details"):
        _take_details(draft, side)
    conversation = draft.take("gen_ai.conversation.id")
    if conversation is not None:
        draft.say_metadata({"conversation_id": conversation})


def genai_older(draft: Draft) -> None:
    """Inputs and outputs as one attribute, or as one attribute a message's part."""
    draft.inputs.say_messages(_spread(draft, "gen_ai.prompt"))
    draft.outputs.say_messages(_spread(draft, "gen_ai.completion"))
    draft.offer(draft.inputs, "gen_ai.prompt")
    draft.offer(draft.outputs, "gen_ai.completion")


def _spread(draft: Draft, prefix: str) -> list[dict[str, Any]] | None:
    is_spread = any(name.startswith(prefix + ".") for name in draft.attributes)
    return draft.take_list(prefix) if is_spread else None


def _take_messages(draft: Draft) -> None:
    instructions = parsed(draft.attributes.get("gen_ai.system_instructions"))
    messages = draft.take_list("gen_ai.input.messages") or []
    if instructions:
        del draft.attributes["gen_ai.system_instructions"]
        parts = instructions if isinstance(instructions, list) else [instructions]
        messages = [{"role": "system", "parts": parts}, *messages]
    draft.inputs.say_messages(messages)
    draft.outputs.say_messages(draft.take_list("gen_ai.output.messages"))
    draft.offer(draft.inputs, "gen_ai.retrieval.query.text")
    documents = objects(draft.attributes.get("gen_ai.retrieval.documents"))
    if documents:
        del draft.attributes["gen_ai.retrieval.documents"]
        draft.outputs.parts.setdefault("documents", documents)


def _take_tool(draft: Draft) -> None:
    draft.offer(draft.inputs, "gen_ai.tool.call.arguments")
    draft.offer(draft.outputs, "gen_ai.tool.call.result")
    tool = draft.take("gen_ai.tool.name")
    if tool is not None:
        draft.run_type = draft.run_type or "tool"
        draft.params.setdefault("tool_name", tool)
    definitions = objects(draft.attributes.get("gen_ai.tool.definitions"))
    if definitions:
        del draft.attributes["gen_ai.tool.definitions"]
        draft.params.setdefault("tools", definitions)


def _take_model(draft: Draft) -> None:
    """The model that answered is the one that is paid for; the one that was asked for is a parameter."""
    requested, answered = draft.take_text("gen_ai.request.model"), draft.take_text("gen_ai.response.model")
    known = [name for name in (answered, requested) if name and name.lower() not in _NO_MODEL]
    if known:
        draft.model = draft.model or known[0]
        draft.params.setdefault("model", known[-1])
        draft.run_type = draft.run_type or "llm"
    if len(known) > 1 and answered != requested:
        draft.params.setdefault("response_model", answered)
    provider = draft.attributes.get("gen_ai.provider.name") or draft.attributes.get("gen_ai.system")
    if provider != _NO_PROVIDER:
        draft.provider = draft.provider or draft.take_text("gen_ai.provider.name", "gen_ai.system")
    for name, value in draft.take_under("gen_ai.request.").items():
        draft.params.setdefault(_WORDS.get(name, name), parsed(value))


def _take_details(draft: Draft, side: str) -> None:
    """LangSmith's SDK writes the details as Python writes a dictionary."""
    said = draft.attributes.get(_USAGE + side)
    details = parsed(said.replace("'", '"') if isinstance(said, str) else said)
    if isinstance(details, dict):
        del draft.attributes[_USAGE + side]
        draft.usage[side] = details | draft.usage.get(side, {})
