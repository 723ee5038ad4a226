"""The moments that clients write, in all their forms, as microseconds since 1970 UTC; and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.base.errors import Malformed
from shared.base.units import S_PER_DAY, US_PER_MS, US_PER_S

LAST_US = 10**16 - 1
"""20 November 2286: sort keys write a moment in 16 digits (`shared/store/keys.py`)."""
_FIRST_MS = 100_000_000_000
"""A number below is seconds, up to the year 5138; from it on it is milliseconds, from 3 March 1973."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_us(written: str | float) -> int:
    """The moment that was written.

    Shapes: ISO 8601 with an offset, with Z, or naive, which is UTC; any number of digits of the
    second; a number, which is seconds or milliseconds since 1970.
    Raises: Malformed, which says what is wrong with it.
    """
    moment = _of_text(written) if isinstance(written, str) else _of_number(written)
    if not 0 <= moment <= LAST_US:
        raise Malformed(f"{str(written)[:80]!r} is not between the years 1970 and 2286")
    return moment


def utc_time(moment_us: int) -> datetime:
    """The moment as a time in UTC, which JSON writes with a Z and microseconds."""
    return _EPOCH + timedelta(microseconds=moment_us)


def _of_text(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(f"{text[:80]!r} is no ISO 8601 time such as 2026-11-20T18:23:00.123456Z") from None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    return (since.days * S_PER_DAY + since.seconds) * US_PER_S + since.microseconds


def _of_number(number: float) -> int:
    """Rounded, not cut: 1763662980123.456 ms is not exact in binary."""
    if not abs(number) < LAST_US:  # as milliseconds it would be far too late, and infinity cannot be rounded
        return LAST_US + 1
    return round(number * (US_PER_S if abs(number) < _FIRST_MS else US_PER_MS))
