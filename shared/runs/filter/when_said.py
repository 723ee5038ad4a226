"""Conditions on feedback, narrowed to what was last modified in a stretch of time."""

from __future__ import annotations

from shared.runs.filter.expression import And, Compare, Entry, Expression, Not, Or

MODIFIED_US = "feedback_modified_us"
"""A part of a feedback entry that no filter's text can name: microseconds since 1970."""


def when_said(expression: Expression, start_us: int | None, end_us: int | None) -> Expression:
    """The same expression, in which every condition on a feedback asks that it was modified in [start, end) too."""
    match expression:
        case And(args):
            return And(tuple(when_said(arg, start_us, end_us) for arg in args))
        case Or(args):
            return Or(tuple(when_said(arg, start_us, end_us) for arg in args))
        case Not(arg):
            return Not(when_said(arg, start_us, end_us))
        case Entry("feedback", condition):
            return Entry("feedback", And((condition, *_between(start_us, end_us))))
    return expression


def asks_of_feedback(expression: Expression | None) -> bool:
    """Whether it has a condition on a feedback."""
    match expression:
        case And(args) | Or(args):
            return any(asks_of_feedback(arg) for arg in args)
        case Not(arg):
            return asks_of_feedback(arg)
        case Entry(family, _):
            return family == "feedback"
    return False


def _between(start_us: int | None, end_us: int | None) -> list[Compare]:
    since = [] if start_us is None else [Compare("gte", MODIFIED_US, start_us)]
    until = [] if end_us is None else [Compare("lt", MODIFIED_US, end_us)]
    return [*since, *until]
