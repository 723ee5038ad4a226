"""How near each workspace is to its limits, as the meter last saw it: one small row, read once a minute a process."""

from __future__ import annotations

import msgspec

from shared.base.clock import Clock
from shared.base.errors import LimitReached
from shared.store import keys
from shared.store.ports import AtMost, Item, Table
from shared.usage.limits import Standing
from shared.usage.sampling import KNOWN_FOR_US, Stretch

RETRY_S = 60
"""Clients try again so soon: the limit may be raised at any time."""
_NOTED, _AT = "noted", "t"
_MAX_CACHED = 10_000


class Noted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of one workspace: its standings, the nearest first, and when new traces are, or were, sampled.

    `counted_us` is when the count of upgrades began that the standings are of.
    """

    standings: tuple[Standing, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    counted_us: int = 0

    def at(self, now_us: int) -> Noted:
        """The same as it is then: in a month that was not counted yet, all begins anew."""
        return msgspec.structs.replace(self, standings=tuple(one.at(now_us) for one in self.standings))


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Noted).decode


class Standings:
    """Questions and commands about where workspaces stand."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._known: dict[str, tuple[int, Noted]] = {}

    def check(self, workspace: str) -> tuple[Stretch, ...]:
        """When new traces are sampled, while the workspace may send. As old as a minute. Raises: LimitReached."""
        known = self.known(workspace)
        now_us = self._clock.now_us()
        for standing in known.standings:
            if standing.stops_traces and standing.at(now_us).stops_traces:
                raise LimitReached(standing.sentence, RETRY_S)
        return known.stretches

    def known(self, workspace: str) -> Noted:
        """Where a workspace stands, as old as a minute; standings may be of the month before."""
        now_us = self._clock.now_us()
        read_us, noted = self._known.get(workspace, (None, None))
        if noted is None or read_us is None or not read_us <= now_us < read_us + KNOWN_FOR_US:
            noted = self.of(workspace)
            if len(self._known) >= _MAX_CACHED:
                self._known.clear()
            self._known[workspace] = (now_us, noted)
        return noted

    def of(self, workspace: str, *, consistent: bool = False) -> Noted:
        """Where a workspace stands, as it is noted."""
        item = self._control.get(keys.usage_standing(workspace), consistent=consistent)
        return Noted() if item is None else _decode(bytes(item.attributes[_NOTED]))  # type: ignore[arg-type]

    def note(self, workspace: str, noted: Noted, began_us: int) -> None:
        """Let this be known. What was found by who began later stands."""
        key = keys.usage_standing(workspace)
        self._control.put_if(Item(key.pk, key.sk, {_NOTED: _encode(noted), _AT: began_us}), AtMost(_AT, began_us))
