"""Feedback about a run, as its statistics show it."""

from __future__ import annotations

import json

from shared.wire.feedback_stats import feedback_stats


def test_no_feedback_is_none() -> None:
    """The wire says null where nobody said anything."""
    assert feedback_stats([]) is None


def test_texts_are_summed_up_by_key() -> None:
    """What stands in each JSON text counts once."""
    said = [{"key": "a", "score": 1}, {"key": "a", "score": 0}, {"key": "b"}]
    stats = feedback_stats([json.dumps(one).encode() for one in said]) or {}
    assert {key: (one["n"], one["avg"]) for key, one in stats.items()} == {"a": (2, 0.5), "b": (1, None)}
