"""The token counts in one provider's words, said in ours.

What each provider's field holds was read in its SDK's types: OpenAI `CompletionUsage` and
`ResponseUsage`, Anthropic `Usage`, Google `GenerateContentResponseUsageMetadata`, Bedrock `TokenUsage`,
Cohere `billed_units`, LangChain `UsageMetadata` with its JavaScript twin.
"""

from __future__ import annotations

from typing import Any, TypedDict

from shared.runs.cost import dollars

Kinds = dict[str, int]

MAX_TOKENS = 10**12
"""A larger count is taken for a mistake, and ignored."""
_MAX_KINDS = 16
_MAX_KIND_CHARS = 64


class Usage(TypedDict, total=False):
    """Tokens of one run, and what the client says they cost. A key that says nothing is absent.

    `input`, `output` and `total` stand together or not at all. Details are kinds inside `input` and
    `output`, never beside them. Costs are dollars as decimal text.

    Law: details change no total; `total` is at least `input` + `output`.
    """

    input: int
    output: int
    total: int
    input_details: dict[str, int]
    output_details: dict[str, int]
    input_cost: str
    output_cost: str
    total_cost: str
    input_cost_details: dict[str, str]
    output_cost_details: dict[str, str]


_INPUT = ("input_tokens", "prompt_tokens", "promptTokenCount", "prompt_token_count", "inputTokens", "promptTokens")
_OUTPUT = (
    "output_tokens",
    "completion_tokens",
    "candidatesTokenCount",
    "candidates_token_count",
    "outputTokens",
    "completionTokens",
)
_TOTAL = ("total_tokens", "totalTokenCount", "total_token_count", "totalTokens")
_INPUT_DETAILS = ("input_token_details", "prompt_tokens_details", "input_tokens_details")
_OUTPUT_DETAILS = ("output_token_details", "completion_tokens_details", "output_tokens_details")
_COSTS = ("input_cost", "output_cost", "total_cost")
_COST_DETAILS = ("input_cost_details", "output_cost_details")

_KINDS = {
    "cached_tokens": "cache_read",
    "cache_write_tokens": "cache_creation",
    "audio_tokens": "audio",
    "text_tokens": "text",
    "image_tokens": "image",
    "video_tokens": "video",
    "reasoning_tokens": "reasoning",
}

_INSIDE = {
    "cachedContentTokenCount": ("input_details", "cache_read"),
    "cached_content_token_count": ("input_details", "cache_read"),
    "prompt_cache_hit_tokens": ("input_details", "cache_read"),
    "cachedInputTokens": ("input_details", "cache_read"),
    "reasoningTokens": ("output_details", "reasoning"),
}
"""Kinds that stand as a field of their own and are already inside the input or output count."""

_BESIDE = {
    "cache_read_input_tokens": ("input", "cache_read"),
    "cache_creation_input_tokens": ("input", "cache_creation"),
    "cacheReadInputTokens": ("input", "cache_read"),
    "cacheWriteInputTokens": ("input", "cache_creation"),
    "toolUsePromptTokenCount": ("input", "tool_use"),
    "tool_use_prompt_token_count": ("input", "tool_use"),
    "thoughtsTokenCount": ("output", "reasoning"),
    "thoughts_token_count": ("output", "reasoning"),
}
"""Kinds that Anthropic, Bedrock and Google count beside the input or output: they are added to it."""

_FLAT = frozenset(_INSIDE) | frozenset(_BESIDE)
_OPENAI_COUNT = "prompt_tokens"
_COST_WORDS = frozenset(_COSTS) | frozenset(_COST_DETAILS)
_CACHE_WRITES = ("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")


def usage_from(said: object) -> Usage | None:
    """The usage that a provider's or LangSmith's object says; None when it says none.

    Anything that is not a count (text, negative, not finite, a truth value, beyond `MAX_TOKENS`) is
    ignored field by field. Raises: nothing.
    """
    if type(said) is not dict or not said:
        return None
    usage: Usage = {}
    _read_counts(said, usage)
    if not _COST_WORDS.isdisjoint(said):
        _read_costs(said, usage)
    return usage or None


def _read_counts(said: dict[str, Any], usage: Usage) -> None:
    input_count = _first(said, _INPUT)
    output_count = _first(said, _OUTPUT)
    total_count = _first(said, _TOTAL)
    if input_count is None and output_count is None and total_count is None:
        billed = said.get("billed_units")
        if type(billed) is dict:
            _read_counts({name: billed[name] for name in billed if name != "billed_units"}, usage)
        return
    usage["input"] = input_count or 0
    usage["output"] = output_count or 0
    _read_details(said, usage)
    least = usage["input"] + usage["output"]
    usage["total"] = max(total_count or 0, least)
    if usage["total"] > least:
        _take_up_reasoning(usage, least)


def _read_details(said: dict[str, Any], usage: Usage) -> None:
    input_details = _details(said, _INPUT_DETAILS)
    output_details = _details(said, _OUTPUT_DETAILS)
    if not _FLAT.isdisjoint(said):
        _read_flat(said, usage, input_details, output_details)
    if input_details:
        usage["input_details"] = input_details
    if output_details:
        usage["output_details"] = output_details


def _read_flat(said: dict[str, Any], usage: Usage, input_details: Kinds, output_details: Kinds) -> None:
    """Kinds that are fields of their own. A gateway that says `prompt_tokens` has added them already."""
    is_added = _OPENAI_COUNT in said
    for name in _FLAT.intersection(said):
        count = _count(said[name])
        if not count:
            continue
        side, kind = _INSIDE.get(name) or _BESIDE[name]
        (input_details if side.startswith("input") else output_details)[kind] = count
        if name in _BESIDE and not is_added:
            usage["input" if side == "input" else "output"] += count
    _split_cache_writes(said.get("cache_creation"), input_details)


def _split_cache_writes(said: object, input_details: Kinds) -> None:
    """Anthropic says once more how long each written token is kept: that takes the place of their sum."""
    if type(said) is not dict or "cache_creation" not in input_details:
        return
    split = {name: count for name in _CACHE_WRITES if (count := _count(said.get(name)))}
    rest = input_details["cache_creation"] - sum(split.values())
    if split and rest >= 0:
        input_details.update(split)
        input_details["cache_creation"] = rest
        if not rest:
            del input_details["cache_creation"]


def _take_up_reasoning(usage: Usage, least: int) -> None:
    """LangSmith's Gemini wrapper leaves thoughts out of the output but not out of the total."""
    reasoning = usage.get("output_details", {}).get("reasoning", 0)
    if reasoning and usage["total"] == least + reasoning:
        usage["output"] += reasoning


def _read_costs(said: dict[str, Any], usage: Usage) -> None:
    for name in _COSTS:
        amount = dollars(said.get(name))
        if amount is not None:
            usage[name] = f"{amount:f}"  # type: ignore[literal-required]
    for name in _COST_DETAILS:
        parts = said.get(name)
        if type(parts) is dict and (amounts := _amounts_of(parts)):
            usage[name] = amounts  # type: ignore[literal-required]


def _first(said: dict[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        if name in said:
            count = said[name]
            if type(count) is not int or not 0 <= count <= MAX_TOKENS:
                count = _count(count)
            if count is not None:
                return int(count)
    return None


def _details(said: dict[str, Any], names: tuple[str, ...]) -> Kinds:
    for name in names:
        parts = said.get(name)
        if parts and type(parts) is dict:
            return _kinds_of(parts)
    return {}


def _kinds_of(parts: dict[Any, Any]) -> Kinds:
    kinds: Kinds = {}
    for kind, part in parts.items():
        count = part if type(part) is int else _count(part)
        if count and 0 < count <= MAX_TOKENS and _is_kind(kind) and len(kinds) < _MAX_KINDS:
            kinds[_KINDS.get(kind, kind)] = count
    return kinds


def _is_kind(kind: object) -> bool:
    return type(kind) is str and len(kind) <= _MAX_KIND_CHARS


def _amounts_of(parts: dict[Any, Any]) -> dict[str, str]:
    amounts: dict[str, str] = {}
    for kind, part in parts.items():
        amount = dollars(part)
        if amount is not None and _is_kind(kind) and len(amounts) < _MAX_KINDS:
            amounts[_KINDS.get(kind, kind)] = f"{amount:f}"
    return amounts


def _count(said: object) -> int | None:
    if type(said) is int:
        return said if 0 <= said <= MAX_TOKENS else None
    if type(said) is float and said.is_integer() and 0 <= said <= MAX_TOKENS:
        return int(said)
    return None
