"""Sampling by limits: whole traces, whoever asks, however old his news of the limit is."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.units import US_PER_DAY, US_PER_S
from shared.usage.limits import Standing
from shared.usage.sampling import KNOWN_FOR_US, TOLD_WITHIN_US, Stretch, is_drawn, is_taken, stretches_of
from tests.stores import NOON_US

MONTH_END_US = NOON_US + 11 * US_PER_DAY
RATES = st.sampled_from([0.0, 0.1, 0.5])


def reached(rate: float) -> list[Standing]:
    """A workspace whose limit lets in this share of new traces; of 0, one that is not reached."""
    standing = Standing("2026-11", 10 if rate else 0, 10, "O", MONTH_END_US, "W", "L", when_reached="sample")
    return [Standing(**{**{name: getattr(standing, name) for name in standing.__struct_fields__}, "sample_rate": rate})]


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5])
def test_the_share_is_about_the_rate(rate: float) -> None:
    """Of 20,000 random ids, within five standard deviations."""
    drawn = sum(is_drawn(str(uuid.uuid4()), rate) for _ in range(20_000))
    assert abs(drawn - 20_000 * rate) < 5 * (20_000 * rate * (1 - rate)) ** 0.5


@given(trace_id=st.uuids().map(str), rate=st.floats(0.001, 0.999), larger=st.floats(0.001, 0.999))
def test_what_is_drawn_is_drawn_at_each_larger_rate(trace_id: str, rate: float, larger: float) -> None:
    """So two limits together let in what the stricter one does."""
    low, high = sorted((rate, larger))
    assert is_drawn(trace_id, high) or not is_drawn(trace_id, low)


def test_a_trace_that_began_before_the_limit_was_reached_is_taken() -> None:
    """And each one of the next month, though the meter has not run yet."""
    [stretch] = stretches_of(reached(0.1), [], NOON_US)
    left_out = next(one for one in map(str, iter(uuid.uuid4, None)) if not is_drawn(one, 0.1))
    assert is_taken(left_out, NOON_US, [stretch])
    assert is_taken(left_out, NOON_US + TOLD_WITHIN_US - 1, [stretch])
    assert not is_taken(left_out, NOON_US + TOLD_WITHIN_US, [stretch])
    assert is_taken(left_out, MONTH_END_US, [stretch])


def test_a_stretch_goes_on_while_its_limit_is_as_it_was() -> None:
    """It ends when everybody knows that the limit was raised, and is remembered for an hour then."""
    first = stretches_of(reached(0.1), [], NOON_US)
    assert stretches_of(reached(0.1), first, NOON_US + 300 * US_PER_S) == first
    raised_us = NOON_US + 600 * US_PER_S
    [ended] = stretches_of(reached(0), first, raised_us)
    assert ended.until_us == raised_us + TOLD_WITHIN_US
    assert stretches_of([], [ended], raised_us + 3_000 * US_PER_S) == [ended]
    assert stretches_of([], [ended], raised_us + 3_700 * US_PER_S) == []


@given(
    changes=st.lists(st.tuples(st.integers(1, 400), RATES), min_size=1, max_size=8),
    began_s=st.integers(0, 2_000),
    later_s=st.lists(st.tuples(st.integers(0, 1_500), st.integers(0, 60)), min_size=2, max_size=8),
)
def test_each_request_of_a_trace_is_answered_alike(
    changes: list[tuple[int, float]], began_s: int, later_s: list[tuple[int, int]]
) -> None:
    """Whenever the limit was reached, raised or changed, and though each process's news is up to a minute old."""
    noted: list[tuple[int, list[Stretch]]] = [(0, [])]
    now_us = NOON_US
    for after_s, rate in changes:
        now_us += after_s * US_PER_S
        noted.append((now_us, stretches_of(reached(rate), noted[-1][1], now_us)))
    left_out = next(one for one in map(str, iter(uuid.uuid4, None)) if not is_drawn(one, 0.5))
    began_us = NOON_US + began_s * US_PER_S
    answers = set()
    for after_s, age_s in later_s:
        read_us = began_us + (after_s - age_s) * US_PER_S
        assert age_s * US_PER_S <= KNOWN_FOR_US
        news = [stretches for at_us, stretches in noted if at_us <= read_us]
        answers.add(is_taken(left_out, began_us, news[-1] if news else []))
    assert len(answers) == 1
