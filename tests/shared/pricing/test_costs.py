"""Tokens become dollars exactly, and no token is charged twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pricing.costs import cost_of
from shared.pricing.prices import Price, PriceTable, price_from
from shared.runs.cost import Cost
from shared.runs.token_counts import Usage, usage_from

NOW_US = 1_795_132_800_000_000
TABLE = PriceTable.load()


def price(model: str) -> Price:
    """A price that must be there."""
    found = TABLE.price_for(model, None, NOW_US)
    assert found is not None
    return found


def test_the_rest_is_charged_at_the_base_price() -> None:
    """gpt-4o: 100 input of which 64 cached, 30 output."""
    usage: Usage = {"input": 100, "output": 30, "total": 130, "input_details": {"cache_read": 64}}
    cost = cost_of(usage, price("gpt-4o"))
    assert cost == Cost(
        prompt=Decimal("0.00017"),
        completion=Decimal("0.0003"),
        total=Decimal("0.00047"),
        prompt_details={"cache_read": Decimal("0.00008")},
    )


def test_anthropic_cache_writes_cost_what_their_lifetime_costs() -> None:
    """claude-sonnet-4: 10 plain, 2000 read, 100 kept five minutes, 200 kept an hour, 40 output."""
    said = {
        "input_tokens": 10,
        "cache_read_input_tokens": 2000,
        "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
        "output_tokens": 40,
    }
    cost = cost_of(usage_from(said), price("claude-sonnet-4-20250514"))
    assert cost is not None
    assert cost.prompt == Decimal("0.00003") + Decimal("0.0006") + Decimal("0.000375") + Decimal("0.0012")
    assert cost.completion == Decimal("0.0006")


def test_a_sum_beside_its_parts_is_not_charged_again() -> None:
    """LangChain may say both the cache writes and how long each is kept."""
    parts = {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200}
    alone, both = (
        cost_of({"input": 300, "output": 0, "total": 300, "input_details": details}, price("claude-sonnet-4"))
        for details in (parts, parts | {"cache_creation": 300})
    )
    assert alone is not None
    assert both is not None
    assert both.total == alone.total


def test_audio_has_its_own_price_on_both_sides() -> None:
    """gpt-4o-audio: text at 2.50 and 10, audio at 40 and 80."""
    usage: Usage = {
        "input": 20,
        "output": 10,
        "total": 30,
        "input_details": {"audio": 15},
        "output_details": {"audio": 8},
    }
    cost = cost_of(usage, price("gpt-4o-audio-preview"))
    assert cost is not None
    assert (cost.prompt, cost.completion) == (Decimal("0.0006125"), Decimal("0.00066"))


def test_reasoning_costs_what_output_costs_unless_it_has_a_price() -> None:
    """A kind without a price of its own is ordinary output."""
    usage: Usage = {"input": 0, "output": 100, "total": 100, "output_details": {"reasoning": 60}}
    row: dict[str, Any] = {"match": "m", "input": "1", "output": "2"}
    plain = cost_of(usage, price_from(row))
    priced = cost_of(usage, price_from(row | {"output_details": {"reasoning": "3"}}))
    assert plain is not None
    assert priced is not None
    assert (plain.total, priced.total) == (Decimal("0.0002"), Decimal("0.00026"))


def test_a_long_prompt_has_the_long_prompts_price() -> None:
    """gemini-2.5-pro doubles its input above 200,000 tokens, for the whole request."""
    at, over = (
        cost_of({"input": tokens, "output": 1000, "total": tokens + 1000}, price("gemini-2.5-pro"))
        for tokens in (200_000, 200_001)
    )
    assert at is not None
    assert over is not None
    assert (at.prompt, at.completion) == (Decimal("0.25"), Decimal("0.01"))
    assert (over.prompt, over.completion) == (Decimal("0.5000025"), Decimal("0.015"))


def test_what_the_client_says_wins() -> None:
    """An explicit total stands as it is; an explicit side leaves the other to the table."""
    counted: Usage = {"input": 100, "output": 30, "total": 130}
    assert cost_of(counted | {"total_cost": "5"}, price("gpt-4o")) == Cost(total=Decimal(5))
    half = cost_of(counted | {"input_cost": "1"}, price("gpt-4o"))
    assert half is not None
    assert (half.prompt, half.completion, half.total) == (Decimal(1), Decimal("0.0003"), Decimal("1.0003"))


@pytest.mark.parametrize("usage", [None, {}, {"input": 5, "output": 5, "total": 10}])
def test_without_a_price_the_cost_is_unknown(usage: Usage | None) -> None:
    """Unknown is None, not zero; explicit costs need no price."""
    assert cost_of(usage, None) is None
    assert cost_of({"total_cost": "0.5"}, None) == Cost(total=Decimal("0.5"))


KINDS = st.sampled_from(
    [
        *("cache_read", "cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens", "audio"),
        *("reasoning", "priority_cache_read", "cache_read_over_200k", "text", "x"),
    ]
)
COUNTS = st.integers(0, 10**12)
MODELS = st.sampled_from(["gpt-4o", "claude-sonnet-4", "gemini-2.5-pro", "gpt-4o-audio", "gpt-6-astra", "voyage-4"])


@given(model=MODELS, tokens=st.tuples(COUNTS, COUNTS), details=st.dictionaries(KINDS, COUNTS, max_size=8))
def test_no_token_is_charged_twice(model: str, tokens: tuple[int, int], details: dict[str, int]) -> None:
    """The cost lies between all tokens at the cheapest and all at the dearest rate, whatever kinds are claimed."""
    usage: Usage = {
        "input": tokens[0],
        "output": tokens[1],
        "total": sum(tokens),
        "input_details": details,
        "output_details": details,
    }
    cost = cost_of(usage, price(model))
    tariff = price(model).tariff_for(tokens[0])
    assert cost is not None
    assert cost.total is not None
    assert cost.prompt is not None
    assert cost.completion is not None
    assert cost.total == cost.prompt + cost.completion
    rates = [tariff.input, *tariff.input_details.values()]
    assert tokens[0] * min(rates) <= cost.prompt <= tokens[0] * max(rates)
    rates = [tariff.output, *tariff.output_details.values()]
    assert tokens[1] * min(rates) <= cost.completion <= tokens[1] * max(rates)
    assert sum(cost.prompt_details.values()) <= cost.prompt
    assert cost.total.as_tuple().exponent >= -12  # type: ignore[operator]


@given(model=MODELS, details=st.dictionaries(KINDS, COUNTS, max_size=6), order=st.randoms())
def test_the_order_of_kinds_changes_nothing(model: str, details: dict[str, int], order: Any) -> None:  # noqa: ANN401
    """Clients may list kinds in any order."""
    shuffled = list(details.items())
    order.shuffle(shuffled)
    costs = [
        cost_of({"input": 1000, "output": 0, "total": 1000, "input_details": kinds}, price(model))
        for kinds in (details, dict(shuffled))
    ]
    assert costs[0] == costs[1]
