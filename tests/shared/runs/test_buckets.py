"""Time cut into steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.base.units import S_PER_DAY, S_PER_HOUR, US_PER_DAY, US_PER_S
from shared.runs.buckets import MAX_BUCKETS, auto_step_s, buckets_of

TIMES = st.integers(0, 10**15)
SPANS = st.integers(0, 400 * US_PER_DAY)


@given(TIMES, SPANS, st.integers(1, 10**7), st.floats(0, 1))
def test_every_time_of_a_window_lies_in_its_step(start_us: int, span_us: int, step_s: int, share: float) -> None:
    """The steps touch each other, begin at or before the window, and each time is in the one that holds it."""
    buckets = buckets_of(start_us, start_us + span_us, step_s)
    assert buckets.start_us <= start_us < buckets.start_us + buckets.step_us
    assert buckets.end_us - buckets.step_us < start_us + span_us <= buckets.end_us
    assert buckets.start_us % buckets.step_us == 0
    time_us = start_us + int(span_us * share)
    begin_us = buckets.start_us + buckets.at(time_us) * buckets.step_us
    assert begin_us <= time_us < begin_us + buckets.step_us
    if buckets.steps < 1_000:
        assert buckets.starts_us[buckets.at(time_us)] == begin_us


@given(TIMES, SPANS)
def test_the_automatic_step_draws_few_points(start_us: int, span_us: int) -> None:
    """At most 202, and whole hours for more than a day."""
    step_s = auto_step_s(start_us, start_us + span_us)
    assert buckets_of(start_us, start_us + span_us, step_s).steps <= 202 <= MAX_BUCKETS
    if span_us // US_PER_S > S_PER_DAY:
        assert step_s % S_PER_HOUR == 0


def test_what_lies_outside_is_in_the_outermost_step() -> None:
    """A run may start a moment before the window that its minute is in."""
    buckets = buckets_of(US_PER_DAY, 2 * US_PER_DAY, S_PER_HOUR)
    assert (buckets.at(0), buckets.at(10 * US_PER_DAY)) == (0, 24)
