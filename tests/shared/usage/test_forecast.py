"""Forecasts: a range that holds what comes, and no more than is known."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.usage.forecast import forecast

DAYS = st.lists(st.integers(0, 10**7), max_size=31)


@given(st.integers(0, 10**9), DAYS, st.floats(0, 31))
def test_the_range_holds_the_middle_and_begins_at_what_was_counted(counted: int, days: list[int], left: float) -> None:
    """Whatever the days were like."""
    found = forecast(counted, days, left)
    assert counted <= found.low <= found.middle <= found.high


def test_days_that_are_alike_leave_no_doubt() -> None:
    """Ten days of 100, and twenty more to come."""
    assert forecast(1_000, [100] * 10, 20) == (1_000, 3_000, 3_000, 3_000)


def test_a_day_alone_gives_a_wide_range() -> None:
    """Half to double of the rest."""
    assert forecast(100, [100], 10) == (100, 600, 1_100, 2_100)


@pytest.mark.parametrize("known", [3, 5, 10, 14, 25])
def test_nineteen_in_twenty_months_end_in_their_range(known: int) -> None:
    """Of two thousand months of busy and quiet days, however few of their days were known: within three in 100."""
    chance = random.Random(5)
    hits = 0
    for _ in range(2_000):
        days = [chance.randrange(50, 150) for _ in range(30)]
        found = forecast(sum(days[:known]), days[:known], 30 - known)
        hits += found.low <= sum(days) <= found.high
    assert 0.92 <= hits / 2_000 <= 0.98
