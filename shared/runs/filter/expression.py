"""A filter as data."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

Comparator = Literal["eq", "neq", "gt", "gte", "lt", "lte", "in", "like", "notlike", "has", "search"]
Scalar = str | int | float | bool | None
Operand = Scalar | tuple[Scalar, ...]
Family = Literal["metadata", "input", "output", "feedback"]


def by_type(value: object) -> object:
    """A key that is equal for the same JSON value only: true is not 1, and 1 is 1.0."""
    return ("truth", value) if isinstance(value, bool) else value


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison. The operand is in the field's own unit: microseconds, seconds, JSON values."""

    op: Comparator
    field: str
    operand: Operand
    choices: frozenset[object] = dataclasses.field(init=False, repr=False, compare=False)
    """The members of a list operand, as `by_type` gives them: ten thousand are looked up, not walked."""

    def __post_init__(self) -> None:
        """Make the lookup once, when the filter is read."""
        members = self.operand if isinstance(self.operand, tuple) else ()
        object.__setattr__(self, "choices", frozenset(map(by_type, members)))


@dataclass(frozen=True, slots=True)
class Search:
    """These words stand somewhere in a run's name, error or previews."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """The metadata holds at least these entries."""

    entries: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Some one entry of a family (a key with its value, a feedback with its score) meets the condition."""

    family: Family
    condition: Expression


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    arg: Expression


Expression = Compare | Search | Contains | Entry | And | Or | Not
