"""Drawing among traces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.sampling import is_drawn

_ids = st.uuids().map(str)
_rates = st.floats(0, 1)


@given(_ids, _ids, _rates, _rates)
def test_who_is_drawn_at_one_rate_is_drawn_at_a_higher_one(rule: str, trace: str, one: float, other: float) -> None:
    """Raising the rate takes nobody out."""
    low, high = sorted((one, other))
    assert is_drawn(rule, trace, low) <= is_drawn(rule, trace, high)


@given(_ids, _ids)
def test_all_are_drawn_at_one_and_none_at_zero(rule: str, trace: str) -> None:
    """The ends of the scale are exact."""
    assert is_drawn(rule, trace, 1.0)
    assert not is_drawn(rule, trace, 0.0)


def test_the_rate_is_the_share_that_is_drawn() -> None:
    """Of 20,000 traces a tenth is drawn, within four standard deviations; and another rule draws others."""
    traces = [f"trace {number}" for number in range(20_000)]
    drawn = {trace for trace in traces if is_drawn("one", trace, 0.1)}
    assert abs(len(drawn) - 2_000) < 4 * 43
    both = {trace for trace in drawn if is_drawn("two", trace, 0.1)}
    assert abs(len(both) - len(drawn) / 10) < 4 * 14
