"""Less knowledge of a run never gives another answer, only none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.parse import parse
from tests.shared.runs.filter.asked import ASKED
from tests.shared.runs.filter.filters import FILTERS
from tests.shared.runs.filter.hostile import runs

HOSTILE = runs(seed=7, count=100)


def check(text: str) -> None:
    """What a chunk, a head or a row of the log tells is nothing, or what the whole tells."""
    expression = parse(text)
    for one in HOSTILE:
        whole = evaluate(expression, one.whole)
        assert {evaluate(expression, part) for part in (one.chunk, one.head, one.logged)} <= {None, whole}


@settings(max_examples=300)
@given(FILTERS)
def test_less_knowledge_is_no_other_answer(text: str) -> None:
    """Whatever is asked."""
    check(text)


@pytest.mark.parametrize("text", ASKED)
def test_less_knowledge_is_no_other_answer_to_what_people_ask(text: str) -> None:
    """And of what people ask, each."""
    check(text)


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ('eq(name, "refund")', True),
        ('eq(status, "error")', True),
        ('gt(latency, "1s")', True),
        ('has(tags, "prod")', True),
        ('search("refund")', True),
        ("and(eq(total_tokens, 7), in(name, []))", True),
        ("eq(total_tokens, 7)", False),
        ('eq(feedback_key, "correct")', False),
    ],
)
def test_what_a_row_of_the_log_knows(text: str, is_known: bool) -> None:
    """Names, times, tags, status and previews are answered without the trace; totals and feedback need it."""
    answers = [evaluate(parse(text), one.logged) for one in HOSTILE]
    assert (None not in answers) is is_known


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ('like(error, "%needle")', lambda view: len(view["error"] or "") >= 250),
        ('search(outputs, "x")', lambda view: view["outputs"] is not None),
    ],
)
def test_a_row_of_the_log_knows_what_it_does_not_know(text: str, is_open: object) -> None:
    """A long error and the whole outputs lie in the payload, and nothing is guessed of them."""
    assert callable(is_open)
    for one in HOSTILE:
        assert (evaluate(parse(text), one.logged) is None) is is_open(one.view)


def test_metadata_too_large_for_a_row_is_asked_of_the_payload() -> None:
    """A row that holds all metadata answers; one that left an entry out does not, whatever it holds."""
    expression = parse('eq(metadata_key, "user_id")')
    left_out = [one for one in HOSTILE if not one.logged.run.has_whole_metadata]
    assert left_out
    assert {evaluate(expression, one.logged) for one in left_out} == {None}
    whole = [one for one in HOSTILE if one.logged.run.has_whole_metadata]
    assert {evaluate(expression, one.logged) for one in whole} == {True, False}
