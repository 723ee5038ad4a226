"""Regular expressions that owners write for model names, held to a bounded amount of work.

Python's engine tries one way after another to match. `ways` counts them before anything is matched; a pattern
that may be tried in more than `MAX_WAYS` ways, such as `(a+)+` or `(a|a)*`, is refused when it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from shared.base.errors import Malformed
from shared.pricing.names import MAX_NAME_CHARS

MAX_PATTERN_CHARS = 300
MAX_WAYS = 50_000
"""Two `.*` have 40,401 over a name of 200 characters, which is tried in milliseconds."""

# The module that `re` itself reads patterns with. It has no name of its own that is public; a pattern is parsed
# all the same whatever it does, and what we don't know in its tree is refused.
_tree_of: Callable[[str], Any] = import_module("re._parser").parse
_ONE = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


def checked_pattern(pattern: str) -> str:
    """The pattern, if it is one and cheap to match. Raises: Malformed, which says what is wrong with it."""
    if not 0 < len(pattern) <= MAX_PATTERN_CHARS:
        raise Malformed(f"match_pattern has {len(pattern)} characters; from 1 to {MAX_PATTERN_CHARS} are taken")
    try:
        re.compile(pattern, re.IGNORECASE)
        count = ways(_tree_of(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        raise Malformed(f"match_pattern {pattern[:80]!r} is no regular expression: {error}") from None
    if count > MAX_WAYS:
        raise Malformed(
            f"match_pattern {pattern[:80]!r} could be tried in too many ways: at most two of .* or .+ or the like, and "
            "no repetition of what holds a repetition, an option or alternatives"
        )
    return pattern


def ways(nodes: Iterable[tuple[Any, Any]]) -> int:
    """In how many ways at most the engine may try these parts, over a name of `MAX_NAME_CHARS`; capped.

    Raises: Malformed where one of them is of a kind that cannot be bounded so.
    """
    count = 1
    for kind, said in nodes:
        count = min(count * _ways_of(str(kind), said), MAX_WAYS + 1)
    return count


def _ways_of(kind: str, said: Any) -> int:  # noqa: ANN401 the parser's own, by kind
    if kind in _ONE:
        return 1
    if kind == "SUBPATTERN":
        return ways(said[-1])
    if kind == "ATOMIC_GROUP":
        return ways(said)
    if kind == "BRANCH":
        return sum(ways(one) for one in said[1])
    if kind in _REPEATS:
        return _ways_of_repeat(*said)
    raise Malformed(f"match_pattern has a part that is not taken: {kind.lower().replace('_', ' ')}")


def _ways_of_repeat(least: int, most: int, inner: Iterable[tuple[Any, Any]]) -> int:
    """For each number of repetitions the ways of that many of what is repeated."""
    each, most = ways(inner), min(int(most), MAX_NAME_CHARS)
    if each == 1:
        return max(1, most - least + 1)
    count, of_so_many = 0, 1
    for times in range(most + 1):
        count += of_so_many if times >= least else 0
        of_so_many *= each
        if of_so_many > MAX_WAYS:
            return MAX_WAYS + 1 if times < most else count
    return count
