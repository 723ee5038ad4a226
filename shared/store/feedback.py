"""Feedback: rows under the trace that they are about."""

from __future__ import annotations

from shared.retention.periods import deletable_epoch_s
from shared.runs.fact import FeedbackFact
from shared.store import keys
from shared.store.ports import Item

_NO_RUN = "-"


def feedback_item(workspace: str, trace_id: str, feedback: FeedbackFact, receipt: str, ends_us: int) -> Item:
    """The row of one feedback. `body` is the JSON text as it was sent."""
    sk = keys.feedback(feedback.run_id or _NO_RUN, feedback.feedback_id)
    attributes = {"body": feedback.body, "receipt": receipt, "run_id": feedback.run_id}
    return Item(keys.trace(workspace, trace_id), sk, attributes, deletable_epoch_s(ends_us))
