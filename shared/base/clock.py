"""The time, as an argument: nothing below a room reads the system clock itself."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time."""

    def now_us(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        ...


class SystemClock:
    """The machine's own time."""

    def now_us(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000


class SteppingClock:
    """A time that moves only when told to: for tests."""

    def __init__(self, now_us: int) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z."""
        return self._now_us

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self._now_us += int(seconds * 1_000_000)
