"""The AWS cost of traces: counted units times prices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.store.tally import usage_prices
from shared.usage.aws_cost import cost_of_traces, list_price_usd, measured
from shared.usage.plan import shipped

PRICES = usage_prices()
MILLION = 1_000_000


def total(traces: int, requests: int, upgrades: int = 0) -> Decimal:
    """The dollars in all."""
    return sum(cost_of_traces(traces, requests, upgrades, PRICES).values(), Decimal(0))


def test_a_million_traces_cost_what_was_measured() -> None:
    """The table of `bench`: $8.58 in large requests, $18.65 in one each, $54.38 in five."""
    costs = [total(MILLION, requests) for requests in (166_700, MILLION, 5 * MILLION)]
    assert [float(cost) for cost in costs] == pytest.approx([8.58, 18.65, 54.38], rel=0.002)


def test_between_two_shapes_more_requests_cost_more() -> None:
    """And beyond them no less than the nearest."""
    costs = [total(MILLION, requests) for requests in (1, 166_700, 500_000, MILLION, 3 * MILLION, 9 * MILLION)]
    assert costs == sorted(costs)
    assert costs[0] == costs[1]


def test_nothing_costs_nothing_and_an_upgrade_costs_something() -> None:
    """By what it is paid for."""
    assert total(0, 0) == 0
    assert set(cost_of_traces(1, 1, 1, PRICES)) >= {"storage", "write_units"}
    extra = total(MILLION, MILLION, MILLION) - total(MILLION, MILLION)
    assert round(extra) == 19  # as bench/README.md has it, where one trace in six is kept
    assert measured().source
    assert measured().upgrade_source


def test_the_list_price_is_langsmiths() -> None:
    """$500 for a million, and $4,500 more to keep them."""
    assert list_price_usd(shipped()["plus"], MILLION, MILLION) == 5_000
