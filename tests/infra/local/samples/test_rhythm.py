"""When sample traces begin: as a shop's day has it, within what is kept, the same each time."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.samples.rhythm import DAYS, incident_of, starts, weather

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _starts(count: int = 2_000) -> list[datetime]:
    return starts(NOW, count, random.Random(1), timedelta(minutes=3))


@pytest.mark.parametrize("count", [1, 7, 500])
def test_there_are_as_many_as_asked_in_order_and_none_too_late_or_old(count: int) -> None:
    """Each lies within the days before now, and leaves time for the trace to end."""
    seen = _starts(count)
    assert len(seen) == count
    assert seen == sorted(seen)
    assert NOW - timedelta(days=DAYS, minutes=3) <= seen[0]
    assert seen[-1] <= NOW - timedelta(minutes=3)


def test_the_same_seed_gives_the_same_moments() -> None:
    """Nothing but now, the count and the chance given decides."""
    assert _starts() == _starts()


def test_days_have_a_rhythm_and_the_last_is_the_busiest() -> None:
    """Nights are quiet, middays are not, and the last 24 hours have more than any other day."""
    seen = [start for start in _starts() if not weather(start, NOW).is_incident]
    by_hour = Counter(start.hour for start in seen)
    assert by_hour[10] > 4 * by_hour[3]
    by_day = Counter((NOW - start) // timedelta(days=1) for start in seen)
    assert set(by_day) == set(range(DAYS))
    assert by_day[0] > 2 * max(count for day, count in by_day.items() if day)


def test_two_days_ago_an_hour_was_bad() -> None:
    """The incident is one whole hour, in which more is sent than in any hour around it, slowly."""
    begin = incident_of(NOW)
    assert begin == datetime(2026, 11, 18, 21, tzinfo=UTC)
    by_hour = Counter((start - begin) // HOUR for start in _starts())
    assert by_hour[0] > 5 * max(by_hour[-1], by_hour[1])
    assert weather(begin, NOW).slowness > weather(begin - HOUR, NOW).slowness
    assert not weather(begin + HOUR, NOW).is_incident
