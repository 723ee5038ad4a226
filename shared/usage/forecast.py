"""What a month will come to, from the days of it that are known: a middle and a range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import mean, stdev
from typing import NamedTuple

_SIDES = (4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120)
"""How many deviations wide the range is to each side, from three days on: nineteen of twenty months lie inside, were
days independent and alike. They are not quite: it is a guide. Source: Student's t, 97.5 %, from two degrees of freedom.
"""
_SIDE = 2.101
"""With more days: that of 19, and a little wide beyond."""
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
        few = len(whole_days) - _FEW_DAYS
        side = _SIDES[few] if few < len(_SIDES) else _SIDE
        low, high = rest - side * spread, rest + side * spread
    return Forecast(counted, counted + max(0, math.floor(low)), counted + round(rest), counted + math.ceil(high))
