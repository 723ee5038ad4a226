"""Whether a run matches an expression, as far as can be told from what is known of it.

Three answers: True, False, and None where what is known does not decide it. What a log row or a head
knows may leave a question open; the whole run with its trace answers every one.

Law: an answer from less knowledge is None or the same as the answer from more.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from shared.runs.filter.expression import (
    And,
    Compare,
    Contains,
    Entry,
    Expression,
    Family,
    Not,
    Or,
    Search,
    by_type,
)
from shared.runs.filter.fields import FIELDS

Answer = bool | None
EntryParts = dict[str, Any]
"""The parts of one entry by field name: {"metadata_key": "user", "metadata_value": 7}."""


class Unknown:
    """Stands for what is not known here."""


UNKNOWN = Unknown()
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class Subject(Protocol):
    """What is known of a run."""

    def value(self, field: str) -> object:
        """The value of a field in its own unit (`fields.py`), None where it has none, or UNKNOWN."""
        ...

    def entries(self, family: Family) -> Iterable[EntryParts] | Unknown:
        """The entries of a family, or UNKNOWN."""
        ...

    def searched(self) -> str | Unknown:
        """Name, error and previews in folded case, or UNKNOWN."""
        ...


def evaluate(expression: Expression, subject: Subject) -> Answer:  # noqa: PLR0911 one branch a kind of node
    """Whether the subject matches; None where that is not known."""
    match expression:
        case And(args):
            return _all(evaluate(arg, subject) for arg in args)
        case Or(args):
            return _any(evaluate(arg, subject) for arg in args)
        case Not(arg):
            return _not(evaluate(arg, subject))
        case Compare():
            return _compared(expression, subject.value(expression.field))
        case Entry(family, condition):
            entries = subject.entries(family)
            return None if isinstance(entries, Unknown) else any(_meets(condition, entry) for entry in entries)
        case Contains(wanted):
            return _contains(wanted, subject.entries("metadata"))
        case Search(words):
            text = subject.searched()
            return None if isinstance(text, Unknown) else all(word in text for word in words)
    raise TypeError(f"{expression!r} is no expression")


def _meets(condition: Expression, entry: EntryParts) -> bool:
    """Whether one entry meets a condition on its parts."""
    match condition:
        case And(args):
            return all(_meets(arg, entry) for arg in args)
        case Or(args):
            return any(_meets(arg, entry) for arg in args)
        case Compare():
            return _compared(condition, entry.get(condition.field)) is True
    raise TypeError(f"{condition!r} is no condition on an entry")


def _all(answers: Iterable[Answer]) -> Answer:
    found: Answer = True
    for answer in answers:
        if answer is False:
            return False
        found = found if answer else None
    return found


def _any(answers: Iterable[Answer]) -> Answer:
    found: Answer = False
    for answer in answers:
        if answer is True:
            return True
        found = None if answer is None else found
    return found


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _compared(compare: Compare, value: Any) -> Answer:  # noqa: ANN401 of whatever type the field has
    if value is UNKNOWN:
        return None
    op, operand = compare.op, compare.operand
    if FIELDS.get(compare.field) == "tags":
        return _tagged(op, value or (), operand)
    value = _folded(compare.field, value)
    if op in ("eq", "neq"):
        return same(value, operand) is (op == "eq")
    if op == "in":
        return not isinstance(value, dict | list) and by_type(value) in compare.choices
    if op in _ORDERED:
        return _ordered(_ORDERED[op], value, operand)
    return _text_like(op, value, str(operand))


def _folded(field: str, value: Any) -> Any:  # noqa: ANN401
    return value.casefold() if FIELDS.get(field) in ("word", "id") and isinstance(value, str) else value


def _text_like(op: str, value: object, operand: str) -> bool:
    if op == "notlike":
        return not _text_like("like", value, operand)
    if not isinstance(value, str):
        return False
    return operand in value.casefold() if op == "search" else _pattern(operand).fullmatch(value) is not None


def _tagged(op: str, tags: Sequence[object], operand: object) -> bool:
    if op == "in":
        return any(one in tags for one in operand)  # type: ignore[attr-defined]
    if operand is None:
        return bool(tags) is (op == "neq")
    return (operand in tags) is (op != "neq")


def same(one: object, other: object) -> bool:
    """Equality by JSON type: true is not 1, "1" is not 1, and 1 is 1.0."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if _is_number(one) and _is_number(other):
        return one == other
    return type(one) is type(other) and one == other


def _ordered(op: Callable[[Any, Any], bool], value: object, operand: object) -> bool:
    """Numbers compare with numbers and strings with strings; all else is neither greater nor less."""
    comparable = (_is_number(value) and _is_number(operand)) or (isinstance(value, str) and isinstance(operand, str))
    return comparable and op(value, operand)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _contains(wanted: Iterable[tuple[str, object]], entries: Iterable[EntryParts] | Unknown) -> Answer:
    """An object may name a key twice, as `a.b` and as b inside a: either may be the one that is meant."""
    if isinstance(entries, Unknown):
        return None
    there: dict[str, list[object]] = {}
    for entry in entries:
        there.setdefault(entry["metadata_key"], []).append(entry["metadata_value"])
    return all(any(deeply_same(found, value) for found in there.get(key, ())) for key, value in wanted)


def deeply_same(one: object, other: object) -> bool:
    """`same`, through lists and objects."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(deeply_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(deeply_same, one, other))
    return same(one, other)


@lru_cache(maxsize=256)
def _pattern(like: str) -> re.Pattern[str]:
    """SQL's wildcards: % for anything, _ for one character, a backslash before either for itself.

    Law: matching takes time in proportion to pattern and text. Each stretch between two % is taken where it
    is first found and never given back: what a stretch further right can match, a later place cannot add to.
    """
    stretches = [""]
    for part in re.findall(r"\\.|%+|_|[^\\%_]+|\\", like, re.DOTALL):
        if part.startswith("%"):
            stretches.append("")
        else:
            stretches[-1] += _literal(part)
    if len(stretches) == 1:
        return re.compile(stretches[0], re.DOTALL)
    first, *middle, last = stretches
    taken = "".join(f"(?>.*?{stretch})" for stretch in middle)
    return re.compile(f"{first}{taken}.*{last}", re.DOTALL)


def _literal(part: str) -> str:
    if part == "_":
        return "."
    return re.escape(part[1:] if part.startswith("\\") and len(part) > 1 else part)
