"""One line on a terminal that says how far a command is; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from shared.base.units import S_PER_HOUR, S_PER_MINUTE

_EVERY_S = 0.1
_BAR_CHARS = 20


class Progress:
    """Runs so far, runs a second, and the time that is left where the share of the work is known."""

    def __init__(self, verb: str, out: TextIO = sys.stderr, unit: str = "runs") -> None:
        self._verb = verb
        self._unit = unit
        self._out = out
        self._is_shown = out.isatty()
        self._began_s = self._shown_s = time.monotonic()
        self.runs = 0
        self._before = 0

    def begin_at(self, runs: int) -> None:
        """So many were done by an earlier call: they say nothing of today's rate."""
        self.runs = self._before = runs

    def add(self, runs: int, share: float | None = None) -> None:
        """So many more are done; `share` is how much of all the work that is, from 0 to 1."""
        self.runs += runs
        now_s = time.monotonic()
        if self._is_shown and now_s - self._shown_s >= _EVERY_S:
            self._shown_s = now_s
            line = progress_line(self._verb, self.runs, self._rate(), share, self._elapsed_s(), self._unit)
            self._out.write(f"\r\x1b[K{line}")
            self._out.flush()

    def end(self, words: str) -> None:
        """Say what came of it."""
        lead = "\r\x1b[K" if self._is_shown else ""
        self._out.write(
            f"{lead}{words} ({self.runs:,} {self._unit}, {self._rate():,.0f}/s, {self._elapsed_s():.1f} s)\n"
        )

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._began_s

    def _rate(self) -> float:
        return (self.runs - self._before) / max(self._elapsed_s(), 1e-6)


def progress_line(
    verb: str, runs: int, runs_per_s: float, share: float | None, elapsed_s: float, unit: str = "runs"
) -> str:
    """The line: `exporting [#####···] 12,300 runs 4,100/s about 0:05 left`."""
    counted = f"{verb} {{}}{runs:,} {unit} {runs_per_s:,.0f}/s"
    if share is None or share <= 0:
        return counted.format("")
    share = min(share, 1.0)
    filled = round(share * _BAR_CHARS)
    left_s = elapsed_s * (1 - share) / share
    return f"{counted.format('[' + '#' * filled + '·' * (_BAR_CHARS - filled) + '] ')} about {_clock(left_s)} left"


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), S_PER_HOUR)
    minutes, left = divmod(rest, S_PER_MINUTE)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"
