"""Time cut into equal steps: the points of a chart."""

from __future__ import annotations

from typing import NamedTuple

from shared.base.units import S_PER_DAY, S_PER_HOUR, US_PER_S

MAX_BUCKETS = 400
_WANTED = 200
_STEPS_S = (
    *(60, 300, 900),
    *(S_PER_HOUR * hours for hours in (1, 2, 3, 6, 12)),
    *(S_PER_DAY * days for days in (1, 2, 7)),
)
_FINE_S = {60: 3 * S_PER_HOUR, 300: 12 * S_PER_HOUR, 900: S_PER_DAY}
"""Steps below an hour are counted run by run: each up to this long a window."""


class Buckets(NamedTuple):
    """`steps` steps of `step_us` from `start_us`, which is a whole number of steps after 1970."""

    start_us: int
    step_us: int
    steps: int

    @property
    def end_us(self) -> int:
        """The last microsecond of the last step."""
        return self.start_us + self.steps * self.step_us - 1

    def at(self, time_us: int) -> int:
        """In which step a time lies; what lies outside is in the first or the last."""
        return min(max(0, (time_us - self.start_us) // self.step_us), self.steps - 1)

    @property
    def starts_us(self) -> list[int]:
        """When each step begins."""
        return [self.start_us + at * self.step_us for at in range(self.steps)]


def buckets_of(start_us: int, end_us: int, step_s: int) -> Buckets:
    """The steps that touch [start, end]."""
    step_us = step_s * US_PER_S
    first = start_us // step_us
    return Buckets(first * step_us, step_us, max(end_us, start_us) // step_us - first + 1)


def auto_step_s(start_us: int, end_us: int) -> int:
    """The step that makes some 200 points of a window, and whole hours of all but a short one."""
    span_s = max(1, end_us - start_us) // US_PER_S
    for step_s in _STEPS_S:
        longest_s = _FINE_S.get(step_s, _WANTED * step_s)
        if span_s <= longest_s:
            return step_s
    return -(-span_s // _WANTED // S_PER_DAY) * S_PER_DAY
