"""Feedback summed up by key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.feedback.stats import MAX_COMMENTS, by_key

ANY = st.none() | st.booleans() | st.floats(-1e100, 1e100) | st.text() | st.lists(st.integers())


def test_scores_labels_and_comments_are_told_apart() -> None:
    """Numbers have a mean and a spread, labels are counted, comments are kept."""
    stats = by_key([
        {"key": "a", "score": 1, "comment": "good", "feedback_source": {"type": "api"}},
        {"key": "a", "score": 0.0, "value": "x"},
        {"key": "a", "value": "x", "error": True},
        {"key": "b", "score": True},
    ])  # fmt: skip
    a, b = stats["a"], stats["b"]
    assert (a["n"], a["avg"], a["min"], a["max"], a["errors"]) == (3, 0.5, 0.0, 1.0, 1)
    assert (a["values"], a["comments"], a["sources"]) == ({"x": 2}, ["good"], ["api"])
    assert (b["avg"], b["stdev"]) == (1.0, None)


@given(st.lists(st.fixed_dictionaries({}, optional={"key": ANY, "score": ANY, "value": ANY, "comment": ANY})))
def test_every_feedback_counts_once(said: list[dict[str, object]]) -> None:
    """Whatever clients send, the counts add up to it, and means lie between the extremes."""
    stats = by_key(said)
    assert sum(of_key["n"] for of_key in stats.values()) == len(said)
    scored = [of_key for of_key in stats.values() if of_key["avg"] is not None]
    slack = 1e-9
    assert all(
        one["min"] - abs(one["min"]) * slack <= one["avg"] <= one["max"] + abs(one["max"]) * slack for one in scored
    )


def test_only_some_comments_are_shown() -> None:
    """A statistic does not grow with what it sums up."""
    stats = by_key({"key": "a", "comment": str(number)} for number in range(50))
    assert len(stats["a"]["comments"]) == MAX_COMMENTS
