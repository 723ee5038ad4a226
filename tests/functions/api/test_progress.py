"""How far a search came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from functions.api.progress import share_of
from shared.base.units import US_PER_HOUR

HOURS = st.lists(st.integers(0, 50), min_size=1, max_size=20, unique=True)


@given(
    hours=HOURS, times=st.lists(st.integers(0, 51 * US_PER_HOUR), min_size=2, max_size=5), newest_first=st.booleans()
)
def test_the_share_only_grows(hours: list[int], times: list[int], newest_first: bool) -> None:
    """The further the walk, the larger the share; and before the end it is not all."""
    shares = [share_of(hours, time, newest_first=newest_first) for time in sorted(times, reverse=newest_first)]
    assert shares == sorted(shares)
    assert all(0 <= share < 1 for share in shares)


def test_only_hours_that_hold_anything_count() -> None:
    """After two of four hours it is a half, however long the nights between them."""
    hours = [1, 2, 1_000, 1_001]
    assert share_of(hours, 500 * US_PER_HOUR, newest_first=True) == 0.5
    assert share_of(hours, 1_000 * US_PER_HOUR + US_PER_HOUR // 2, newest_first=True) == 0.375
    assert share_of(hours, 1_000 * US_PER_HOUR + US_PER_HOUR // 2, newest_first=False) == 0.625
