"""When keys were last used, to the hour: a row each, written at most once an hour by each process."""

from __future__ import annotations

from shared.base.clock import Clock
from shared.base.errors import Unavailable
from shared.base.units import US_PER_HOUR
from shared.store import keys
from shared.store.ports import AtMost, Key, KeyRange, Table

_MAX_NOTED = 10_000


class KeyUses:
    """Questions and notes about the use of keys."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._noted_us: dict[tuple[str, str], int] = {}

    def note(self, workspace: str, key_id: str) -> None:
        """Note that a key is used now. Never worth a failed request: what cannot be written is noted the next time."""
        now_us, use = self._clock.now_us(), (workspace, key_id)
        if now_us - self._noted_us.get(use, 0) < US_PER_HOUR:
            return
        an_hour_old = AtMost("used_us", now_us - US_PER_HOUR)
        try:
            self._control.update(Key(keys.key_uses(workspace), key_id), {"used_us": now_us}, an_hour_old)
        except Unavailable:
            return
        if len(self._noted_us) >= _MAX_NOTED:
            self._noted_us.clear()
        self._noted_us[use] = now_us

    def all(self, workspace: str) -> dict[str, int]:
        """When each key was used in this workspace, in microseconds, up to an hour early; by the key's id."""
        rows = self._control.query(KeyRange(keys.key_uses(workspace)))
        return {row.sk: int(row.attributes["used_us"] or 0) for row in rows}
