"""Times as the two APIs write them: v1 without an offset, v2 in UTC with a Z; microseconds kept in both."""

from __future__ import annotations

from datetime import datetime

from shared.base.errors import Malformed
from shared.base.units import US_PER_S
from shared.runs.times import time_us, utc_time
from shared.wire.moments import naive

__all__ = ["asked_us", "naive", "seconds", "utc"]


def utc(moment_us: int | None) -> datetime | None:
    """The time for a v2 answer."""
    return None if moment_us is None else utc_time(moment_us)


def seconds(duration_us: float | None) -> float | None:
    """A duration in seconds."""
    return None if duration_us is None else duration_us / US_PER_S


def asked_us(written: str | float | None, field: str) -> int | None:
    """The time that a request names. Raises: Malformed, which names the field."""
    if written is None:
        return None
    try:
        return time_us(written)
    except Malformed as error:
        raise Malformed(f"{field}: {error.message}") from None
