"""What every match of an expression must be: which rows are worth reading at all.

Law: a run that matches the expression is in these bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.base.ids import canonical_uuid
from shared.runs.filter.expression import And, Compare, Expression, Or


@dataclass(frozen=True)
class Bounds:
    """Necessary conditions; None and empty ask for nothing. Times are microseconds, both ends included."""

    start_us: int | None = None
    end_us: int | None = None
    has_error: bool | None = None
    is_root: bool | None = None
    ids: frozenset[str] | None = None
    trace_ids: frozenset[str] | None = None
    threads: frozenset[str] | None = None

    def also(self, other: Bounds) -> Bounds:
        """What meets both."""
        return Bounds(
            _larger(self.start_us, other.start_us),
            _smaller(self.end_us, other.end_us),
            other.has_error if self.has_error is None else self.has_error,
            other.is_root if self.is_root is None else self.is_root,
            _shared(self.ids, other.ids),
            _shared(self.trace_ids, other.trace_ids),
            _shared(self.threads, other.threads),
        )


ANYTHING = Bounds()


def bounds(expression: Expression | None) -> Bounds:
    """The bounds of an expression. What stands under or(…) and not(…) bounds nothing, but equal alternatives."""
    match expression:
        case And(args):
            return _all(args)
        case Or(args):
            found = [bounds(arg) for arg in args]
            return found[0] if all(one == found[0] for one in found) else ANYTHING
        case Compare():
            return _of(expression)
    return ANYTHING


def _all(args: Iterable[Expression]) -> Bounds:
    found = ANYTHING
    for arg in args:
        found = found.also(bounds(arg))
    return found


def _of(compare: Compare) -> Bounds:  # noqa: PLR0911 one branch a field
    op, operand = compare.op, compare.operand
    match compare.field:
        case "start_time" if isinstance(operand, int):
            return _window(op, operand)
        case "status" if op == "eq":
            return replace(ANYTHING, has_error=operand == "error")
        case "error" if operand is None and op in ("eq", "neq"):
            return replace(ANYTHING, has_error=op == "neq")
        case "is_root" if op == "eq" and isinstance(operand, bool):
            return replace(ANYTHING, is_root=operand)
        case "id" if (named := _named(op, operand)) is not None:
            return replace(ANYTHING, ids=named)
        case "trace_id" if (named := _named(op, operand)) is not None:
            return replace(ANYTHING, trace_ids=named)
        case "thread_id" if op == "eq" and isinstance(operand, str):
            return replace(ANYTHING, threads=frozenset([operand]))
    return ANYTHING


def _window(op: str, time_us: int) -> Bounds:
    match op:
        case "eq":
            return Bounds(start_us=time_us, end_us=time_us)
        case "gt" | "gte":
            return Bounds(start_us=time_us + (op == "gt"))
        case "lt" | "lte":
            return Bounds(end_us=time_us - (op == "lt"))
    return ANYTHING


def _named(op: str, operand: object) -> frozenset[str] | None:
    """The ids that eq or in names. What is no UUID is no run's id, and is not looked up."""
    if op == "eq" and operand is not None:
        operand = (operand,)
    if op in ("eq", "in") and isinstance(operand, tuple):
        return frozenset(found for one in operand if (found := canonical_uuid(one)) is not None)
    return None


def _larger(one: int | None, other: int | None) -> int | None:
    return max((time for time in (one, other) if time is not None), default=None)


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((time for time in (one, other) if time is not None), default=None)


def _shared(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other
