"""Whatever is typed, the answer is an expression or an error that points into the text."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.lexer import FilterError
from shared.runs.filter.parse import parse
from shared.runs.filter.plan import bounds
from tests.shared.runs.filter.asked import ASKED
from tests.shared.runs.filter.filters import FILTERS
from tests.shared.runs.filter.hostile import runs

LETTERS = "()[],\"'\\% _xXeE.+-059\n{}:=\x00😀\ud800"
PIECES = (*"eqandorin()[],\"'\\ 1.-", "eq(", "and(", "name", "metadata_key", "tags", "null", ", ", '"x")')
HOSTILE = runs(seed=5, count=6)
INJECTIONS = (
    "'; DROP TABLE runs; --",
    '" OR ""="',
    "') OR 1=1 --",
    "%' UNION SELECT * FROM keys --",
    '{"$gt": ""}',
    '{"a": {"$where": "1"}}',
    "{0.__class__.__mro__}",
    "%s%s%s%n",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "(a+)+$",
    "(.*)*\\1",
    "[[:alpha:]]",
    "a\x00b",
    "\r\nX-Injected: 1",
    "\u202e\u200b",
)


def read(text: str) -> bool:
    """Whether the text is a filter. What is one can be planned and answered; what is none says where."""
    expression, error = None, None
    try:
        expression = parse(text)
    except FilterError as refused:
        error = refused
    if expression is None:
        assert error is not None
        assert 0 <= error.at <= len(text)
        assert error.message.encode("utf-8")
        return False
    assert bounds(expression) is not None
    assert {evaluate(expression, one.whole) for one in HOSTILE} <= {True, False}
    return True


@pytest.mark.parametrize("text", ASKED)
def test_every_prefix(text: str) -> None:
    """While it is being typed a filter is none, until its last bracket."""
    assert [read(text[:end]) for end in range(len(text))] == [False] * len(text)
    assert read(text)


@pytest.mark.parametrize("text", ASKED)
def test_every_letter_left_out(text: str) -> None:
    """Leaving out any one letter gives a filter or an error; leaving out a bracket always an error."""
    shorter = {at: read(text[:at] + text[at + 1 :]) for at in range(len(text))}
    assert not shorter[len(text) - 1]
    assert not shorter[text.index("(")]


@pytest.mark.parametrize("text", ASKED)
def test_letters_put_in_or_changed(text: str) -> None:
    """Sampled, the same each time: a strange letter at any place gives a filter or an error."""
    random = Random(text)
    results = set()
    for at in random.sample(range(len(text)), min(len(text), 25)):
        letter = random.choice(LETTERS)
        results.add(read(text[:at] + letter + text[at:]))
        results.add(read(text[:at] + letter + text[at + 1 :]))
    assert False in results


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_anything_typed(text: str) -> None:
    """Random text of the language's own pieces."""
    assert read(text) in (True, False)


@given(FILTERS, FILTERS, st.data())
def test_filters_cut_together(one: str, other: str, data: st.DataObject) -> None:
    """The beginning of one filter with the end of another."""
    cut, join = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    assert read(one[:cut] + other[join:]) in (True, False)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_in_quotes_is_only_text(text: str) -> None:
    """As a value it parses, and finds what has it, which here is nothing; bare it is no filter."""
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    asked = [
        f"{call}, {quoted})" for call in ("eq(name", "like(name", "search(name", "search(metadata_value", "has(tags")
    ]
    assert [read(one) for one in [*asked, f"search({quoted})", f"eq(metadata_key, {quoted})"]] == [True] * 7
    assert not read(text)


def test_wildcards_in_a_search_are_letters() -> None:
    """Search knows no patterns: neither SQL's nor regular ones."""
    named = [one for one in islice(runs(seed=6, count=200), 200) if one.view["name"]]
    found = {one.view["name"] for one in named if evaluate(parse('search(name, ".*")'), one.whole)}
    percent = {one.view["name"] for one in named if evaluate(parse('search(name, "%")'), one.whole)}
    assert found == set()
    assert percent == {"%", "re%fund"}
