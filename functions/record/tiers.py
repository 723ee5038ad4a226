"""In which tier a trace is, as soon as it is known: born there, or put there by feedback.

A trace is born in the tier that its project gave when its earliest request was received. The base tier needs no row;
the extended one is the trace's fate, written by condition. So it is the same trace whatever comes first, twice, or
at once; and where two that were received around a change of the setting disagree, the extended tier, once written,
stays.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from functions.record.arrivals import Arrival
from functions.record.listings import Recorded
from shared.base.clock import Clock
from shared.base.units import US_PER_DAY
from shared.retention.kept import Kept
from shared.retention.periods import Tier
from shared.store import keys
from shared.store.attachments import attachments_of
from shared.store.causes import asking_feedback
from shared.store.fates import upgrade_item
from shared.store.ports import Store
from shared.store.questions import Questions
from shared.store.traces import StoredTrace

TraceKey = tuple[str, str]
Found = tuple[TraceKey, StoredTrace]


class Tiers:
    """Settles the tiers of the traces that a batch touches."""

    def __init__(self, store: Store, ask: Questions, clock: Clock, gather_s: int) -> None:
        self._gather_s = gather_s
        self._table = store.traces
        self._ask = ask
        self._clock = clock
        self._upgrades = ask.upgrades

    def of_rows(self, stored: StoredTrace) -> Tier:
        """The tier whose end a trace's new rows have: there is time to put by what comes in the first half of base."""
        half_us = stored.periods.base_days * US_PER_DAY // 2
        return "base" if self._clock.now_us() < stored.born_us + half_us else stored.tier

    def settled(self, found: Sequence[Found], arrived: Mapping[TraceKey, Sequence[Arrival]]) -> list[Found]:
        """The traces, as strongly read behind the arrivals, each in its tier."""
        return [(key, self._settled(stored, arrived.get(key, ()))) for key, stored in found]

    def move_late(self, recorded: Iterable[Recorded]) -> None:
        """Have what came into the base tier for long-lived traces moved, now that all of its rows are written.

        Of a young trace there is more to come: it waits, to be put by once.
        """
        young: dict[TraceKey, int] = {}
        for arrival, stored in recorded:
            if stored.tier == "extended" and arrival.tier == "base":
                young[stored.workspace, stored.id] = len(stored.chunks)
            elif stored.tier == "extended" and _is_in_base_tier(arrival):
                self._upgrades.move(stored.workspace, {stored.id: len(stored.chunks)})
        for workspace in {workspace for workspace, _ in young}:
            chunks = {trace_id: count for (of, trace_id), count in young.items() if of == workspace}
            self._upgrades.move(workspace, chunks, self._gather_s)

    def _settled(self, stored: StoredTrace, arrivals: Sequence[Arrival]) -> StoredTrace:
        if stored.erased_by is not None or stored.ends_us <= self._clock.now_us():
            return stored
        first = next((one for one in arrivals if one.chunk.order == stored.chunks[0].order), None)
        if first is not None and (stored.kept or self._born(stored, first)):
            return self._with_birth(stored, first)
        if stored.kept is None and stored.feedback:
            return self._kept_by_feedback(stored)
        return stored

    def _born(self, stored: StoredTrace, first: Arrival) -> Kept | None:
        """The birth of a trace in the extended tier, by its earliest request."""
        if first.birth != "extended":
            return None
        return Kept("project", first.project.id, stored.born_us, name=first.project.name)

    def _with_birth(self, stored: StoredTrace, first: Arrival) -> StoredTrace:
        """The trace in the extended tier. Its row for the bill is written again wherever its birth is seen again."""
        kept = stored.kept or self._born(stored, first)
        if kept is None:
            return stored
        if stored.kept is None:
            standing = self._upgrades.refusal(stored.workspace)
            if standing is not None:
                self._upgrades.refuse(stored.workspace, stored.id, kept, standing, stored.chunks[0].project)
                return stored
            if not self._upgrades.set_fate(stored.workspace, stored.id, kept):
                return stored if (now := self._read_again(stored)) is None else now
        if kept.kind == "project":
            project = stored.chunks[0].project
            self._table.put([upgrade_item(stored.workspace, project, stored.id, kept)])
        return dataclasses.replace(stored, tier="extended", kept=kept)

    def _kept_by_feedback(self, stored: StoredTrace) -> StoredTrace:
        """The trace, upgraded where feedback on it asks for that. Its head is made by who asked."""
        asking = next(asking_feedback(self._ask.retention, stored.workspace, stored.id, stored.feedback), None)
        if asking is None:
            return stored
        kept = msgspec.structs.replace(asking, at_us=self._clock.now_us())
        project = stored.chunks[0].project
        if not self._upgrades.extend(stored.workspace, stored.id, kept, makes_head=False, project=project):
            return stored if (now := self._read_again(stored)) is None else now
        return dataclasses.replace(stored, tier="extended", kept=kept)

    def _read_again(self, stored: StoredTrace) -> StoredTrace | None:
        """The trace after another wrote its fate."""
        return self._ask.traces.stored(stored.workspace, stored.id)


def _is_in_base_tier(arrival: Arrival) -> bool:
    """Whether anything that the arrival's chunk points to ends with the base tier."""
    pointed = {arrival.chunk.segment, *attachments_of(arrival.facts)} - {None}
    return any(keys.tier_of(str(key)) == "base" for key in pointed)
