"""When sample traces begin: as in a shop's life, by hour and weekday, with one bad hour two days ago."""

from __future__ import annotations

import random
from bisect import bisect
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

DAYS = 13
_HOUR = timedelta(hours=1)
_BY_HOUR_UTC = (2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 15, 17, 19, 18, 16, 13, 10, 8, 7, 6, 5, 3)
_SATURDAY = 5
_OF_A_WEEKEND = 0.45
_OF_THE_LAST_DAY = 5
_OF_THE_INCIDENT = 160


class Weather(NamedTuple):
    """How the providers do: answers take so many times as long, and in an incident they fail."""

    slowness: float
    is_incident: bool


def incident_of(now: datetime) -> datetime:
    """When the bad hour began."""
    return (now - timedelta(days=2)).replace(minute=0, second=0, microsecond=0)


def weather(start: datetime, now: datetime) -> Weather:
    """The weather at the start of a trace."""
    is_incident = incident_of(now) <= start < incident_of(now) + _HOUR
    return Weather(6.0 if is_incident else 1.0, is_incident)


def starts(now: datetime, count: int, chance: random.Random, ended_before: timedelta) -> list[datetime]:
    """That many moments of the last days, in order, none later than `ended_before` before now.

    They are spread evenly over the traffic that one would expect, so that few of them show its form too.
    """
    last = now - ended_before
    newest = last.replace(minute=0, second=0, microsecond=0)
    hours = [newest - _HOUR * back for back in range(24 * DAYS - 1, -1, -1)]
    busy = list(accumulate(_traffic(hour, now) for hour in hours))
    points = ((number + chance.random()) / count * busy[-1] for number in range(count))
    begun = (hours[min(bisect(busy, point), len(hours) - 1)] for point in points)
    return sorted(hour + min(_HOUR, last - hour) * chance.random() for hour in begun)


def _traffic(hour: datetime, now: datetime) -> float:
    if weather(hour, now).is_incident:
        return _OF_THE_INCIDENT
    usual = _BY_HOUR_UTC[hour.hour] * (_OF_A_WEEKEND if hour.weekday() >= _SATURDAY else 1)
    return usual * (_OF_THE_LAST_DAY if now - hour <= timedelta(days=1) else 1)
