"""Conditions on feedback, narrowed to a stretch of time."""

from __future__ import annotations

from typing import Any

import pytest

from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.parse import parse
from shared.runs.filter.subject import Known
from shared.runs.filter.when_said import asks_of_feedback, when_said
from shared.runs.run import Run
from shared.runs.times import time_us

NOON = "2026-11-20T12:00:00Z"
NOON_US = time_us(NOON)


def known(*feedback: dict[str, Any]) -> Known:
    """A run of which this was said."""
    return Known(Run("id", "id", {"name": "x"}), None, feedback)


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ('eq(feedback_key, "k")', True),
        ('neq(feedback_key, "k")', True),
        ('and(eq(name, "x"), or(eq(name, "y"), not(gt(feedback_score, 1))))', True),
        ('eq(metadata_key, "feedback_key")', False),
        ('search("feedback_key")', False),
        ('not(eq(name, "x"))', False),
    ],
)
def test_conditions_on_feedback_are_seen(text: str, does: bool) -> None:
    """However deep they stand."""
    assert asks_of_feedback(parse(text)) is does
    assert not asks_of_feedback(None)


@pytest.mark.parametrize(
    ("text", "start_us", "end_us", "matches"),
    [
        ('eq(feedback_key, "k")', NOON_US, NOON_US + 1, True),
        ('eq(feedback_key, "k")', NOON_US + 1, None, False),
        ('eq(feedback_key, "k")', None, NOON_US, False),
        ('not(eq(feedback_key, "k"))', None, NOON_US, True),
        ('or(eq(name, "x"), eq(feedback_key, "k"))', None, NOON_US, True),
        ('and(eq(name, "x"), eq(feedback_key, "k"))', None, NOON_US, False),
        ('and(eq(feedback_key, "k"), eq(feedback_score, 1))', NOON_US, None, True),
        ('eq(feedback_key, "k")', None, None, True),
    ],
)
def test_only_what_was_modified_then_is_seen(
    text: str, start_us: int | None, end_us: int | None, matches: bool
) -> None:
    """The start is part of the stretch, the end is not; other conditions are as they were."""
    said = known({"key": "k", "score": 1, "modified_at": NOON}, {"key": "other", "modified_at": NOON})
    assert evaluate(when_said(parse(text), start_us, end_us), said) is matches
