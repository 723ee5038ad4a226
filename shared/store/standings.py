"""How near each workspace is to its limit, as the meter last saw it: one small row, read once a minute a process."""

from __future__ import annotations

import msgspec

from shared.base.clock import Clock
from shared.base.errors import LimitReached
from shared.base.units import US_PER_S
from shared.store import keys
from shared.store.ports import Item, Table
from shared.usage.limits import Standing

KNOWN_FOR_US = 60 * US_PER_S
RETRY_S = 60
"""Clients try again so soon: the limit may be raised at any time."""
_STANDING = "standing"
_MAX_CACHED = 10_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Standing).decode


class Standings:
    """Questions and commands about where workspaces stand."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._known: dict[str, tuple[int, Standing | None]] = {}

    def check(self, workspace: str) -> None:
        """Nothing, while the workspace may send. As old as a minute. Raises: LimitReached."""
        now_us = self._clock.now_us()
        read_us, standing = self._known.get(workspace, (None, None))
        if read_us is None or not read_us <= now_us < read_us + KNOWN_FOR_US:
            standing = self.of(workspace)
            if len(self._known) >= _MAX_CACHED:
                self._known.clear()
            self._known[workspace] = (now_us, standing)
        if standing is not None and standing.is_reached and now_us < standing.until_us:
            raise LimitReached(standing.sentence, RETRY_S)

    def of(self, workspace: str) -> Standing | None:
        """Where a workspace stands; None where it has no limit."""
        item = self._control.get(keys.usage_standing(workspace))
        return None if item is None else _decode(bytes(item.attributes[_STANDING]))  # type: ignore[arg-type]

    def note(self, workspace: str, standing: Standing | None) -> None:
        """Let this be known, where it is new."""
        if standing == self.of(workspace):
            return
        key = keys.usage_standing(workspace)
        if standing is None:
            self._control.delete([key])
        else:
            self._control.put([Item(key.pk, key.sk, {_STANDING: _encode(standing)})])
