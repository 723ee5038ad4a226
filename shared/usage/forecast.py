"""What a month will come to, from the days of it that are known: a middle and a range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import mean, stdev
from typing import NamedTuple

_SIDE = 1.96
"""Nineteen of twenty months would lie inside, were days independent and alike. They are not quite: it is a guide."""
_FEW_DAYS = 3
"""With fewer whole days than that, how much days differ is not known: then the range is half to double."""


class Forecast(NamedTuple):
    """How many at the month's end. Law: `counted <= low <= middle <= high`."""

    counted: int
    low: int
    middle: int
    high: int


def forecast(counted: int, whole_days: Sequence[int], days_left: float) -> Forecast:
    """The month's count: what was counted, and for the days that are left what the whole days so far were like.

    `whole_days` are the counts of the last days that are over, this month's or the last's; `days_left` may have a
    fraction of a day.
    """
    if not whole_days or days_left <= 0:
        return Forecast(counted, counted, counted, counted)
    rate = mean(whole_days)
    rest = rate * days_left
    if len(whole_days) < _FEW_DAYS:
        low, high = rest / 2, rest * 2
    else:
        # The days to come differ by chance, and the rate itself is known from so many days only.
        spread = stdev(whole_days) * math.sqrt(days_left + days_left**2 / len(whole_days))
        low, high = rest - _SIDE * spread, rest + _SIDE * spread
    return Forecast(counted, counted + max(0, math.floor(low)), counted + round(rest), counted + math.ceil(high))
