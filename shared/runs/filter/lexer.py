"""Text → tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from shared.base.errors import Malformed

Kind = Literal["name", "text", "number", "mark", "end"]

MAX_CHARS = 10_000
_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<mark>[()\[\],])""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class FilterError(Malformed):
    """A filter that cannot be understood. The message shows the place and says what was expected."""

    def __init__(self, text: str, at: int, problem: str) -> None:
        line = re.sub(r"\s", " ", text)
        start = max(0, at - 40)
        shown = line[start : at + 40]
        super().__init__(f"filter, character {at + 1}: {problem}\n  {shown}\n  {' ' * (at - start)}^")
        self.at = at
        self.problem = problem


class Token(NamedTuple):
    """One token: `value` is its meaning (a text without quotes and escapes), `shown` as it was written."""

    kind: Kind
    value: str
    at: int
    shown: str


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a filter, with an end token behind the last. Raises: FilterError."""
    if len(text) > MAX_CHARS:
        raise FilterError(text, MAX_CHARS, f"a filter may have {MAX_CHARS} characters; this one has {len(text)}")
    at = _skip(text, 0)
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FilterError(text, at, _unexpected(text, at))
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        shown = match.group()
        yield Token(kind, _unquoted(shown) if kind == "text" else shown, at, shown)
        at = _skip(text, match.end())
    yield Token("end", "", len(text), "the end")


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _unexpected(text: str, at: int) -> str:
    if text[at] in "\"'":
        return f"this string has no closing {text[at]}"
    return f"{text[at]!r} is not expected here; strings go in quotes"


def _unquoted(shown: str) -> str:
    return _ESCAPE.sub(_unescaped, shown[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)
