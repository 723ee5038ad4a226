"""A filter as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Comparator = Literal["eq", "neq", "gt", "gte", "lt", "lte", "in", "like", "notlike", "has", "search"]
Scalar = str | int | float | bool | None
Operand = Scalar | tuple[Scalar, ...]
Family = Literal["metadata", "input", "output", "feedback"]


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison. The operand is in the field's own unit: microseconds, seconds, JSON values."""

    op: Comparator
    field: str
    operand: Operand


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
