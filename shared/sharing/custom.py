"""Expressions of one's own: such that no text, however long, keeps the machine busy for long.

Python tries one way after another to match. `shared/pricing/patterns.py` counts the ways beforehand; here the bound is
narrower, since texts are long, and each text is looked at in windows: what is longer than half of one is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

from shared.base.errors import Malformed
from shared.pricing.names import MAX_NAME_CHARS
from shared.pricing.patterns import ways

MAX_EXPRESSION_CHARS = 300
MAX_WAYS = MAX_NAME_CHARS * 10
"""One repetition without a bound beside one of up to ten."""
LONGEST_MATCH_CHARS = MAX_NAME_CHARS
"""What an expression finds is at most so long."""
_WINDOW_CHARS = 2 * LONGEST_MATCH_CHARS

_tree_of: Any = import_module("re._parser").parse


def checked_expression(expression: str) -> str:
    """The expression, if it is one and cheap to look for. Raises: Malformed, which says what is wrong with it."""
    where = f"redaction.custom: expression {expression[:80]!r}"
    if not 0 < len(expression) <= MAX_EXPRESSION_CHARS:
        raise Malformed(f"{where} has {len(expression)} characters; from 1 to {MAX_EXPRESSION_CHARS} are taken")
    try:
        compiled = re.compile(expression)
        count = ways(_tree_of(expression))
    except (re.error, OverflowError, RecursionError) as error:
        raise Malformed(f"{where} is no regular expression: {error}") from None
    except Malformed as error:
        raise Malformed(f"{where}: {error.message.removeprefix('match_pattern ')}") from None
    if count > MAX_WAYS:
        raise Malformed(f"{where} could be tried in too many ways: use one + or *, and {{1,10}} for the others")
    if compiled.search("") is not None:
        raise Malformed(f"{where} matches nothing at all: everything would be hidden")
    return expression


def found_by(expression: str, text: str) -> Iterator[tuple[int, int]]:
    """Where it matches. Windows overlap by half, so the same place may come twice."""
    compiled = _compiled(expression)
    for start in range(0, max(1, len(text) - LONGEST_MATCH_CHARS), LONGEST_MATCH_CHARS):
        for match in compiled.finditer(text, start, min(start + _WINDOW_CHARS, len(text))):
            if match.end() > match.start():
                yield match.span()


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
