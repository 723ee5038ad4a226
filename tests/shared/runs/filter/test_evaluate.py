"""A filter finds what the reference finds, whatever the runs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.parse import parse
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from tests.shared.runs.filter.asked import ASKED, ASKS_FOR_NOTHING
from tests.shared.runs.filter.filters import EQUALITIES, FILTERS, PATTERNS
from tests.shared.runs.filter.hostile import HostileRun, runs
from tests.shared.runs.filter.reference import reference

HOSTILE = runs(seed=3, count=120)
MANY = runs(seed=4, count=1_000)


def found(expression: Expression, among: list[HostileRun] = HOSTILE) -> set[str]:
    """The ids of the runs that match."""
    return {one.view["id"] for one in among if evaluate(expression, one.whole) is True}


def found_by_reference(text: str, among: list[HostileRun] = HOSTILE) -> set[str]:
    """The ids of the runs that match by the other reading of the contract."""
    matches = reference(text)
    return {one.view["id"] for one in among if matches(one.view)}


@settings(max_examples=400)
@given(FILTERS)
def test_finds_what_the_reference_finds(text: str) -> None:
    """Two readings of the wire contract, by different techniques, give the same set of ids."""
    assert found(parse(text)) == found_by_reference(text)


@pytest.mark.parametrize("text", ASKED)
def test_what_people_ask_is_answered_as_by_the_reference(text: str) -> None:
    """The filters of the wire contract and of people: the same ids, and neither none nor all."""
    ids = found_by_reference(text, MANY)
    assert found(parse(text), MANY) == ids
    assert len(ids) < len(MANY)
    assert bool(ids) is (text not in ASKS_FOR_NOTHING)


@given(FILTERS)
def test_the_whole_run_answers_every_question(text: str) -> None:
    """With all of a run to hand nothing is left open."""
    expression = parse(text)
    assert None not in {evaluate(expression, one.whole) for one in HOSTILE[:30]}


@given(FILTERS)
def test_not_is_the_complement(text: str) -> None:
    """not(x) finds what x does not, and not(not(x)) what x finds."""
    matching = found(parse(text))
    assert found(parse(f"not({text})")) == {one.view["id"] for one in HOSTILE} - matching
    assert found(parse(f"not(not({text}))")) == matching


@given(FILTERS)
def test_joining_one_condition_changes_nothing(text: str) -> None:
    """and(x) and or(x) are x."""
    assert parse(f"and({text})") == parse(f"or({text})") == parse(text)


@given(FILTERS, FILTERS)
def test_de_morgan(one: str, other: str) -> None:
    """not(or(x, y)) is and(not(x), not(y)), and not(and(not(x), not(y))) is or(x, y)."""
    assert found(parse(f"not(or({one}, {other}))")) == found(parse(f"and(not({one}), not({other}))"))
    assert found(parse(f"not(and(not({one}), not({other})))")) == found(parse(f"or({one}, {other})"))


@given(EQUALITIES)
def test_neq_is_not_eq(text: str) -> None:
    """For a run's own fields and for keys; neq of an entry's value asks for an entry with another value."""
    assert found(parse("n" + text)) == found(parse(f"not({text})"))


@given(PATTERNS)
def test_notlike_is_not_like(text: str) -> None:
    """As neq is to eq."""
    assert found(parse("not" + text)) == found(parse(f"not({text})"))


@given(st.permutations(["eq(name, 'refund')", "eq(run_type, 'llm')", "neq(status, 'error')", "has(tags, 'prod')"]))
def test_the_order_of_conditions_does_not_count(conditions: list[str]) -> None:
    """Where they are not parts of entries."""
    first, *rest = conditions
    assert found(parse(f"or({first}, and({', '.join(rest)}))")) == found(
        parse(f"or(and({', '.join(rest[::-1])}), {first})")
    )


@pytest.mark.parametrize(
    ("metadata", "wanted", "is_there"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {}, True),
        ({}, {"a": None}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": True}, {"a": 1}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1.0}, {"a": 1}, True),
        ({"a": "1"}, {"a": 1}, False),
        ({"a": {"b": [1, {"c": True}]}}, {"a": {"b": [1.0, {"c": True}]}}, True),
        ({"a": {"b": [1, {"c": True}]}}, {"a": {"b": [1, {"c": 1}]}}, False),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, False),
        ({"a": {"b": 1, "c": 2}}, {"a.b": 1, "a.c": 2}, True),
        ({"a.b": 1, "a": {"b": 2}}, {"a.b": 1}, True),
        ({"a": {"b": 2}, "a.b": 1}, {"a.b": 2}, True),
        ({"a.b": 1, "a": {"b": 2}}, {"a.b": 3}, False),
        ({"": {"": 1}}, {".": 1}, True),
    ],
)
def test_has_metadata(metadata: dict[str, object], wanted: dict[str, object], is_there: bool) -> None:
    """Each entry of the wanted object is there, with a value of the same JSON type; values are compared whole."""
    run = Run("r", "r", {"project": "p", "dotted_order": "", "extra": [{"metadata": metadata}]})
    asked = parse(f"has(metadata, '{json.dumps(wanted)}')")
    assert evaluate(asked, Known(run)) is is_there


def test_a_pattern_takes_no_time_to_fail() -> None:
    """Forty wildcards on a text of forty: trying every way to part them would take 10^22 steps."""
    assert found(parse(f"like(name, '{'%r_' * 40}%b')")) == set()
    bomb = parse(f"like(error, '{'%x' * 40}%y')")
    assert found(bomb) == set()
    assert found(parse(f"like(error, '{'%x' * 40}%')")) == {
        one.view["id"] for one in HOSTILE if (one.view["error"] or "").count("x") >= 40
    }


def test_ten_thousand_values_are_looked_up() -> None:
    """A long list costs one lookup a run: equality is asked of each value at most once."""
    wanted = [one.view["id"] for one in HOSTILE[:50]]
    listed = ", ".join(f'"{one}"' for one in [*wanted, *(f"{number:036d}" for number in range(10_000))])
    assert found(parse(f"in(id, [{listed}])")) == set(wanted)
