"""Writes a batch of envelopes: payloads, then chunks, then what lists read.

The order matters. A chunk must not point to a segment that is not there. After its chunks are
written, each trace is read strongly: whoever reads last sees every chunk, so the last head is whole.
Every key follows from the receipt, so doing all of it again changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable

from functions.record.arrivals import Arrival, Sorter
from functions.record.headings import Headings
from functions.record.limits import refuse_excess
from functions.record.listings import Recorded, listing_rows
from functions.record.payloads import store_payloads
from shared.base.clock import Clock
from shared.base.ids import receipt_us
from shared.pricing.prices import PriceTable
from shared.retention.periods import GRACE_US
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope, FeedbackFact, Reject
from shared.store.feedback import feedback_item
from shared.store.ports import Item, Store
from shared.store.questions import Questions
from shared.store.rejects import reject_item
from shared.store.traces import StoredTrace

_MAX_DELAY_S = 900
_SETTLE_DELAY_S = 10

TraceKey = tuple[str, str]


class Recorder:
    """Records batches of envelopes."""

    def __init__(self, store: Store, ask: Questions, clock: Clock, prices: PriceTable, inline_bytes: int) -> None:
        self._store = store
        self._ask = ask
        self._clock = clock
        self._inline_bytes = inline_bytes
        self._sorter = Sorter(ask)
        self._headings = Headings(ask, prices)

    def record(self, envelopes: list[Envelope]) -> None:
        """Make everything in the envelopes readable, or listed among the rejects."""
        self._ask.projects.look_again()
        batch = self._sorter.sort(envelopes)
        for envelope in batch.waiting:
            self._send(envelope, min(2 ** (envelope.tries - 1), _MAX_DELAY_S))
        store_payloads(batch.arrivals, self._store.objects, self._inline_bytes)
        refusals = [reject_item(one.workspace, one.receipt, reject) for one, reject in batch.refused]
        self._store.traces.put([*refusals, *self._chunks(batch.arrivals), *self._feedback(envelopes)])
        self._list(batch.arrivals)
        for envelope in envelopes:
            self._settle(envelope)

    def _chunks(self, arrivals: Iterable[Arrival]) -> list[Item]:
        return [self._ask.traces.row(one.envelope.workspace, one.trace_id, one.chunk) for one in arrivals]

    def _feedback(self, envelopes: Iterable[Envelope]) -> list[Item]:
        return [self._feedback_row(one, feedback) for one in envelopes for feedback in one.feedback]

    def _feedback_row(self, envelope: Envelope, feedback: FeedbackFact) -> Item:
        """Feedback on a run that is not here (yet) waits under the run's own id."""
        trace_id = feedback.trace_id
        if trace_id is None and feedback.run_id is not None:
            trace_id = self._ask.locator.trace_of(envelope.workspace, feedback.run_id)
        owner = trace_id or feedback.run_id or feedback.feedback_id
        ends_us = self._ask.traces.periods.ends_us(receipt_us(envelope.receipt), "base")
        return feedback_item(envelope.workspace, owner, feedback, envelope.receipt, ends_us)

    def _list(self, arrivals: list[Arrival]) -> None:
        """Write what lists read, going by each trace as it is now."""
        by_trace: dict[TraceKey, list[Arrival]] = defaultdict(list)
        for arrival in arrivals:
            by_trace[arrival.envelope.workspace, arrival.trace_id].append(arrival)
        recorded: list[Recorded] = []
        to_head: list[StoredTrace] = []
        mended: list[Item] = []
        for key, stored in self._ask.traces.stored_many(list(by_trace)):
            of_trace = by_trace[key]
            if stored.ends_us <= self._clock.now_us():
                mended.extend(_too_late(of_trace, stored))
                continue
            mended.extend(self._mended(of_trace, stored))
            recorded.extend((arrival, stored) for arrival in of_trace)
            if self._headings.can_wait(of_trace, stored):
                self._settle_later(of_trace[0].envelope, stored)
            elif self._headings.wants(of_trace, stored):
                to_head.append(stored)
        rows, notes = listing_rows(recorded, self._ask.hours)
        self._store.traces.put([*mended, *rows])
        self._ask.hours.remember(notes)
        self._headings.write(to_head)

    def _mended(self, arrivals: list[Arrival], stored: StoredTrace) -> list[Item]:
        """Chunks to write again now that the whole trace is known, and the refusals that follow from it."""
        before = [one.chunk for one in arrivals]
        refused = refuse_excess(arrivals, stored)
        for one in arrivals:
            if receipt_us(one.chunk.receipt) - stored.born_us > GRACE_US:
                one.chunk = dataclasses.replace(one.chunk, born_us=stored.born_us)
        changed = [one for one, chunk in zip(arrivals, before, strict=True) if one.chunk is not chunk]
        envelope = arrivals[0].envelope
        rejects = [reject_item(envelope.workspace, envelope.receipt, reject) for reject in refused]
        return [*self._chunks(changed), *rejects]

    def _settle_later(self, envelope: Envelope, stored: StoredTrace) -> None:
        later = Envelope(envelope.receipt, envelope.workspace, envelope.key_id, [], settle=[stored.id])
        self._send(later, _SETTLE_DELAY_S)

    def _settle(self, envelope: Envelope) -> None:
        """Make the heads of traces again that had late facts."""
        found = self._ask.traces.stored_many([(envelope.workspace, trace_id) for trace_id in envelope.settle])
        self._headings.write([stored for _, stored in found if stored.ends_us > self._clock.now_us()])

    def _send(self, envelope: Envelope, delay_s: int) -> None:
        self._store.operations.send(pack_envelope(envelope), group=envelope.workspace, delay_s=delay_s)


def _too_late(arrivals: list[Arrival], stored: StoredTrace) -> list[Item]:
    """Refusals of what came for a trace whose time is over."""
    return [
        reject_item(
            one.envelope.workspace,
            one.envelope.receipt,
            Reject(
                f"run.{fact.run_id}",
                f"Trace {stored.id} has expired by its retention; nothing can be added",
                fact.run_id,
            ),
        )
        for one in arrivals
        for fact in one.facts
    ]
