"""Amounts of money are exact, or none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.cost import dollars


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        (0.1, "0.1"),
        (1.1e-6, "0.0000011"),
        (0, "0"),
        (3, "3"),
        ("0.30", "0.3"),
        ("1e-3", "0.001"),
        (1e-15, "0"),
        (100.0, "100"),
    ],
)
def test_an_amount_keeps_the_digits_it_was_written_with(said: object, amount: str) -> None:
    """A float is what JSON said, not its binary neighbour; behind the twelfth place it is rounded."""
    assert f"{dollars(said):f}" == amount


@given(st.one_of(st.floats(), st.integers(), st.text(), st.none(), st.booleans(), st.decimals().map(str)))
def test_any_value_is_a_sound_amount_or_none(said: object) -> None:
    """Never negative, infinite, absurd or finer than a trillionth; never an error."""
    amount = dollars(said)
    if amount is not None:
        assert 0 <= amount <= 10**9
        assert amount == amount.quantize(Decimal("1e-12"))
