"""Amounts as decimal text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.wire.money import amount, amounts

DOLLARS = st.decimals(0, 10**9, places=12)


@given(DOLLARS)
def test_a_text_is_the_amount(dollars: Decimal) -> None:
    """It reads back equal, has no exponent and no zeros at its end."""
    text = amount(dollars)
    assert text is not None
    assert Decimal(text) == dollars
    assert "E" not in text
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize(("dollars", "text"), [(None, None), (Decimal(0), "0"), (Decimal("1E+2"), "100")])
def test_unknown_is_not_zero(dollars: Decimal | None, text: str | None) -> None:
    """None stays None, round numbers stay plain."""
    assert amount(dollars) == text


def test_no_kinds_are_none() -> None:
    """The wire says null where no kind of token has a price of its own."""
    assert (amounts({}), amounts({"audio": Decimal("0.10")})) == (None, {"audio": "0.1"})
