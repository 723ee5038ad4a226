"""Patterns that owners write for model names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.base.errors import Malformed
from shared.pricing.patterns import MAX_PATTERN_CHARS, checked_pattern, ways

GOOD = (
    *("gpt-4o", "^gpt-4o$", r"^gpt-4o(-\d{4}-\d{2}-\d{2})?$", "(?:openai/)?our-model.*", ".*claude.*", "(?i)our-.+"),
    *(r"our\.model-[a-z0-9_-]+", "our-(small|medium|large)-v[0-9]+", "(?:ab)*", "a{1,30}", "(?>our-.*)", "x*+y"),
    *("(a|b|c){0,5}", "modèle-é", r"[\w./-]{1,200}", "a" * MAX_PATTERN_CHARS),
)
RUINOUS = (
    *("(a+)+", "(a*)*b", "(a|a)*", "(a|aa)+$", "(.*a){12}", "(?:a?){40}", "a?" * 30 + "a" * 30, ".*.*.*x", "(x+x+)+y"),
    *(r"(\w+\s?)*$", "((a{0,9}){0,9}){0,9}", "(([a-z])+.)+[A-Z]([a-z])+$"),
)


@pytest.mark.parametrize("pattern", GOOD)
def test_what_people_write_is_taken(pattern: str) -> None:
    """Options, alternatives, one or two of `.*`, and classes."""
    assert checked_pattern(pattern) == pattern


@pytest.mark.parametrize("pattern", RUINOUS)
def test_what_could_be_tried_for_ever_is_refused(pattern: str) -> None:
    """The count of ways is what counts, not how the pattern looks."""
    with pytest.raises(Malformed, match="too many ways"):
        checked_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        *(("", "0 characters"), ("a" * (MAX_PATTERN_CHARS + 1), "301 characters"), ("(", "no regular expression")),
        *((r"(a)\1", "groupref"), ("(?=a)a", "assert"), ("(?<!b)a", "assert not"), ("a{2,1}", "no regular expression")),
        *(("(a)?(?(1)b|c)", "conditional|groupref exists"), ("[z-a]", "bad character range")),
    ],
)
def test_what_is_wrong_is_said(pattern: str, why: str) -> None:
    """Its length, the engine's own words, or the part that is not taken."""
    with pytest.raises(Malformed, match=why):
        checked_pattern(pattern)


PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{0,2}", "{2}", "*?"])).map(
            lambda made: f"(?:{made[0]}){made[1]}"
        ),
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda made: f"(?:{'|'.join(made)})"),
    ),
    max_leaves=6,
)


@given(one=PIECES, other=PIECES)
def test_more_of_a_pattern_has_no_fewer_ways(one: str, other: str) -> None:
    """Whatever is put beside, around, or in place of it as an alternative only adds to the count."""

    def count(pattern: str) -> int:
        return ways(re._parser.parse(pattern))  # type: ignore[attr-defined]

    alone = count(f"(?:{one})")
    assert 1 <= alone <= count(f"(?:{one})(?:{other})")
    assert alone <= count(f"(?:(?:{one})|Z(?:{other}))")
    assert alone <= count(f"(?:{one})?")
