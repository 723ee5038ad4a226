"""The laptop's time: the machine's own, and as far ahead of it as someone has asked for."""

from __future__ import annotations

import threading
from pathlib import Path

from shared.base.clock import Clock, SystemClock
from shared.base.errors import Malformed
from shared.base.units import S_PER_DAY, US_PER_S

MAX_OFFSET_S = 100 * 365 * S_PER_DAY
"""A century ahead: enough for any retention, and dates stay ones that clients can parse."""


class LocalClock:
    """A clock that can be moved ahead, for trying out what happens in 14 or 400 days.

    The offset is kept in a file, so that the time never goes back when the server starts again.
    Safe to use from several threads.
    """

    def __init__(self, path: Path, system: Clock | None = None) -> None:
        self._path = path
        self._system = system or SystemClock()
        self._lock = threading.Lock()
        self._offset_us = _read(path)

    def now_us(self) -> int:
        """Microseconds since 1970-01-01T00:00:00Z, ahead of the machine by the offset."""
        return self._system.now_us() + self._offset_us

    @property
    def offset_s(self) -> float:
        """How far this clock is ahead of the machine."""
        return self._offset_us / US_PER_S

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, for good. Raises: Malformed when that is not 0 to a century ahead in all."""
        if not seconds >= 0:
            raise Malformed(f"advance_seconds is {seconds}; the clock moves ahead only, so it must be 0 or more")
        with self._lock:
            if self.offset_s + seconds > MAX_OFFSET_S:
                raise Malformed(f"advance_seconds is {seconds}; the clock may be at most {MAX_OFFSET_S} s ahead in all")
            offset_us = self._offset_us + int(seconds * US_PER_S)
            _write(self._path, offset_us)
            self._offset_us = offset_us


def _read(path: Path) -> int:
    if not path.exists():
        return 0
    text = path.read_text()
    if not text.strip().isdigit():
        raise ValueError(f"{path} holds {text[:40]!r}, not the clock's offset in microseconds; delete it to start at 0")
    return int(text)


def _write(path: Path, offset_us: int) -> None:
    """Whole or not at all: a half-written offset would be another time."""
    partial = path.with_suffix(".partial")
    partial.write_text(f"{offset_us}\n")
    partial.replace(path)
