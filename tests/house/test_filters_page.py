"""What docs/filters.md says of the language is what the language is."""

from __future__ import annotations

import re

import pytest

from shared.runs.filter.fields import ALIASES, COMPARATORS, EXPECTED, FIELDS
from shared.runs.filter.lexer import MAX_CHARS, FilterError
from shared.runs.filter.parse import MAX_CALLS, MAX_DEPTH, parse
from tests.house.source import ROOT
from tests.shared.runs.filter.reference import reference

PAGE = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
EXAMPLES = [line for block in re.findall(r"```filter\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
ERRORS = re.findall(r"```error\n(.*)\n(.*)\n```", PAGE)
VALUES = {
    **dict.fromkeys(EXPECTED, '"x"'),
    **dict.fromkeys(("number", "seconds", "score"), "5"),
    "time": '"2026-11-20"',
    "truth": "true",
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_a_filter(text: str) -> None:
    """Each line of each example is read, by the parser and by the reference."""
    assert parse(text) is not None
    assert callable(reference(text))


def test_there_are_examples() -> None:
    """The page's blocks are found."""
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_an_error_reads_as_shown(text: str, message: str) -> None:
    """The first line of the answer, word for word."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert caught.value.message.split("\n")[0] == message


def test_every_field_is_there_with_its_comparators() -> None:
    """The table is in step with the code; a new field needs its row."""
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| ([a-z ]+) \|$", PAGE, re.MULTILINE))
    assert {field: tuple(comparators.split()) for field, comparators in rows.items()} == {
        field: COMPARATORS[holds] for field, holds in FIELDS.items()
    }


@pytest.mark.parametrize("field", FIELDS)
def test_every_comparator_of_the_table_is_taken(field: str) -> None:
    """With a value of the field's kind."""
    holds = FIELDS[field]
    for op in COMPARATORS[holds]:
        text = op in ("like", "notlike", "search")
        value = '"x"' if text else VALUES[holds]
        assert parse(f"{op}({field}, {f'[{value}]' if op == 'in' else value})") is not None


def test_limits_and_aliases_are_named() -> None:
    """As they are in the code."""
    assert f"{MAX_CHARS:,} characters, {MAX_CALLS:,} conditions, and calls nested {MAX_DEPTH} deep" in PAGE
    assert all(f"`{alias}`" in PAGE and f"`{field}`" in PAGE for alias, field in ALIASES.items())
