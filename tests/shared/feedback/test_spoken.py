"""A feedback as the wire and the exports show it."""

from __future__ import annotations

import json

from shared.feedback.feedback import Feedback
from shared.feedback.spoken import feedback_object, feedback_text

GIVEN = Feedback("f1", 1_000_001, 2_000_000, {"run_id": "r1", "key": "liked", "score": 0.5}, "t1", "p1")


def test_what_was_said_stands_beside_where_it_belongs() -> None:
    """Ids and times come from the feedback, everything else as it was said; what was not said is null."""
    shown = json.loads(feedback_text(GIVEN))
    assert (shown["created_at"], shown["modified_at"]) == ("1970-01-01T00:00:01.000001Z", "1970-01-01T00:00:02Z")
    assert (shown["trace_id"], shown["session_id"], shown["run_id"]) == ("t1", "p1", "r1")
    assert (shown["key"], shown["score"], shown["comment"]) == ("liked", 0.5, None)


def test_a_client_that_says_no_to_keeping_is_shown_so() -> None:
    """Either of the two names by which clients say no gives the one that the wire has."""
    unwilling = Feedback("f2", 0, 0, {"key": "k", "_skip_trace_upgrade": True})
    assert feedback_object(unwilling)["extend_trace_retention"] is False
    assert feedback_object(GIVEN)["extend_trace_retention"] is True
