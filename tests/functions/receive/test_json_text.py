"""JSON from strangers: depth, numbers, and errors that say where."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.receive.json_text import MAX_DEPTH, MAX_STRUCTURE_BYTES, decode, decode_any, is_deeper, structure_of
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
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert is_deeper(structure_of(text), limit) == (_depth(value) > limit)


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


@pytest.mark.parametrize("item", [b"[]", b"{}", b'{"a":1}', b'"["'])
def test_a_wide_bomb_is_refused_in_bounded_memory(item: bytes) -> None:
    """A list of millions of small things is refused before they are made."""
    text = b'{"a": [%b]}' % (item + (b"," + item) * MAX_STRUCTURE_BYTES)
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match=str(MAX_STRUCTURE_BYTES)):
            decode(text, ANY)
        assert tracemalloc.get_traced_memory()[1] < 3 * len(text)
    finally:
        tracemalloc.stop()


def test_many_small_things_below_the_limit_pass() -> None:
    """A large but honest payload is not taken for a bomb."""
    assert len(decode(b'{"a": [%b]}' % (b"{}" + b',{"a":"[b]"}' * 100_000), ANY)["a"]) == 100_001


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
