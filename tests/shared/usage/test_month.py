"""Months: in UTC, without a gap."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed
from shared.usage.month import Month, months_between

US = 1_000_000
TIMES_US = st.integers(0, int(datetime(2200, 1, 1, tzinfo=UTC).timestamp()) * US)


@given(TIMES_US)
def test_each_moment_is_in_its_month(time_us: int) -> None:
    """Between its first moment and the first behind it; the months beside it touch it."""
    month = Month.of(time_us)
    assert month.start_us <= time_us < month.end_us
    assert month.next.before == month
    assert Month.read(month.text) == month
    assert month.text == f"{datetime.fromtimestamp(time_us // US, UTC):%Y-%m}"


def test_the_last_microsecond_of_a_year_is_in_december() -> None:
    """And the next one in January, of the next year."""
    first_us = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()) * US
    assert (Month.of(first_us - 1), Month.of(first_us)) == (Month(2026, 12), Month(2027, 1))
    assert (Month(2028, 2).days, Month(2026, 11).days) == (29, 30)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "1969-12", "", "november", "2026-11-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    """By name."""
    with pytest.raises(Malformed, match="month"):
        Month.read(text)


def test_the_months_of_a_stretch_are_those_that_hold_any_of_it() -> None:
    """Its end is not part of it."""
    start, end = Month(2026, 11).start_us + 5, Month(2027, 1).start_us
    assert [month.text for month in months_between(start, end)] == ["2026-11", "2026-12"]
    assert months_between(start, start) == [Month(2026, 11)]
