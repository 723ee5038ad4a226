"""What is no code is taken away, and nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.page.bare import bare

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
