"""A feedback as the wire and the exports show it."""

from __future__ import annotations

from typing import Any

import msgspec

from shared.feedback.feedback import CHANGEABLE, Feedback
from shared.runs.times import utc_time

_AS_SAID = (
    "run_id",
    "key",
    *CHANGEABLE,
    "feedback_source",
    "start_time",
    "comparative_experiment_id",
    "feedback_group_id",
    "extra",
    "error",
)
_encode = msgspec.json.Encoder().encode


def feedback_object(feedback: Feedback) -> dict[str, Any]:
    """The feedback, ready to be encoded."""
    return {
        "id": feedback.id,
        "created_at": utc_time(feedback.created_us),
        "modified_at": utc_time(feedback.modified_us),
        "trace_id": feedback.trace_id,
        "session_id": feedback.project,
        **{name: feedback.fields.get(name) for name in _AS_SAID},
        "extend_trace_retention": feedback.extends_retention,
    }


def feedback_text(feedback: Feedback) -> bytes:
    """The feedback as JSON."""
    return _encode(feedback_object(feedback))
