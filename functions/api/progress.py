"""How far a search came that stopped before the end of its window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shared.base.units import US_PER_HOUR
from shared.store.hours import Hours
from shared.store.walk import Position, Window

ALL = 1.0
_MOST = 0.9999
"""Where there is more to look at, it is never all."""


@dataclass(frozen=True)
class Progress:
    """What one answer looked at.

    `reached_us` is the start of the last run looked at, None where it was the last there is. `share` is that of
    the window's hours which hold anything, from 0 to 1.

    Law: over the answers to one question, `share` never falls, and is 1 in the last.
    """

    looked_at: int
    reached_us: int | None = None
    share: float = ALL


def progress_in(
    hours: Hours, workspace: str, projects: Iterable[str], window: Window, looked_at: int, reached: Position
) -> Progress:
    """How far a search of these projects came that stopped at a position."""
    numbers = [
        hour.number for project in projects for hour in hours.hours(workspace, project, window.start_us, window.end_us)
    ]
    return Progress(looked_at, reached.order_us, share_of(numbers, reached.order_us, newest_first=window.newest_first))


def share_of(hours: Iterable[int], reached_us: int, *, newest_first: bool) -> float:
    """How much of these hours, counted since 1970, lies behind a time in the direction of the walk."""
    reached, part_us = divmod(reached_us, US_PER_HOUR)
    part = part_us / US_PER_HOUR
    behind = [_behind(hour - reached, 1 - part) if newest_first else _behind(reached - hour, part) for hour in hours]
    return min(sum(behind) / len(behind), _MOST) if behind else _MOST


def _behind(hours_away: int, part: float) -> float:
    return 1.0 if hours_away > 0 else part if hours_away == 0 else 0.0
