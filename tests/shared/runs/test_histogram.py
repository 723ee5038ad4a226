"""Histograms: percentiles to 1 %, and sums that are sums."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from shared.runs.histogram import Histogram

VALUES = st.lists(st.floats(1, 1e15) | st.integers(1, 10**15), min_size=1, max_size=200)


@given(VALUES, st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_within_one_percent(values: list[float], share: float) -> None:
    """Of the nearest-rank percentile of the values themselves."""
    exact = sorted(values)[max(1, math.ceil(len(values) * share)) - 1]
    found = Histogram.of(values).percentile(share)
    assert found is not None
    assert abs(found - exact) <= exact * 0.0100001


@given(VALUES, VALUES)
def test_merging_is_adding(one: list[float], other: list[float]) -> None:
    """The histogram of both lists is the two histograms merged, either way round."""
    there, back = Histogram.of(one), Histogram.of(other)
    there.merge(Histogram.of(other))
    back.merge(Histogram.of(one))
    assert there.buckets == back.buckets == Histogram.of(one + other).buckets


def test_nothing_has_no_percentile_and_zero_is_zero() -> None:
    """An empty histogram knows none; what took no time took none."""
    assert Histogram().percentile(0.5) is None
    assert Histogram.of([0, 0.5, 0]).percentile(0.99) == 0
