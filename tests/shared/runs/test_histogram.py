"""Histograms: percentiles to 1 %, and sums that are sums."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from shared.runs.histogram import Histogram

VALUES = st.lists(st.integers(0, 10**15) | st.integers(0, 300), min_size=1, max_size=200)


@given(VALUES, st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_within_one_percent(values: list[int], share: float) -> None:
    """Of the nearest-rank percentile of the values themselves."""
    exact = sorted(values)[max(1, math.ceil(len(values) * share)) - 1]
    found = Histogram.of(values).percentile(share)
    assert found is not None
    assert abs(found - exact) <= exact * 0.0100001


@given(VALUES, VALUES)
def test_merging_is_adding(one: list[int], other: list[int]) -> None:
    """The histogram of both lists is the two histograms merged, either way round."""
    there, back = Histogram.of(one), Histogram.of(other)
    there.merge(Histogram.of(other))
    back.merge(Histogram.of(one))
    assert there == back == Histogram.of(one + other)


def test_nothing_has_no_percentile_and_zero_is_zero() -> None:
    """An empty histogram knows none; what took no time took none."""
    assert Histogram().percentile(0.5) is None
    assert Histogram.of([0, 0]).percentile(0.99) == 0


def test_one_value_comes_back_exactly() -> None:
    """A project with one trace shows its very latency."""
    assert Histogram.of([1_500_000]).percentile(0.99) == 1_500_000
