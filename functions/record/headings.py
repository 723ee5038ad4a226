"""When a trace gets a head, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from functions.record.arrivals import Arrival
from functions.record.summary import head_of
from shared.pricing.prices import Prices
from shared.store.chunks import AtHand
from shared.store.heads import HeadPlace, NewHead
from shared.store.questions import Questions
from shared.store.traces import StoredTrace

_SETTLE_CHUNKS = 64
"""A finished trace of more chunks is not summarised for every late fact, but once a while later."""

_ROOTLESS_CHUNKS = 16
"""A trace without a root gets a new provisional head each time it has grown by so many chunks."""


class Headings:
    """Writes heads.

    A trace whose root has not arrived gets a provisional head, at the start of the earliest run that is
    there, so that it is listed at all. Where that stands is noted under the trace, and whoever sees the
    root takes it back. The order makes that safe: note, provisional head, read again. Either this last
    read sees the root, or the root was written after it, and then its own writer's read sees the note.
    """

    def __init__(self, ask: Questions, prices: Prices) -> None:
        self._ask = ask
        self._prices = prices

    def wants(self, arrivals: Sequence[Arrival], stored: StoredTrace) -> bool:
        """At the root's create and end, for what comes after its end, and now and then while there is no root.

        A large trace that sends its root last is not summed up for each of its requests; one that never sends
        it shows in lists what it had some requests ago.
        """
        if stored.has_root:
            return any(one.chunk.root for one in arrivals) or stored.has_root_end
        chunks = len(stored.chunks)
        return chunks <= _ROOTLESS_CHUNKS or chunks // _ROOTLESS_CHUNKS > (chunks - len(arrivals)) // _ROOTLESS_CHUNKS

    def can_wait(self, arrivals: Sequence[Arrival], stored: StoredTrace) -> bool:
        """Whether these are late facts of a large trace that has ended, for which one head later does."""
        is_late = stored.has_root_end and not any(one.chunk.root for one in arrivals)
        return is_late and len(stored.chunks) > _SETTLE_CHUNKS

    def write(self, traces: Sequence[StoredTrace], at_hand: AtHand) -> None:
        """The heads of these traces, as they were read. Facts `at_hand` are used up."""
        self._write_rooted([(stored, stored.provisional) for stored in traces if stored.has_root], at_hand)
        self._write_provisional([stored for stored in traces if not stored.has_root], at_hand)

    def _write_rooted(self, rooted: Sequence[tuple[StoredTrace, HeadPlace | None]], at_hand: AtHand) -> None:
        """The heads of traces with a root; those at their provisional places are taken back."""
        heads = [self._new(stored, at_hand) for stored, _ in rooted]
        self._ask.heads.write(heads)
        for new, (_, provisional) in zip(heads, rooted, strict=True):
            if provisional is not None and provisional != new.place:
                self._ask.heads.withdraw(new.workspace, new.head.trace_id, provisional)

    def _write_provisional(self, rootless: Sequence[StoredTrace], at_hand: AtHand) -> None:
        if not rootless:
            return
        heads = [self._new(stored, at_hand) for stored in rootless]
        self._ask.heads.note_provisional(heads)
        self._ask.heads.write(heads)
        places = {(new.workspace, new.head.trace_id): new.place for new in heads}
        again = self._ask.traces.stored_many(list(places))
        self._write_rooted([(stored, places[key]) for key, stored in again if stored.has_root], {})

    def _new(self, stored: StoredTrace, at_hand: AtHand) -> NewHead:
        head, root_start_us = head_of(stored, self._prices.of(stored.workspace), at_hand)
        shards = self._ask.projects.resolve(stored.workspace, f"id:{head.project}").shards
        place = HeadPlace(head.project, root_start_us, shards)
        return NewHead(stored.workspace, head, place if stored.has_root else stored.provisional or place)
