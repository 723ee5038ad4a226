"""What came for traces that were deleted: refused by name, and removed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from functions.record.arrivals import Arrival
from shared.runs.fact import Envelope, FeedbackFact, Reject
from shared.store.erased import tombstone_key
from shared.store.erasure import refuse_late
from shared.store.ports import Item, Store
from shared.store.rejects import reject_item
from shared.store.traces import StoredTrace

DELETED = "was deleted"
EXPIRED = "has expired by its retention"


class Given(NamedTuple):
    """A feedback, and the trace (or the run) under which it is kept."""

    envelope: Envelope
    feedback: FeedbackFact
    owner: str


def remove_late(store: Store, stored: Iterable[StoredTrace], given: Sequence[Given]) -> list[Item]:
    """Have removed what this batch wrote for erased traces; gives the refusals of feedback among it.

    The chunks and feedback are there by now, and unreadable: whoever removes them finds the rest by them.
    """
    late: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in stored:
        if one.erased_by is not None:
            late[one.workspace, one.erased_by].add(one.id)
    refused: list[Item] = []
    for erased_by, spoken in _of_erased(store, given):
        late[spoken.envelope.workspace, erased_by].add(spoken.owner)
        refused.append(_refusal(spoken, DELETED))
    for (workspace, erasure_id), trace_ids in late.items():
        refuse_late(store.erasures, workspace, {erasure_id: sorted(trace_ids)})
    return refused


def remove_joined(store: Store, traces: Iterable[tuple[str, str]]) -> None:
    """Have removed the feedback that was waiting, and was brought to these traces, where they are erased."""
    for workspace, trace_id in sorted(traces):
        tombstone = store.traces.get(tombstone_key(workspace, trace_id), consistent=True)
        if tombstone is not None:
            refuse_late(store.erasures, workspace, {str(tombstone.attributes["by"]): [trace_id]})


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


def _of_erased(store: Store, given: Sequence[Given]) -> Iterator[tuple[str, Given]]:
    """The feedback whose trace has a tombstone, with the erasure it names."""
    tombstones = {tombstone_key(one.envelope.workspace, one.owner): one for one in given}
    erased_by = {key: row.attributes["by"] for key in tombstones if (row := store.traces.get(key, consistent=True))}
    for one in given:
        by = erased_by.get(tombstone_key(one.envelope.workspace, one.owner))
        if by is not None:
            yield str(by), one


def _refusal(one: Given, over: str) -> Item:
    reason = f"Trace {one.owner} {over}; nothing can be added"
    where = Reject(f"feedback.{one.feedback.feedback_id}", reason, one.feedback.run_id)
    return reject_item(one.envelope.workspace, one.envelope.receipt, where)
