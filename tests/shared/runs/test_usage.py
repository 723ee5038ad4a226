"""Token counts are found in the shapes that real SDKs send, and hostile shapes are ignored."""

from __future__ import annotations

from typing import Any

import langsmith
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tracers.langchain import LangChainTracer
from langsmith._internal._usage import _create_usage_metadata

from shared.runs.token_counts import MAX_TOKENS
from shared.runs.usage import model_of, usage_of

COUNTS = {
    "input_tokens": 10,
    "output_tokens": 5,
    "total_tokens": 15,
    "input_token_details": {"cache_read": 4},
    "output_token_details": {"reasoning": 2},
}
FOUND = {
    "input": 10,
    "output": 5,
    "total": 15,
    "input_details": {"cache_read": 4},
    "output_details": {"reasoning": 2},
}


class Recorder(langsmith.Client):
    """A client that keeps what the tracer would send."""

    def __init__(self) -> None:
        super().__init__(api_url="http://127.0.0.1:9", api_key="k", auto_batch_tracing=False, info={})
        self.updates: list[dict[str, Any]] = []

    def create_run(self, *args: object, **kwargs: object) -> None:
        """Creates say nothing about usage."""

    def update_run(self, *args: object, **kwargs: object) -> None:
        """Keep the update as it would stand in JSON."""
        self.updates.append(msgspec.json.decode(msgspec.json.encode(kwargs, enc_hook=str)))


def langchain_update() -> dict[str, Any]:
    """What LangChain's tracer sends when a chat model has answered."""
    recorder = Recorder()
    answer = AIMessage("hi", usage_metadata=COUNTS, response_metadata={"model_name": "gpt-4o-2024-08-06"})
    GenericFakeChatModel(messages=iter([answer])).invoke(
        "hello", config={"callbacks": [LangChainTracer(client=recorder)]}
    )
    return recorder.updates[0]


def test_langchain_tells_usage_in_metadata_and_in_its_messages() -> None:
    """Both places of a real LangChain update give the same counts, and its answer names the model."""
    update = langchain_update()
    metadata, outputs = update["extra"]["metadata"], update["outputs"]
    assert usage_of("llm", metadata, None) == FOUND
    assert usage_of("llm", {}, outputs) == FOUND
    assert model_of(update["extra"], outputs) == ("gpt-4o-2024-08-06", "genericfakechatmodel")


@pytest.mark.parametrize(
    "outputs",
    [
        {"usage_metadata": COUNTS},
        {"output": {"usage_metadata": COUNTS}},
        {"output": {"lc": 1, "type": "constructor", "kwargs": {"content": "hi", "usage_metadata": COUNTS}}},
        {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "usage_metadata": COUNTS}]},
        {"generations": [{"text": "x", "message": {"kwargs": {"usage_metadata": COUNTS}}}]},
    ],
)
def test_usage_metadata_is_found_where_sdks_put_it(outputs: dict[str, Any]) -> None:
    """One run's counts are the same at every depth that an SDK uses."""
    assert usage_of("llm", {}, outputs) == FOUND


OPENAI_CHAT = {
    "prompt_tokens": 100,
    "completion_tokens": 30,
    "total_tokens": 130,
    "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 20, "audio_tokens": 0, "accepted_prediction_tokens": 0},
}
OPENAI_RESPONSES = {
    "input_tokens": 100,
    "input_tokens_details": {"cached_tokens": 64},
    "output_tokens": 30,
    "output_tokens_details": {"reasoning_tokens": 20},
    "total_tokens": 130,
}
OPENAI_FOUND = {
    "input": 100,
    "output": 30,
    "total": 130,
    "input_details": {"cache_read": 64},
    "output_details": {"reasoning": 20},
}
ANTHROPIC = {
    "input_tokens": 10,
    "cache_creation_input_tokens": 300,
    "cache_read_input_tokens": 2000,
    "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
    "output_tokens": 40,
    "service_tier": "standard",
}
ANTHROPIC_FOUND = {
    "input": 2310,
    "output": 40,
    "total": 2350,
    "input_details": {
        "cache_read": 2000,
        "ephemeral_5m_input_tokens": 100,
        "ephemeral_1h_input_tokens": 200,
    },
}
GEMINI = {
    "promptTokenCount": 50,
    "candidatesTokenCount": 20,
    "thoughtsTokenCount": 70,
    "cachedContentTokenCount": 30,
    "totalTokenCount": 140,
}
GEMINI_FOUND = {
    "input": 50,
    "output": 90,
    "total": 140,
    "input_details": {"cache_read": 30},
    "output_details": {"reasoning": 70},
}
BEDROCK = {"inputTokens": 5, "outputTokens": 7, "totalTokens": 32, "cacheReadInputTokens": 20}
LITELLM = {"prompt_tokens": 25, "completion_tokens": 7, "total_tokens": 32, "cache_read_input_tokens": 20}


@pytest.mark.parametrize(
    ("outputs", "found"),
    [
        ({"choices": [], "usage": OPENAI_CHAT}, OPENAI_FOUND),
        ({"object": "response", "usage": OPENAI_RESPONSES}, OPENAI_FOUND),
        ({"usage_metadata": _create_usage_metadata(OPENAI_CHAT)}, OPENAI_FOUND),
        ({"generations": [[{"text": "x"}]], "llm_output": {"token_usage": OPENAI_CHAT}}, OPENAI_FOUND),
        ({"type": "message", "usage": ANTHROPIC}, ANTHROPIC_FOUND),
        ({"output": {"type": "message", "usage": ANTHROPIC}}, ANTHROPIC_FOUND),
        ({"candidates": [], "usageMetadata": GEMINI}, GEMINI_FOUND),
        (
            {"generations": [[{"text": "x"}]], "llmOutput": {"tokenUsage": {"promptTokens": 3, "completionTokens": 4}}},
            {"input": 3, "output": 4, "total": 7},
        ),
        ({"usage": BEDROCK}, {"input": 25, "output": 7, "total": 32, "input_details": {"cache_read": 20}}),
        ({"usage": LITELLM}, {"input": 25, "output": 7, "total": 32, "input_details": {"cache_read": 20}}),
        (
            {"usage": {"billed_units": {"input_tokens": 5.0, "output_tokens": 6.0}}},
            {"input": 5, "output": 6, "total": 11},
        ),
        ({"usage": {"prompt_tokens": 8, "total_tokens": 8}}, {"input": 8, "output": 0, "total": 8}),
    ],
    ids=[
        "openai chat",
        "openai responses",
        "langsmith wrapper",
        "langchain llm_output",
        "anthropic",
        "anthropic wrapped",
        "gemini",
        "langchain js",
        "bedrock converse",
        "litellm has added its cache",
        "cohere",
        "openai embedding",
    ],
)
def test_each_provider_is_read_in_its_own_words(outputs: dict[str, Any], found: dict[str, Any]) -> None:
    """What a provider counts beside its input is added, what it counts inside is not."""
    assert usage_of("llm", {}, outputs) == found


def test_thoughts_that_only_the_total_counts_are_output() -> None:
    """LangSmith's Gemini wrapper sends a total above input and output: the difference is the reasoning."""
    said = {"input_tokens": 50, "output_tokens": 20, "total_tokens": 140, "output_token_details": {"reasoning": 70}}
    assert usage_of("llm", {}, {"usage_metadata": said}) == {
        "input": 50,
        "output": 90,
        "total": 140,
        "output_details": {"reasoning": 70},
    }


def test_metadata_comes_first() -> None:
    """What metadata says hides what outputs say."""
    said = usage_of("llm", {"usage_metadata": {"input_tokens": 1}}, {"usage_metadata": COUNTS})
    assert said == {"input": 1, "output": 0, "total": 1}


def test_generations_add_up() -> None:
    """A batch of prompts is one run with the sum of their counts and kinds."""
    generation = {"message": {"kwargs": {"usage_metadata": COUNTS}}}
    assert usage_of("llm", {}, {"generations": [[generation], [generation]]}) == {
        "input": 20,
        "output": 10,
        "total": 30,
        "input_details": {"cache_read": 8},
        "output_details": {"reasoning": 4},
    }


@pytest.mark.parametrize(
    "outputs",
    [
        {"messages": [{"role": "assistant", "usage_metadata": COUNTS}]},
        {"output": {"kwargs": {"usage_metadata": COUNTS}}},
        {"usage": OPENAI_CHAT},
    ],
)
def test_a_graph_node_does_not_own_the_counts_of_the_messages_it_passes_on(outputs: dict[str, Any]) -> None:
    """Of runs that are no model calls only `usage_metadata` itself is taken."""
    assert usage_of("chain", {}, outputs) is None
    assert usage_of("chain", {}, {"usage_metadata": COUNTS}) == FOUND


def test_an_update_need_not_say_its_run_type() -> None:
    """Without a type, outputs that look like a model's answer count; a conversation does not."""
    assert usage_of(None, {}, {"usage": OPENAI_CHAT}) == OPENAI_FOUND
    assert usage_of(None, {}, {"messages": [{"usage_metadata": COUNTS}]}) is None


def test_explicit_costs_are_kept_as_decimals_on_any_run_type() -> None:
    """A tool may say what it cost; numbers keep their written digits."""
    said = {"usage_metadata": {"total_cost": 0.1, "input_cost": "0.03", "input_cost_details": {"cache_read": 1.1e-6}}}
    assert usage_of("tool", {}, said) == {
        "total_cost": "0.1",
        "input_cost": "0.03",
        "input_cost_details": {"cache_read": "0.0000011"},
    }


@pytest.mark.parametrize("count", ["10", -1, True, float("nan"), float("inf"), 10**400, 1.5, [], {}, None])
def test_what_is_no_count_is_ignored_field_by_field(count: object) -> None:
    """One broken field does not take the others with it."""
    said = {"input_tokens": count, "output_tokens": 5, "input_token_details": {"cache_read": count, "audio": 0}}
    assert usage_of("llm", {"usage_metadata": said}, None) == {"input": 0, "output": 5, "total": 5}


@pytest.mark.parametrize("cost", ["x", "nan", "-1", "1e999999", -0.1, True, float("nan"), 1e300, "9" * 1000, None])
def test_what_is_no_amount_is_ignored(cost: object) -> None:
    """A broken cost is no cost."""
    assert usage_of("tool", {"usage_metadata": {"total_cost": cost}}, None) is None


WORDS = st.sampled_from(
    [
        *("usage", "usage_metadata", "generations", "message", "kwargs", "llm_output", "token_usage", "output"),
        *("billed_units", "cache_creation", "total_cost", "input_cost_details"),
        *(COUNTS | OPENAI_CHAT | ANTHROPIC | GEMINI),
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.integers(0, 1000)
HOSTILE = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=5),
    max_leaves=30,
)


@given(run_type=st.sampled_from(["llm", "embedding", "chain", None]), metadata=HOSTILE, outputs=HOSTILE)
def test_any_shape_gives_a_small_sound_usage_or_none(run_type: str | None, metadata: object, outputs: object) -> None:
    """Hostile shapes never raise, and what comes out holds the laws of `Usage`."""
    usage = usage_of(run_type, metadata, outputs)
    model_of({"metadata": metadata, "invocation_params": outputs}, outputs)
    if usage is None:
        return
    assert len(msgspec.msgpack.encode(usage)) < 10_000
    assert all(usage.values()) or "input" in usage
    if "input" in usage:
        assert 0 <= usage["input"] + usage["output"] <= usage["total"] <= 10 * MAX_TOKENS


@given(
    counts=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    details=st.dictionaries(st.text(max_size=8), st.integers(0, 10**6), max_size=8),
)
def test_details_change_no_total(counts: tuple[int, int], details: dict[str, int]) -> None:
    """Kinds of tokens are inside the input and the output."""
    plain = {"input_tokens": counts[0], "output_tokens": counts[1], "total_tokens": sum(counts)}
    detailed = plain | {"input_token_details": details, "output_token_details": details}
    without, with_details = (usage_of("llm", {"usage_metadata": said}, None) for said in (plain, detailed))
    assert without is not None
    assert with_details is not None
    assert {name: with_details[name] for name in without} == without  # type: ignore[literal-required]


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        ({"metadata": {"ls_model_name": "gpt-4o", "ls_provider": "openai"}}, ("gpt-4o", "openai")),
        ({"invocation_params": {"model": "a", "model_name": "b"}}, ("a", None)),
        ({"invocation_params": {"model_id": "us.anthropic.claude"}}, ("us.anthropic.claude", None)),
        ({"metadata": {"ls_model_name": ["x"]}, "invocation_params": {"endpoint_name": "e"}}, ("e", None)),
        ({}, (None, None)),
        (None, (None, None)),
    ],
)
def test_a_model_is_named_by_metadata_then_by_how_it_was_called(
    extra: object, named: tuple[str | None, str | None]
) -> None:
    """LangSmith's own metadata first, then the parameters of the call."""
    assert model_of(extra) == named
    assert model_of(extra, {"model": "answered"})[0] == (named[0] or "answered")
