"""Where in a run its token counts stand, and which model they were spent on.

A run of type llm or embedding is searched in every place where the SDKs are known to put them. Of any
other run only what was said for this purpose (`usage_metadata`) is taken: a node of a graph returns
whole conversations, whose messages carry the counts of other runs. An update need not say the type of
its run: its outputs count when they look like one model's answer.
"""

from __future__ import annotations

from typing import Any

from shared.runs.token_counts import MAX_TOKENS, Usage, usage_from

__all__ = ["MODEL_RUN_TYPES", "Usage", "model_of", "usage_of"]

MODEL_RUN_TYPES = frozenset({"llm", "embedding"})
_MAX_NAME_CHARS = 200
_MAX_MESSAGES = 2_000
_MODEL_WORDS = ("model", "model_name", "model_id", "model_path", "endpoint_name", "modelId", "modelName")
"""The first five are where LangSmith's own price map looks; the others are LangChain for JavaScript's."""


def usage_of(run_type: str | None, metadata: object, outputs: object) -> Usage | None:
    """The token counts and explicit costs of one run; None when it says none.

    The first place that says anything is taken: metadata, then outputs as LangSmith wants them, then as
    LangChain, OpenAI, Anthropic, Google, Bedrock and Cohere answer, then the same one level down.
    Raises: nothing, whatever the shapes.
    """
    if type(metadata) is dict and (usage := usage_from(metadata.get("usage_metadata"))):
        return usage
    if type(outputs) is not dict or not outputs:
        return None
    if usage := usage_from(outputs.get("usage_metadata")):
        return usage
    if run_type in MODEL_RUN_TYPES:
        return _of_answer(outputs) or _one_level_down(outputs)
    return _of_answer(outputs) if run_type is None else None


def model_of(extra: object, outputs: object = None) -> tuple[str | None, str | None]:
    """(model, provider) as the run names them; None for what it does not name."""
    metadata, invocation = _part(extra, "metadata"), _part(extra, "invocation_params")
    model = _name(metadata, ("ls_model_name",)) or _name(invocation, _MODEL_WORDS) or _answering_model(outputs)
    return model, _name(metadata, ("ls_provider",)) or _name(invocation, ("provider",))


def _of_answer(outputs: dict[str, Any]) -> Usage | None:
    """What a model's answer says, in the shape its SDK gave it."""
    if "generations" in outputs:
        if usage := _of_generations(outputs["generations"]):
            return usage
        return _of_llm_output(outputs.get("llm_output") or outputs.get("llmOutput"))
    return usage_from(outputs.get("usage")) or usage_from(outputs.get("usageMetadata")) or _of_message(outputs)


def _of_llm_output(said: object) -> Usage | None:
    if type(said) is not dict:
        return None
    return usage_from(said.get("token_usage")) or usage_from(said.get("tokenUsage")) or usage_from(said.get("usage"))


def _of_generations(generations: object) -> Usage | None:
    """The sum over all prompts and their generations."""
    messages = [
        generation.get("message")
        for of_one_prompt in _items(generations)
        for generation in (_items(of_one_prompt) or [of_one_prompt])
        if type(generation) is dict
    ]
    return _sum(messages)


def _one_level_down(outputs: dict[str, Any]) -> Usage | None:
    """An answer under `output` and the like, or a list of messages."""
    for value in list(outputs.values())[:4]:
        if type(value) is dict and value:
            if usage := usage_from(value.get("usage_metadata")) or _of_answer(value):
                return usage
        elif type(value) is list and value and (usage := _sum(value)):
            return usage
    return None


def _of_message(message: object) -> Usage | None:
    """What a message says: itself, or the arguments of a serialised LangChain object."""
    if type(message) is not dict:
        return None
    kwargs = message.get("kwargs")
    return usage_from(message.get("usage_metadata")) or (
        usage_from(kwargs.get("usage_metadata")) if type(kwargs) is dict else None
    )


def _sum(messages: list[Any]) -> Usage | None:
    usages = [usage for message in messages[:_MAX_MESSAGES] if (usage := _of_message(message))]
    if len(usages) <= 1:
        return usages[0] if usages else None
    total: Usage = {"input": 0, "output": 0, "total": 0, "input_details": {}, "output_details": {}}
    for usage in usages:
        _add(total, usage)
    if not total["input_details"]:
        del total["input_details"]
    if not total["output_details"]:
        del total["output_details"]
    return total


def _add(total: Usage, usage: Usage) -> None:
    total["input"] = min(total["input"] + usage.get("input", 0), MAX_TOKENS)
    total["output"] = min(total["output"] + usage.get("output", 0), MAX_TOKENS)
    total["total"] = min(total["total"] + usage.get("total", 0), MAX_TOKENS)
    _add_kinds(total["input_details"], usage.get("input_details", {}))
    _add_kinds(total["output_details"], usage.get("output_details", {}))


def _add_kinds(total: dict[str, int], kinds: dict[str, int]) -> None:
    for kind, count in kinds.items():
        total[kind] = min(total.get(kind, 0) + count, MAX_TOKENS)


def _answering_model(outputs: object) -> str | None:
    """The model that the answer itself names."""
    if type(outputs) is not dict:
        return None
    named = _name(outputs, ("model", "modelVersion", "model_version"))
    if named or "generations" not in outputs:
        return named
    return _name(outputs.get("llm_output"), ("model_name", "model")) or _model_of_generation(outputs["generations"])


def _model_of_generation(generations: object) -> str | None:
    first = (_items(generations) or [None])[0]
    generation = first[0] if type(first) is list and first else first
    kwargs = _part(_part(generation, "message"), "kwargs")
    return _name(_part(kwargs, "response_metadata"), ("model_name", "model"))


def _part(value: object, name: str) -> object:
    return value.get(name) if type(value) is dict else None


def _items(value: object) -> list[Any]:
    return value[:_MAX_MESSAGES] if type(value) is list else []


def _name(value: object, words: tuple[str, ...]) -> str | None:
    if type(value) is not dict:
        return None
    for word in words:
        name = value.get(word)
        if type(name) is str and name:
            return name[:_MAX_NAME_CHARS]
    return None
