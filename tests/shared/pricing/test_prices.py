"""The right price is found: by name, by owner, by time; and what is unknown has none."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.base.units import US_PER_S
from shared.pricing import prices
from shared.pricing.prices import PriceTable, price_from

MILLION = 10**6
FILE = msgspec.json.decode(Path(prices.__file__).with_name("prices.json").read_bytes())
ROW: dict[str, Any] = {"provider": None, "match": "house-model", "input": "1", "output": "2"}


@pytest.fixture(scope="module")
def table() -> PriceTable:
    """The table that we ship."""
    return PriceTable.load()


def us(year: int, month: int, day: int) -> int:
    """Microseconds since 1970."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * US_PER_S


NOW_US = us(2026, 11, 20)


@pytest.mark.parametrize(
    ("model", "input_usd", "output_usd"),
    [
        ("openai/gpt-4o", "2.50", "10"),
        ("gpt-4o-2024-08-06", "2.50", "10"),
        ("gpt-4o-2024-05-13", "5", "15"),
        ("gpt-4o-mini", "0.15", "0.60"),
        ("ft:gpt-4o-mini:org::id", "0.30", "1.20"),
        ("gpt-4-1106-preview", "10", "30"),
        ("gpt-4-0613", "30", "60"),
        ("models/gemini-2.5-pro", "1.25", "10"),
        ("gemini-2.5-flash-lite", "0.10", "0.40"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "3", "15"),
        ("claude-opus-4-20250514", "15", "75"),
        ("claude-opus-4-5-20251101", "5", "25"),
        ("claude-haiku-4-5", "1", "5"),
        ("meta.llama3-3-70b-instruct-v1:0", "0.72", "0.72"),
        ("us.amazon.nova-pro-v1:0", "0.80", "3.20"),
        ("mistral-large-2407", "2", "6"),
        ("mistral-large-latest", "0.50", "1.50"),
        ("mistral.mistral-large-2402-v1:0", "4", "12"),
        ("command-r-plus-08-2024", "2.50", "10"),
        ("cohere.command-r-plus-v1:0", "3", "15"),
        ("grok-4-0709", "3", "15"),
        ("deepseek.r1-v1:0", "1.35", "5.40"),
        ("text-embedding-3-small", "0.02", "0"),
    ],
)
def test_current_models_have_their_list_price(table: PriceTable, model: str, input_usd: str, output_usd: str) -> None:
    """Names of all providers, in every form the clients use, lead to the right row."""
    price = table.price_for(model, None, NOW_US)
    assert price is not None
    assert (price.tariff.input * MILLION, price.tariff.output * MILLION) == (Decimal(input_usd), Decimal(output_usd))


@pytest.mark.parametrize(
    "model", ["my-model", "gpt-4o-mini-tts", "gpt-4o:extended", "llama3.1:8b", "", None, "(", "a" * 999]
)
def test_an_unknown_model_has_no_price(table: PriceTable, model: str | None) -> None:
    """Not zero: nobody knows what it costs."""
    assert table.price_for(model, "openai", NOW_US) is None


@pytest.mark.parametrize(
    ("model", "provider"), [("mistral-small", "ollama"), ("groq/deepseek-chat", None), ("gpt-4o", "vLLM")]
)
def test_a_host_with_prices_of_its_own_does_not_get_the_makers(
    table: PriceTable, model: str, provider: str | None
) -> None:
    """An open model on one's own machine costs nothing like the maker's service."""
    assert table.price_for(model, provider, NOW_US) is None


@pytest.mark.parametrize(
    ("model", "day", "input_usd"),
    [
        ("o3", us(2025, 6, 9), "10"),
        ("o3", us(2025, 6, 10), "2"),
        ("deepseek-v4-flash", us(2026, 8, 16), "0.14"),
        ("deepseek-v4-flash", us(2026, 8, 17), "0.15"),
        ("gemini-3.8-flash", us(2026, 12, 31), "0.75"),
        ("gemini-3.8-flash", us(2027, 1, 1), "1.50"),
    ],
)
def test_a_price_change_does_not_reach_back(table: PriceTable, model: str, day: int, input_usd: str) -> None:
    """A run costs what its model cost when it started."""
    price = table.price_for(model, None, day)
    assert price is not None
    assert price.tariff.input * MILLION == Decimal(input_usd)


def test_an_owners_row_wins_over_ours_and_the_more_exact_over_the_less() -> None:
    """Owners may reprice a known model, a family, or one provider's offer."""
    own = [
        price_from(ROW | {"match": "gpt-4o", "input": "7"}),
        price_from(ROW | {"match": "^house-.*$", "input": "8"}),
        price_from(ROW | {"match": "house-model", "input": "9"}),
        price_from(ROW | {"match": "House-Model", "provider": "Azure", "input": "10"}),
    ]
    table = PriceTable.load(own)

    def input_usd(model: str, provider: str | None) -> Decimal:
        price = table.price_for(model, provider, NOW_US)
        assert price is not None
        return price.tariff.input * MILLION

    assert input_usd("openai/gpt-4o-2024-08-06", None) == 7
    assert input_usd("gpt-4o", "ollama") == 7
    assert input_usd("house-other", None) == 8
    assert input_usd("house-model", None) == 9
    assert input_usd("house-model", "azure") == 10


def test_a_price_that_has_not_begun_is_no_price() -> None:
    """Before its first row a model is unknown."""
    table = PriceTable.from_rows([ROW | {"from": "2026-01-01"}])
    assert table.price_for("house-model", None, us(2025, 12, 31)) is None
    assert table.price_for("house-model", None, us(2026, 1, 1)) is not None


@pytest.mark.parametrize(
    "broken",
    [{"match": "("}, {"input": "x"}, {"input": "-1"}, {"output": "inf"}, {"from": "soon"}, {"long": {"input": "1"}}],
)
def test_a_broken_row_is_refused_by_name(broken: dict[str, Any]) -> None:
    """The error shows the row."""
    with pytest.raises(ValueError, match="price row"):
        PriceTable.from_rows([ROW | broken])


def test_each_row_says_its_provider_and_each_provider_its_source() -> None:
    """Prices can be checked: every row leads to a page and the day it was read."""
    assert {row["provider"] for row in FILE["rows"]} == set(FILE["sources"])
    assert all(
        source["url"].startswith("https://") and source["checked"] >= "2026" for source in FILE["sources"].values()
    )


def test_no_two_rows_say_the_same() -> None:
    """A name and a beginning lead to one price."""
    said = [(row["match"], row.get("from")) for row in FILE["rows"]]
    assert len(said) == len(set(said)) >= 150


def test_every_price_is_exact_text() -> None:
    """Decimals, not floats, and no kind dearer than 200 dollars per million tokens but o1-pro."""
    for row in FILE["rows"]:
        amounts = [row["input"], row["output"], *row.get("input_details", {}).values()]
        assert all(isinstance(amount, str) for amount in amounts)
        assert max(map(Decimal, amounts)) <= 200 or row["match"] == "o1-pro"
