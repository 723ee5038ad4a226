"""Writes a batch of envelopes: payloads, then chunks, then what lists read.

The order matters. A chunk must not point to a segment that is not there. After its chunks are
written, each trace is read strongly: whoever reads last sees every chunk, so the last head is whole.
Every key follows from the receipt, so doing all of it again changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from functions.record.arrivals import Arrival, Sorter
from functions.record.feedback import FeedbackDesk
from functions.record.headings import Headings
from functions.record.late import DELETED, EXPIRED, Given, expired_feedback, remove_joined, remove_late, too_late
from functions.record.limits import refuse_excess
from functions.record.listings import Recorded, listing_rows
from functions.record.noticed import Noticed, settled_rows
from functions.record.payloads import store_payloads
from functions.record.tiers import Tiers
from shared.base.clock import Clock
from shared.base.ids import receipt_us
from shared.pricing.prices import Prices
from shared.retention.periods import GRACE_US
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope
from shared.store.feed import left_out_item
from shared.store.ports import Item, Store
from shared.store.questions import Questions
from shared.store.recount import late_items
from shared.store.rejects import reject_item
from shared.store.traces import StoredTrace

_MAX_DELAY_S = 900
_SETTLE_DELAY_S = 10

TraceKey = tuple[str, str]


class Recorder:
    """Records batches of envelopes."""

    def __init__(
        self, store: Store, ask: Questions, clock: Clock, prices: Prices, inline_bytes: int, gather_s: int
    ) -> None:
        self._store = store
        self._ask = ask
        self._clock = clock
        self._inline_bytes = inline_bytes
        self._headings = Headings(ask, prices)
        self._desk = FeedbackDesk(ask.feedbacks)
        self._tiers = Tiers(store, ask, clock, gather_s)
        self._sorter = Sorter(ask)

    def record(self, envelopes: list[Envelope]) -> None:
        """Make everything in the envelopes readable, or listed among the rejects."""
        for workspace, key_id in {(one.workspace, one.key_id) for one in envelopes}:
            if key_id:  # what the rooms send themselves has none
                self._ask.access.uses.note(workspace, key_id)
        self._ask.projects.look_again()
        batch = self._sorter.sort(envelopes)
        for envelope in batch.waiting:
            self._send(envelope, min(2 ** (envelope.tries - 1), _MAX_DELAY_S))
        store_payloads(batch.arrivals, self._store.objects, self._inline_bytes, self._clock.now_us())
        refusals = [reject_item(one.workspace, one.receipt, reject) for one, reject in batch.refused]
        feedback = self._desk.sort(envelopes)
        left_out = self._left_out(envelopes)
        self._store.traces.put([*refusals, *left_out, *self._chunks(batch.arrivals), *feedback.rows])
        self._list(batch.arrivals, feedback.of_traces)
        asked = {(one.workspace, trace_id): one.receipt for one in envelopes for trace_id in one.settle}
        joined = self._desk.spread(feedback) | self._desk.welcome(batch.arrivals)
        remove_joined(self._store, joined)
        receipts = {one.workspace: one.receipt for one in envelopes}
        self._settle({key: receipts[key[0]] for key in joined} | asked)

    def _chunks(self, arrivals: Iterable[Arrival]) -> list[Item]:
        rows = self._ask.traces
        return [rows.row(one.envelope.workspace, one.trace_id, one.chunk, one.tier) for one in arrivals]

    def _left_out(self, envelopes: Iterable[Envelope]) -> list[Item]:
        """The rows by which is counted what a limit left out."""
        now_us, periods = self._clock.now_us(), self._ask.traces.periods
        rows: list[Item] = []
        for one in envelopes:
            if one.left_out is not None and one.left_out.runs:
                ends_us = periods.ends_us(receipt_us(one.receipt), "base")
                rows.append(left_out_item(one.workspace, one.receipt, one.left_out, now_us, ends_us))
                rows.extend(late_items(one.workspace, one.receipt, (), now_us))
        return rows

    def _list(self, arrivals: list[Arrival], given: list[Given]) -> None:
        """Write what lists read, going by each trace as it is now."""
        by_trace: dict[TraceKey, list[Arrival]] = defaultdict(list)
        for arrival in arrivals:
            by_trace[arrival.envelope.workspace, arrival.trace_id].append(arrival)
        recorded: list[Recorded] = []
        to_head: list[StoredTrace] = []
        mended: list[Item] = []
        told = {(one.envelope.workspace, one.owner): one.envelope for one in given}
        found = self._tiers.settled(self._ask.traces.stored_many(list(by_trace | told)), by_trace)
        for key, stored in found:
            of_trace = by_trace[key]
            over = self._over(stored)
            if over is not None:
                mended.extend(too_late(of_trace, stored.id, over))
                mended.extend(expired_feedback(stored, given) if over == EXPIRED else ())
                continue
            mended.extend(self._mended(of_trace, stored) if of_trace else ())
            recorded.extend((arrival, stored) for arrival in of_trace)
            if self._headings.can_wait(of_trace, stored):
                self._settle_later(of_trace[0].envelope if of_trace else told[key], stored)
            elif key in told or self._headings.wants(of_trace, stored):
                to_head.append(stored)
        mended.extend(remove_late(self._store, (stored for _, stored in found), given))
        rows, notes = listing_rows(recorded, self._noticed(found, given), self._ask.hours, self._clock.now_us())
        self._store.traces.put([*mended, *rows])
        self._tiers.move_late(recorded)
        self._ask.hours.noted.remember(notes)
        self._list_feedback(stored for _, stored in found)
        # By now nobody else needs the facts of this batch.
        self._headings.write(to_head, {one.chunk.facts: one.facts for one in arrivals})

    def _noticed(self, found: Sequence[tuple[TraceKey, StoredTrace]], given: Iterable[Given]) -> Noticed:
        """The traces that the feedback of this batch is about, as far as they are here."""
        here = {key: stored for key, stored in found if self._over(stored) is None}
        noticed = Noticed()
        for one in given:
            stored = here.get((one.envelope.workspace, one.owner))
            if stored is not None:
                noticed.add(one.envelope, stored)
        return noticed

    def _over(self, stored: StoredTrace) -> str | None:
        """Why nothing can be added to this trace, or None."""
        if stored.erased_by is not None:
            return DELETED
        return EXPIRED if stored.ends_us <= self._clock.now_us() else None

    def _mended(self, arrivals: list[Arrival], stored: StoredTrace) -> list[Item]:
        """Chunks to write again now that the whole trace is known, and the refusals that follow from it."""
        before = [(one.chunk, one.tier) for one in arrivals]
        refused = refuse_excess(arrivals, stored)
        for one in arrivals:
            if receipt_us(one.chunk.receipt) - stored.born_us > GRACE_US:
                one.chunk = dataclasses.replace(one.chunk, born_us=stored.born_us)
            one.tier = self._tiers.of_rows(stored)
        changed = [one for one, known in zip(arrivals, before, strict=True) if (one.chunk, one.tier) != known]
        envelope = arrivals[0].envelope
        rejects = [reject_item(envelope.workspace, envelope.receipt, reject) for reject in refused]
        return [*self._chunks(changed), *rejects]

    def _settle_later(self, envelope: Envelope, stored: StoredTrace) -> None:
        later = Envelope(envelope.receipt, envelope.workspace, envelope.key_id, [], settle=[stored.id])
        self._send(later, _SETTLE_DELAY_S)

    def _settle(self, traces: Mapping[TraceKey, str]) -> None:
        """Make the lists of feedback and the heads of traces again that something was said of since, by a receipt."""
        found = [stored for _, stored in self._tiers.settled(self._ask.traces.stored_many(sorted(traces)), {})]
        self._list_feedback(found)
        open_ones = [stored for stored in found if self._over(stored) is None]
        now_us = self._clock.now_us()
        self._store.traces.put([row for one in open_ones for row in settled_rows(traces, one, now_us)])
        self._headings.write(open_ones, {})

    def _list_feedback(self, traces: Iterable[StoredTrace]) -> None:
        for stored in traces:
            if stored.feedback and self._over(stored) is None:
                self._ask.feedbacks.list_new(stored)

    def _send(self, envelope: Envelope, delay_s: int) -> None:
        self._store.operations.send(pack_envelope(envelope), group=envelope.workspace, delay_s=delay_s)
