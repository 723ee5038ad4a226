"""JSON inside attributes, and objects spread over dotted names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.receive.otel.values import MAX_DEPTH, nested, objects, parsed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        (" [1]", [1]),
        ("1", "1"),
        ("{broken", "{broken"),
        ('{"n": NaN}', '{"n": NaN}'),
        ("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)),
        (7, 7),
        (None, None),
    ],
)
def test_texts_that_hold_json(value: object, expected: object) -> None:
    """Objects and lists are read; what is no JSON, too deep or no text stays what it is."""
    assert parsed(value) == expected


def test_lists_of_objects() -> None:
    """As JSON, as texts of JSON, as one object; nothing else."""
    assert objects('[{"a": 1}]') == objects(['{"a": 1}']) == objects({"a": 1}) == [{"a": 1}]
    assert objects("[1]") is objects([]) is objects("x") is objects([{"a": 1}, 2]) is None


def test_names_with_numbers_become_lists() -> None:
    """In the order of the numbers, however large, with gaps closed."""
    flat = {"10.role": "c", "9.role": "b", "0.parts.1": "y", "0.parts.0": "x", f"{10**40}.role": "d"}
    assert nested(flat) == [{"parts": ["x", "y"]}, {"role": "b"}, {"role": "c"}, {"role": "d"}]


@given(st.dictionaries(st.text(alphabet="a0.", max_size=60), st.integers(), max_size=8))
def test_any_names_make_some_object(flat: dict[str, Any]) -> None:
    """Names with many dots, none, or one inside another raise nothing."""
    assert isinstance(nested(flat), dict | list)


def test_many_dots_nest_only_so_deep() -> None:
    """The rest of a name with thousands of dots stays one name."""
    depth, at = 0, nested({"a." * 10_000 + "b": 1})
    while isinstance(at, dict):
        depth, at = depth + 1, next(iter(at.values()))
    assert depth < 20
