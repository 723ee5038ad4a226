"""Feedback summed up by key."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from functions.api.schemas.feedback_stats import feedback_stats

ANY = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.lists(st.integers())


def test_no_feedback_is_none() -> None:
    """The wire says null where nobody said anything."""
    assert feedback_stats([]) is None


def test_scores_labels_and_comments_are_told_apart() -> None:
    """Numbers have a mean and a spread, labels are counted, comments are kept."""
    said = [
        {"key": "a", "score": 1, "comment": "good", "feedback_source": {"type": "api"}},
        {"key": "a", "score": 0.0, "value": "x"},
        {"key": "a", "value": "x", "error": True},
        {"key": "b", "score": True},
    ]
    stats = feedback_stats([json.dumps(one).encode() for one in said])
    assert stats is not None
    a, b = stats["a"], stats["b"]
    assert (a["n"], a["avg"], a["min"], a["max"], a["errors"]) == (3, 0.5, 0.0, 1.0, 1)
    assert (a["values"], a["comments"], a["sources"]) == ({"x": 2}, ["good"], ["api"])
    assert (b["avg"], b["stdev"]) == (1.0, None)


@given(st.lists(st.fixed_dictionaries({}, optional={"key": ANY, "score": ANY, "value": ANY, "comment": ANY})))
def test_every_feedback_counts_once(said: list[dict[str, object]]) -> None:
    """Whatever clients send, the counts add up to it."""
    stats = feedback_stats([json.dumps(one).encode() for one in said]) or {}
    assert sum(of_key["n"] for of_key in stats.values()) == len(said)
