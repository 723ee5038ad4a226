"""The upgrades that a limit refused: listed in order of time, each cause of a trace once, until somebody tries again.

Two rows each: one under the trace, written once, which says when the cause was first refused; and from that moment
the one in the workspace's list. Whoever dies in between is finished by the next who is refused for the same cause.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from shared.base.clock import Clock
from shared.base.units import US_PER_DAY
from shared.retention.kept import Kept
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Absent, Equals, Item, Key, KeyRange, Table, Value
from shared.usage.limits import Standing

_KEPT_DAYS = 62
"""The month of the refusal, and the one after it."""
_KEPT, _WHY, _AT, _LISTED, _PROJECT = "kept", "why", "at", "listed", "project"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Kept).decode


@dataclass(frozen=True, slots=True)
class RefusedUpgrade:
    """A trace that stays in the base tier, the cause that would have kept it longer, and the limit that was reached.

    Units: `at_us` is microseconds since 1970 UTC, of the first refusal. `key` is its place in the list.
    """

    key: str
    trace_id: str
    kept: Kept
    at_us: int
    sentence: str
    project: str | None


class RefusedUpgrades:
    """Questions and commands about them."""

    def __init__(self, traces: Table, clock: Clock) -> None:
        self._table = traces
        self._clock = clock

    def note(self, workspace: str, trace_id: str, kept: Kept, standing: Standing, project: str | None = None) -> None:
        """List this refusal, unless it is listed. `project` is where the trace is, if that is known."""
        at = Key(keys.trace(workspace, trace_id), keys.refused(kept.kind, kept.id))
        known = self._table.get(at, consistent=True)
        if known is None:
            now_us = self._clock.now_us()
            self._table.put_if(Item(at.pk, at.sk, {_AT: now_us}, _ends_epoch_s(now_us)), Absent())
            known = self._table.get(at, consistent=True)
        if known is None or known.attributes.get(_LISTED):
            return
        at_us = int(known.attributes[_AT] or 0)
        sk = keys.refused_upgrade(at_us, trace_id, kept.kind, kept.id)
        said: dict[str, Value] = {_KEPT: _encode(kept), _WHY: standing.sentence, _PROJECT: project}
        self._table.put([Item(keys.refused_upgrades(workspace), sk, said, _ends_epoch_s(at_us))])
        self._table.update(at, {_LISTED: True}, Equals(_AT, at_us))

    def page(self, workspace: str, limit: int, after: str | None = None) -> list[RefusedUpgrade]:
        """Some of those that are listed, in order of time; those behind a place in the list."""
        rows = KeyRange(keys.refused_upgrades(workspace), after=after, limit=limit, consistent=True)
        return [_refused(row) for row in self._table.query(rows)]

    def settled(self, workspace: str, refused: RefusedUpgrade) -> None:
        """List it no longer: it was upgraded since, or is not there any more."""
        under = Key(keys.trace(workspace, refused.trace_id), keys.refused(refused.kept.kind, refused.kept.id))
        self._table.delete([Key(keys.refused_upgrades(workspace), refused.key)])
        self._table.delete([under])


def listed_keys(workspace: str, trace_id: str, rows: Iterable[Item]) -> list[Key]:
    """Where a workspace lists what was refused of a trace, by the trace's own rows."""
    pk = keys.refused_upgrades(workspace)
    return [
        Key(pk, keys.refused_upgrade(int(row.attributes[_AT] or 0), trace_id, *row.sk.split("#", 2)[1:]))
        for row in rows
        if row.sk.startswith(keys.REFUSED)
    ]


def _refused(row: Item) -> RefusedUpgrade:
    at_us, trace_id, _ = row.sk.split("#", 2)
    kept = _decode(bytes(row.attributes[_KEPT]))  # type: ignore[arg-type]
    project = row.attributes.get(_PROJECT)
    named = None if project is None else str(project)
    return RefusedUpgrade(row.sk, trace_id, kept, int(at_us), str(row.attributes[_WHY]), named)


def _ends_epoch_s(at_us: int) -> int:
    return deletable_epoch_s(at_us + _KEPT_DAYS * US_PER_DAY)
