"""What was used, counted: traces by the hour of their first receipt, upgrades by the day they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from shared.base.units import US_PER_DAY

FINAL_AFTER_US = 4 * US_PER_DAY
"""An hour is final so long after its end: as long as an operation may wait on the queue (`infra/stacks/data.py`).

What is recorded later still, sent again from among the dead letters, is stored and readable, and never billed.
"""
WARN_SHARE = 0.8
"""Of a limit: from there on its owner is warned."""


class Counted(msgspec.Struct, array_like=True, frozen=True, order=True):
    """The traces of one hour that have these in common; `is_extended` from birth."""

    project: str
    key_id: str
    is_extended: bool
    traces: int


class Upgraded(msgspec.Struct, array_like=True, frozen=True, order=True):
    """The traces that came into the extended tier on one day (since 1970) for one cause.

    `cause_id` is empty where each trace has a cause of its own, as with feedback and shares.
    """

    day: int
    project: str
    cause: str
    cause_id: str
    traces: int


class HourCount(NamedTuple):
    """One hour, since 1970: the requests that were received in it, and the traces that began in it.

    What was left out of it, since a limit lets in a sample alone, is among the requests, and not among the traces.
    """

    hour: int
    requests: int
    groups: list[Counted]
    left_out_traces: int = 0
    left_out_runs: int = 0

    @property
    def traces(self) -> int:
        """All of them."""
        return sum(group.traces for group in self.groups)


class MonthUse(NamedTuple):
    """What one workspace used in one month."""

    hours: list[HourCount]
    upgrades: list[Upgraded]

    @property
    def traces(self) -> int:
        """All traces that were first received in the month."""
        return sum(hour.traces for hour in self.hours)

    @property
    def left_out_traces(self) -> int:
        """The traces that were not taken, since a limit lets in a sample alone."""
        return sum(hour.left_out_traces for hour in self.hours)

    @property
    def requests(self) -> int:
        """The requests that were received in the month."""
        return sum(hour.requests for hour in self.hours)

    @property
    def upgraded(self) -> int:
        """The traces that came into the extended tier in the month, born there or not."""
        return sum(one.traces for one in self.upgrades)


def add_up(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sum for each name, the largest first."""
    sums: dict[str, int] = {}
    for name, count in pairs:
        sums[name] = sums.get(name, 0) + count
    return dict(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0])))


def together(uses: Mapping[str, MonthUse]) -> MonthUse:
    """The use of several workspaces as one."""
    hours = [hour for use in uses.values() for hour in use.hours]
    return MonthUse(hours, [one for use in uses.values() for one in use.upgrades])
