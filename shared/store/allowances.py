"""Whether a trace may come into the extended tier now, by the limits of its workspace and its organization.

The meter counts upgrades from their rows and notes where workspaces stand; a process goes by a note as old as a
minute. What it let in itself since that count it adds, so one process alone never goes beyond a limit. Several do by
at most what the others let in since the count that each of them knows.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from shared.base.clock import Clock
from shared.store.ports import Table
from shared.store.standings import Noted, Standings
from shared.usage.limits import UPGRADES, Standing
from shared.usage.month import Month

_MOST_OWN = 100_000
"""Grants that a process remembers of one scope; the meter counts long before there are as many."""


class Allowance:
    """Asks, and remembers what was let in since the last count. Several threads may ask at once."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._clock = clock
        self._taking = threading.Lock()
        self._standings = Standings(control, clock)
        self._own_us: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_MOST_OWN))

    def refusal(self, workspace: str) -> Standing | None:
        """The limit that refuses an upgrade now, with what is used of it; None while there is room."""
        now_us = self._clock.now_us()
        noted = self._standings.known(workspace)
        for standing in noted.at(now_us).standings:
            seen = self._with_own(standing, noted, now_us)
            if seen.stops_upgrades:
                return seen
        return None

    def take(self, workspace: str) -> Standing | None:
        """Let one in, if there is room: then it is remembered, until `give_back`. Else the limit that refuses it."""
        with self._taking:
            standing = self.refusal(workspace)
            if standing is None:
                self.took(workspace)
            return standing

    def give_back(self, workspace: str) -> None:
        """It came to nothing: another cause was first."""
        with self._taking:
            for standing in self._standings.known(workspace).standings:
                if standing.limit_type == UPGRADES and self._own_us[standing.scope]:
                    self._own_us[standing.scope].pop()

    def is_limited(self, workspace: str) -> bool:
        """Whether upgrades are counted towards a limit: then each should be countable at once."""
        return any(one.limit_type == UPGRADES for one in self._standings.known(workspace).standings)

    def took(self, workspace: str) -> None:
        """Remember that one was let in."""
        now_us = self._clock.now_us()
        for standing in self._standings.known(workspace).standings:
            if standing.limit_type == UPGRADES:
                self._own_us[standing.scope].append(now_us)

    def _with_own(self, standing: Standing, noted: Noted, now_us: int) -> Standing:
        """The standing with what this process let in since it was counted."""
        own_us = self._own_us.get(standing.scope)
        if standing.limit_type != UPGRADES or not own_us:
            return standing
        since_us = max(noted.counted_us, Month.of(now_us).start_us)
        while own_us and own_us[0] < since_us:
            own_us.popleft()
        return standing.with_more(len(own_us))
