"""Feedback that rode in a multipart body, and feedback that waited for runs which are here now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from functions.record.arrivals import Arrival
from functions.record.late import Given
from shared.base.errors import Malformed, NotFound
from shared.feedback.check import checked
from shared.feedback.feedback import Fields
from shared.runs.fact import Envelope, FeedbackFact, Reject
from shared.store.feedback import Owner
from shared.store.feedbacks import Create, Feedbacks
from shared.store.ports import Item
from shared.store.rejects import reject_item

TraceKey = tuple[str, str]
_fields = msgspec.json.Decoder(Fields).decode


class Placed(NamedTuple):
    """One feedback of a batch, and its rows."""

    envelope: Envelope
    fact: FeedbackFact
    create: Create


@dataclass
class FeedbackBatch:
    """The feedback of a batch: what is to be written, and what was refused."""

    placed: list[Placed] = field(default_factory=list)
    rejects: list[Item] = field(default_factory=list)

    @property
    def rows(self) -> list[Item]:
        """All rows to write."""
        return [*self.rejects, *(row for one in self.placed for row in one.create.rows)]

    @property
    def of_traces(self) -> list[Given]:
        """What is said of runs, and so under which traces."""
        found = ((one, one.create.owner) for one in self.placed)
        return [Given(one.envelope, one.fact, owner.id) for one, owner in found if owner.kind == "trace"]


class FeedbackDesk:
    """Takes feedback in, and brings it where it belongs."""

    def __init__(self, feedbacks: Feedbacks) -> None:
        self._feedbacks = feedbacks

    def sort(self, envelopes: Iterable[Envelope]) -> FeedbackBatch:
        """All feedback of the envelopes."""
        batch = FeedbackBatch()
        for envelope in envelopes:
            for fact in envelope.feedback:
                self._sort_one(batch, envelope, fact)
        return batch

    def spread(self, batch: FeedbackBatch) -> set[TraceKey]:
        """Bring what was written where it belongs; gives traces that got feedback which waited for their runs."""
        waiting: dict[str, set[str]] = defaultdict(set)
        for envelope, fact, (_, owner, waits_for) in batch.placed:
            if owner.kind == "project":
                self._feedbacks.list_of_project(envelope.workspace, owner, fact.feedback_id, envelope.receipt)
            elif waits_for is not None:
                waiting[envelope.workspace].add(waits_for)
        return self._joined(
            (workspace, self._feedbacks.homes.look_again(workspace, run_ids)) for workspace, run_ids in waiting.items()
        )

    def welcome(self, arrivals: Iterable[Arrival]) -> set[TraceKey]:
        """Bring what waited to the runs that have arrived; gives the traces that got some.

        A root is not looked for: what waits for it lies under its id, which is its trace's, already.
        """
        arrived: dict[str, dict[str, str]] = defaultdict(dict)
        for one in arrivals:
            below = {fact.run_id: one.trace_id for fact in one.facts if fact.run_id != one.trace_id}
            arrived[one.envelope.workspace] |= below
        homes = self._feedbacks.homes
        return self._joined(
            (workspace, homes.join(workspace, {run_id: trace_of[run_id] for run_id in waited}))
            for workspace, trace_of in arrived.items()
            if (waited := homes.waiting(workspace, trace_of.keys()))
        )

    def _sort_one(self, batch: FeedbackBatch, envelope: Envelope, fact: FeedbackFact) -> None:
        try:
            fields = checked(_fields(fact.body))
            create = self._feedbacks.to_create(envelope.workspace, fact.feedback_id, fields, envelope.receipt)
        except (Malformed, NotFound) as error:
            reject = Reject(f"feedback.{fact.feedback_id}", error.message, fact.run_id)
            batch.rejects.append(reject_item(envelope.workspace, envelope.receipt, reject))
        else:
            batch.placed.append(Placed(envelope, fact, create))

    @staticmethod
    def _joined(moved: Iterable[tuple[str, dict[str, Owner]]]) -> set[TraceKey]:
        return {(workspace, owner.id) for workspace, owners in moved for owner in owners.values()}
