"""The forms in which clients write a moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed
from shared.runs.times import LAST_US, time_us, utc_time

MOMENT_US = 1_795_198_980_123_456


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T18:23:00.123456+00:00",
        "2026-11-20T18:23:00.123456Z",
        "2026-11-20T18:23:00.123456",
        "2026-11-20 18:23:00.123456",
        "2026-11-20T19:23:00.123456+01:00",
        "2026-11-20T18:23:00.123456789Z",
        1_795_198_980_123.456,
    ],
)
def test_one_moment_in_all_its_forms(written: str | float) -> None:
    """Offsets, Z, naive as UTC, a space, nine digits and milliseconds name the same microsecond."""
    assert time_us(written) == MOMENT_US


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T18:23:00Z", 1_795_198_980_000_000),
        ("2026-11-20T18:23:00.123Z", 1_795_198_980_123_000),
        (1_795_198_980, 1_795_198_980_000_000),
        (1_795_198_980.5, 1_795_198_980_500_000),
        (1_795_198_980_123, 1_795_198_980_123_000),
        (0, 0),
    ],
)
def test_shorter_forms(written: str | float, expected: int) -> None:
    """Whole and milliseconds as text; numbers below 10^11 are seconds, others milliseconds."""
    assert time_us(written) == expected


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z", "2300-01-01T00:00:00Z", -1, 1e300, "1e9"],
)
def test_what_is_no_moment_is_refused(written: str | float) -> None:
    """No time, and times outside what a sort key can hold, are errors that repeat what was written."""
    with pytest.raises(Malformed, match=r"no ISO 8601 time|not between the years"):
        time_us(written)


def test_infinity_is_refused() -> None:
    """Numbers that are none do not end in an overflow."""
    with pytest.raises(Malformed, match="not between"):
        time_us(float("inf"))
    with pytest.raises(Malformed, match="not between"):
        time_us(float("nan"))


@given(st.integers(0, LAST_US), st.integers(-14 * 60, 14 * 60))
def test_every_microsecond_survives_text(moment_us: int, offset_minutes: int) -> None:
    """What Python writes, in any zone, is read back exactly."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment_us)
    assert time_us(moment.astimezone(timezone(timedelta(minutes=offset_minutes))).isoformat()) == moment_us


@given(st.integers(0, 4_000_000_000_000))
def test_whole_milliseconds_survive_as_numbers(moment_ms: int) -> None:
    """From 1973 on a JSON number of milliseconds is read exactly, as an integer and as a float."""
    moment_ms += 100_000_000_000
    assert time_us(moment_ms) == time_us(json.loads(f"{moment_ms}.0")) == moment_ms * 1000


@given(st.integers(0, LAST_US))
def test_a_moment_comes_back_from_its_time(moment_us: int) -> None:
    """Written out and read again, no microsecond is lost."""
    assert time_us(utc_time(moment_us).isoformat()) == moment_us
