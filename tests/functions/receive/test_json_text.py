"""JSON from strangers: depth, numbers, and errors that say where."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.receive.json_text import MAX_DEPTH, decode, decode_any, is_deeper
from functions.receive.refused import Refused

ANY = msgspec.json.Decoder(dict[str, Any])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('[]{}"\\aü/'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\'), inner, max_size=3),
)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


@given(JSON, st.integers(0, 6), st.booleans())
def test_depth_is_counted_as_a_parser_would(value: object, limit: int, ascii_only: bool) -> None:
    """Brackets in strings, escapes and keys count for nothing."""
    assert is_deeper(json.dumps(value, ensure_ascii=ascii_only).encode(), limit) == (_depth(value) > limit)


def test_the_depth_limit_is_exact() -> None:
    """As deep as allowed passes, one deeper does not."""
    deepest = b'{"a":' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert decode(deepest, ANY)
    with pytest.raises(Refused, match="deeper than 200"):
        decode(deepest.replace(b"[]", b"[[]]"), ANY)


@pytest.mark.parametrize(
    "text",
    [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000],
)
def test_a_nested_bomb_is_refused(text: bytes) -> None:
    """100,000 levels neither overflow the stack nor pass."""
    with pytest.raises(Refused):
        decode(text, ANY)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"a": NaN}', "NaN and Infinity are no JSON"),
        (b'{"a": -Infinity}', "NaN and Infinity are no JSON"),
        (b'{"a": "\\ud83d"}', "surrogate"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a": 1', "not valid JSON"),
        (b'{"a": 01}', "not valid JSON"),
        (b"", "not valid JSON"),
        (b"[]", "expected object, got array"),
        (b'"text"', "expected object, got str"),
    ],
)
def test_errors_say_what_is_wrong(text: bytes, says: str) -> None:
    """The field is named, and the reason is one that its sender can act on."""
    with pytest.raises(Refused, match=says) as caught:
        decode_any(text, ANY, "inputs")
    assert caught.value.field == "inputs"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 300, "9" * 10_000, "1." + "1" * 10_000])
def test_numbers_of_any_size_pass_where_texts_are_kept(number: str) -> None:
    """A payload's text is stored as sent, so no number in it is too large."""
    assert "a" in decode_any(f'{{"a": {number}}}'.encode(), ANY, "inputs")
