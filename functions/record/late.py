"""What came for traces whose time is over: refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from functions.record.arrivals import Arrival
from shared.runs.fact import Envelope, FeedbackFact, Reject
from shared.store.ports import Item
from shared.store.rejects import reject_item
from shared.store.traces import StoredTrace

EXPIRED = "has expired by its retention"


class Given(NamedTuple):
    """A feedback, and the trace (or the run) under which it is kept."""

    envelope: Envelope
    feedback: FeedbackFact
    owner: str


def expired_feedback(stored: StoredTrace, given: Iterable[Given]) -> list[Item]:
    """Refusals of feedback on a trace whose time is over: it is unreadable, and its rows end by themselves."""
    about = (one for one in given if (one.envelope.workspace, one.owner) == (stored.workspace, stored.id))
    return [_refusal(one, EXPIRED) for one in about]


def too_late(arrivals: Iterable[Arrival], trace_id: str, over: str) -> list[Item]:
    """Refusals of what came for a trace whose time is over."""
    return [
        reject_item(
            one.envelope.workspace,
            one.envelope.receipt,
            Reject(f"run.{fact.run_id}", f"Trace {trace_id} {over}; nothing can be added", fact.run_id),
        )
        for one in arrivals
        for fact in one.facts
    ]


def _refusal(one: Given, over: str) -> Item:
    reason = f"Trace {one.owner} {over}; nothing can be added"
    where = Reject(f"feedback.{one.feedback.feedback_id}", reason, one.feedback.run_id)
    return reject_item(one.envelope.workspace, one.envelope.receipt, where)
