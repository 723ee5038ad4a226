"""Text → tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from shared.base.errors import Malformed
from shared.runs.filter.hints import of_character

Kind = Literal["name", "text", "number", "mark", "end"]

MAX_CHARS = 500_000
"""Room for `in(id, […])` with 10,000 ids."""
_SHOWN_CHARS = 40
_PROBLEM_CHARS = 1_500
"""A problem may quote what was written: not all of it, when that is a book."""
_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<mark>[()\[\],])""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class FilterError(Malformed):
    """A filter that cannot be understood. The message shows the place and says what was expected."""

    def __init__(self, text: str, at: int, problem: str) -> None:
        start = max(0, at - _SHOWN_CHARS)
        shown = _encodable(re.sub(r"\s", " ", text[start : at + _SHOWN_CHARS]))
        self.at = at
        self.problem = _encodable(_clipped(problem, _PROBLEM_CHARS))
        super().__init__(f"filter, character {at + 1}: {self.problem}\n  {shown}\n  {' ' * (at - start)}^")


class Token(NamedTuple):
    """One token: `value` is its meaning (a text without quotes and escapes), `shown` the start of what was written."""

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
        written = match.group()
        yield Token(kind, _unquoted(text, at, written) if kind == "text" else written, at, _clipped(written))
        at = _skip(text, match.end())
    yield Token("end", "", len(text), "the end")


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _unexpected(text: str, at: int) -> str:
    if text[at] in "\"'":
        return f"this string has no closing {text[at]}"
    return f"{text[at]!r} is not expected here; {of_character(text[at])}"


def _unquoted(text: str, at: int, written: str) -> str:
    """What a string says. An escaped pair of surrogates is one character, as in JSON."""
    said = _ESCAPE.sub(_unescaped, written[1:-1])
    if _SURROGATE.search(said) is None:
        return said
    try:
        return said.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FilterError(text, at, "this string holds half of a surrogate pair, which is no character") from None


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)


def _clipped(written: str, chars: int = _SHOWN_CHARS) -> str:
    return written if len(written) <= chars else written[:chars] + "…"


def _encodable(message: str) -> str:
    """Without what no UTF-8 answer could carry."""
    return _SURROGATE.sub("\ufffd", message)
