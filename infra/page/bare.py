"""JavaScript without its comments, and without its texts: what then looks like an `import` is one.

Source: ECMA-262, "Lexical Grammar". A slash begins a regular expression where no value stands before it, as seen
from the last character alone; `)` and `}` count as values, which is wrong only after `if (…)` and blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["comment", "text", "other"]
"""`other` is a template's text or a regular expression."""

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<slash>/)
    |(?P<mark>[`{}])""",
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE = re.compile(r"(?:\\.|[^`\\$]|\$(?!\{))*(?P<end>`|\$\{|\Z)", re.DOTALL)
_EXPRESSION = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_VALUE_ENDS = re.compile(r"(?:[\w$)\]}.\"'`])\Z")
_WORD_BEFORE = re.compile(r"(?<![\w$.])(?:return|typeof|case|in|of|void|yield|await|delete|do|else)\Z")
_TRAILING = re.compile(r"^[ \t]+$", re.MULTILINE)
_NEAR = 200
"""Characters before a slash that are looked at."""
_HIDDEN_IN_COMMENTS = re.compile(r"[^\n]")
_HIDDEN_IN_TEXTS = re.compile(r"[^\w./@:\n-]")


def bare(source: str) -> str:
    """The source with comments, templates and regular expressions as spaces, and of texts only what names have."""
    parts: list[str] = []
    done = 0
    for start, end, kind in _hidden(source):
        inner = source[start:end]
        is_text = kind == "text"
        shown = inner[0] + _HIDDEN_IN_TEXTS.sub(" ", inner[1:-1]) + inner[-1] if is_text else _spaces(inner)
        parts += [source[done:start], shown]
        done = end
    return "".join([*parts, source[done:]])


def without_comments(source: str) -> str:
    """The source as short as it gets while each line stays where it is, for whoever reads of an error in it."""
    parts: list[str] = []
    done = 0
    for start, end, kind in _hidden(source):
        if kind == "comment":
            parts += [source[done:start], "\n" * source.count("\n", start, end) or " "]
            done = end
    return _TRAILING.sub("", "".join([*parts, source[done:]]))


def _hidden(source: str) -> Iterator[tuple[int, int, Kind]]:
    """Where something stands that is no code, and what it is."""
    depths: list[int] = []  # of braces, in each template's expression that is open
    at = 0
    while found := _TOKEN.search(source, at):
        at = found.end()
        if found["mark"] in {"{", "}"}:
            if not _closes(found["mark"], depths):
                continue
            del depths[-1]
        if found["mark"]:
            at = _template_end(source, at, depths)
            yield found.start(), at, "other"
        elif found["slash"]:
            at = _expression_end(source, found.start())
            yield found.start(), at, "other"
        else:
            yield found.start(), at, "comment" if found["comment"] else "text"


def _closes(brace: str, depths: list[int]) -> bool:
    """Whether this brace ends an expression in a template; counts it, where it does not."""
    if not depths or (brace == "}" and depths[-1] == 0):
        return bool(depths)
    depths[-1] += 1 if brace == "{" else -1
    return False


def _template_end(source: str, at: int, depths: list[int]) -> int:
    """Where the template's text ends, or its next expression begins."""
    found = _TEMPLATE.match(source, at)
    if found is None:
        return at
    if found["end"] == "${":
        depths.append(0)
    return found.end()


def _expression_end(source: str, start: int) -> int:
    """Where the regular expression ends; behind the slash where it divides."""
    before = source[max(0, start - _NEAR) : start].rstrip()
    divides = _VALUE_ENDS.search(before) and not _WORD_BEFORE.search(before)
    found = None if divides else _EXPRESSION.match(source, start)
    return found.end() if found else start + 1


def _spaces(text: str) -> str:
    return _HIDDEN_IN_COMMENTS.sub(" ", text)
