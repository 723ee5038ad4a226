"""What is no code is taken away, and nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.page.bare import bare, without_comments

PIECES = st.sampled_from(
    ["`", "${", "}", "{", '"', "'", "/", "//", "/*", "*/", "\n", "\\", "import", "a", " ", ";", "(", ")", "=", "[", "]"]
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a // b\nc", "a     \nc"),
        ("a /* b\nc */ d", "a     \n     d"),
        ("f('x; y')", "f('x  y')"),
        ("f('it\\'s') + g", "f('it  s') + g"),
        ("a = `t '${b + `u${c}`} v` + d", "a = " + " " * 6 + "b + " + " " * 4 + "c" + " " * 6 + " + d"),
        ("a = `${{ b: 1 }}` + c", "a =    { b: 1 }   + c"),
        ("a = /[`'\"/]/g; b", "a = " + " " * 9 + "; b"),
        ("a = b / c / d", "a = b   c   d"),
        ("return /`/", "return    "),
        ("a = '//'; b", "a = '//'; b"),
        ("`open", "     "),
        ('import { a } from "@x/y-z.js";', 'import { a } from "@x/y-z.js";'),
    ],
)
def test_comments_texts_templates_and_expressions_go(source: str, expected: str) -> None:
    """Code within templates stays."""
    assert bare(source) == expected


@given(st.lists(PIECES, max_size=30).map("".join))
def test_whatever_comes_in_its_places_stay(source: str) -> None:
    """As long as it was, line for line, even where it is no JavaScript."""
    assert [len(line) for line in bare(source).split("\n")] == [len(line) for line in source.split("\n")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a // b\nc", "a  \nc"),
        ("/** a\n * b\n */\nc();", "\n\n\nc();"),
        ("  // a\n  b();", "\n  b();"),
        ("a/* b */c", "a c"),
        ('f("// no"); g(`/* no */ // no\n  `); h(/[/*]/);', 'f("// no"); g(`/* no */ // no\n  `); h(/[/*]/);'),
        ("html`<a href=${b /* c */}>// no</a>`", "html`<a href=${b  }>// no</a>`"),
    ],
)
def test_comments_go_and_lines_stay(source: str, expected: str) -> None:
    """Nothing else changes, whatever looks like a comment within a text."""
    assert without_comments(source) == expected


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_line_stays_the_line_it_is(source: str) -> None:
    """An error names the line that its author knows."""
    assert without_comments(source).count("\n") == source.count("\n")
