"""Money as a number of upgrades."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.cap import price_of, upgrades_within

_usd = st.decimals(0, 10_000, places=4)


@given(_usd, st.decimals("0.01", 100, places=2))
def test_a_cap_is_never_passed_and_one_upgrade_more_would(cap: Decimal, price: Decimal) -> None:
    """The number is the largest whose price the cap holds."""
    number = upgrades_within(cap, price)
    assert number is not None
    assert price_of(number, price) <= cap < price_of(number + 1, price)


def test_what_costs_nothing_is_not_capped() -> None:
    """Without a price there is no number."""
    assert upgrades_within(Decimal(1), Decimal(0)) is None
