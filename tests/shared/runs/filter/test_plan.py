"""Every match is in the bounds: what a plan leaves unread matches nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.parse import parse
from shared.runs.filter.plan import ANYTHING, Bounds, bounds
from shared.runs.filter.subject import Known
from tests.shared.runs.filter.filters import BOUNDING, FILTERS
from tests.shared.runs.filter.hostile import runs
from tests.shared.runs.filter.test_parse import NOON_US

HOSTILE = runs(seed=8, count=100)
RUN = "0190abcd-0000-7000-8000-000000000001"


def are_within(known: Known, bound: Bounds) -> bool:
    """Whether a run's own values are in the bounds."""
    run = known.run
    return all(
        (
            bound.start_us is None or run.start_us >= bound.start_us,
            bound.end_us is None or run.start_us <= bound.end_us,
            bound.has_error in (None, run.status == "error"),
            bound.is_root in (None, run.is_root),
            bound.ids is None or run.id in bound.ids,
            bound.trace_ids is None or run.trace_id in bound.trace_ids,
            bound.threads is None or run.thread_id in bound.threads,
        )
    )


def check(text: str) -> None:
    """Every hostile run that matches is in the bounds."""
    expression = parse(text)
    bound = bounds(expression)
    matching = [one.whole for one in HOSTILE if evaluate(expression, one.whole)]
    assert all(are_within(known, bound) for known in matching)


@settings(max_examples=300)
@given(FILTERS)
def test_every_match_is_in_the_bounds(text: str) -> None:
    """Whatever is asked."""
    check(text)


@settings(max_examples=300)
@given(
    st.recursive(BOUNDING, lambda inner: st.builds("{}({}, {})".format, st.sampled_from(["and", "or"]), inner, inner))
)
def test_every_match_is_in_the_bounds_of_what_bounds(text: str) -> None:
    """Of conditions that do bound, joined any way: two that contradict each other have no match."""
    check(text)
    check(f"and({text}, not({text}))")
    check(f"not({text})")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('eq(name, "x")', ANYTHING),
        ('not(eq(status, "error"))', ANYTHING),
        ('eq(status, "error")', Bounds(has_error=True)),
        ('eq(status, "success")', Bounds(has_error=False)),
        ("neq(error, null)", Bounds(has_error=True)),
        ("eq(is_root, true)", Bounds(is_root=True)),
        ('gt(start_time, "2026-11-20T12:00:00")', Bounds(start_us=NOON_US + 1)),
        (
            'and(gte(start_time, "2026-11-20T12:00:00"), lt(start_time, "2026-11-21"))',
            Bounds(NOON_US, NOON_US + 43_200_000_000 - 1),
        ),
        (f'eq(id, "{RUN.upper()}")', Bounds(ids=frozenset([RUN]))),
        (f'in(trace_id, ["{RUN}", null])', Bounds(trace_ids=frozenset([RUN]))),
        (f'eq(id, "{RUN.replace("-", "")}")', Bounds(ids=frozenset([RUN]))),
        ('eq(id, "foo")', Bounds(ids=frozenset())),
        (f'in(id, ["{RUN}", "", "foo"])', Bounds(ids=frozenset([RUN]))),
        ("in(id, [])", Bounds(ids=frozenset())),
        ('and(eq(thread_id, "t"), eq(thread_id, "u"))', Bounds(threads=frozenset())),
        ('or(eq(status, "error"), eq(status, "error"))', Bounds(has_error=True)),
        ('or(eq(status, "error"), eq(is_root, true))', ANYTHING),
        ('and(or(eq(is_root, true), eq(name, "x")), eq(status, "error"))', Bounds(has_error=True)),
    ],
)
def test_what_bounds(text: str, expected: Bounds) -> None:
    """The conditions that save reading."""
    assert bounds(parse(text)) == expected


def test_nothing_asked_bounds_nothing() -> None:
    """No filter, no bounds."""
    assert bounds(None) == ANYTHING
