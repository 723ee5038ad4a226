"""Which conditions speak of the same entry: a key with its value, a feedback with its score."""

from __future__ import annotations

from collections.abc import Iterable

from shared.runs.filter.expression import And, Compare, Entry, Expression, Family, Not, Or
from shared.runs.filter.fields import family_of

_NONE_OF = {"neq": "eq", "notlike": "like"}


def alone(compare: Compare) -> Expression:
    """A comparison when nothing stands beside it. One of a key that says "not" is: no entry has such a key."""
    family = family_of(compare.field)
    if family is None:
        return compare
    if compare.op in _NONE_OF and compare.field.endswith("_key"):
        return Not(Entry(family, Compare(_NONE_OF[compare.op], compare.field, compare.operand)))  # type: ignore[arg-type]
    return Entry(family, compare)


def has_key(family: Family, key: str) -> Expression:
    """Some entry has this key; what stands beside it in an and(…) says nothing about that entry."""
    return Entry(family, And((Compare("eq", f"{family}_key", key),)))


def correlated(args: Iterable[Expression]) -> tuple[Expression, ...]:
    """The arguments of an and(…): conditions on parts of one family speak of one entry.

    A second key begins another entry, and all behind it is about that one.
    """
    kept: list[Expression] = []
    entries: dict[Family, list[list[Expression]]] = {}
    for arg in args:
        entry = _open_entry(arg)
        if entry is None:
            kept.append(arg)
            continue
        of_family = entries.setdefault(entry.family, [[]])
        if _names_key(entry.condition) and any(map(_names_key, of_family[-1])):
            of_family.append([])
        of_family[-1].append(entry.condition)
    for family, groups in entries.items():
        kept += [Entry(family, group[0] if len(group) == 1 else And(tuple(group))) for group in groups]
    return tuple(kept)


def _open_entry(arg: Expression) -> Entry | None:
    """A condition on one entry that others may join: one comparison, or alternatives about the same part."""
    if isinstance(arg, Entry):
        return arg if isinstance(arg.condition, Compare | Or) else None
    if not isinstance(arg, Or):
        return None
    entries = [entry for one in arg.args if (entry := _open_entry(one)) is not None]
    parts = {(entry.family, _names_key(entry.condition)) for entry in entries}
    if len(entries) < len(arg.args) or len(parts) != 1:
        return None
    return Entry(entries[0].family, Or(tuple(entry.condition for entry in entries)))


def _names_key(condition: Expression) -> bool:
    """Whether it is about the entry's key. All alternatives of an `Or` are about the same part."""
    if isinstance(condition, Or):
        return _names_key(condition.args[0])
    return isinstance(condition, Compare) and condition.field.endswith("_key")
