"""The head of a trace: its root as merged, and the totals of its tree."""

from __future__ import annotations

import msgspec

from shared.base.units import KIB
from shared.feedback.feedback import Feedback
from shared.pricing.prices import PriceTable
from shared.runs.dotted_order import root_start_us
from shared.runs.fact import PAYLOAD_FIELDS, Fields
from shared.runs.run import Run
from shared.runs.trace import Trace
from shared.store.chunks import AtHand
from shared.store.feedback import Owner, feedback_in
from shared.store.heads import Head, SaidOfRun
from shared.store.traces import StoredTrace

_NOT_IN_HEADS = ("serialized",)
MAX_FEEDBACK_BYTES = 2 * KIB
"""Some twenty scores with short comments; every KiB of a head is a write unit, and is read by every list."""


def head_of(stored: StoredTrace, prices: PriceTable, at_hand: AtHand) -> tuple[Head, int]:
    """The head that these chunks give, and when its root started.

    A trace whose root has not arrived is listed too: as a pending run without a name, at the start that
    its other runs give for the root.
    """
    trace = Trace(stored.id, stored.merged(at_hand), prices)
    root = trace.root or _missing_root(trace)
    head = Head(
        trace_id=stored.id,
        project=root.project,
        fields=_summaries(root.fields),
        totals=trace.totals.get(root.id),
        first_token_us=trace.first_token_us,
        runs=len(trace.runs),
        failed_runs=sum(run.status == "error" for run in trace.runs.values()),
        chunks=len(stored.chunks),
        born_us=stored.born_us,
        ends_us=stored.ends_us,
        tier=stored.tier,
        kept_because=stored.kept_because,
        feedback=_feedback(stored),
        feedback_facts=len(stored.feedback),
    )
    return head, root_start_us(root.dotted_order)


def _feedback(stored: StoredTrace) -> list[SaidOfRun] | None:
    """The feedback of all its runs, or None where that is too much for a row that every list reads."""
    found = feedback_in(stored.feedback, Owner("trace", stored.id))
    kept = [_said_of_run(one, stored.id) for one in found]
    return kept if len(msgspec.msgpack.encode(kept)) <= MAX_FEEDBACK_BYTES else None


def _said_of_run(feedback: Feedback, trace_id: str) -> SaidOfRun:
    fields = feedback.fields
    return SaidOfRun(
        run_id=None if feedback.run_id == trace_id else feedback.run_id,
        key=feedback.key,
        score=feedback.score,
        value=fields.get("value"),
        comment=fields.get("comment"),
        source=feedback.source.get("type"),
        is_error=fields.get("error") is True,
    )


def _missing_root(trace: Trace) -> Run:
    some = trace.in_order[0]
    fields: Fields = {"dotted_order": some.dotted_order.split(".", 1)[0], "project": some.project}
    return Run(trace.id, trace.id, fields)


def _summaries(fields: Fields) -> Fields:
    """The fields without the places of payloads."""
    kept = {name: value for name, value in fields.items() if name not in _NOT_IN_HEADS}
    for name in PAYLOAD_FIELDS:
        if name in kept:
            kept[name] = kept[name][:1]
    return kept
