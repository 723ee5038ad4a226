"""What was measured, beside what must be: figures, tables, and how both are written for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["aim", "must", "NO", ""]
_BARE_FROM = 100
_SMALLEST = 0.001


@dataclass(frozen=True)
class Figure:
    """One measured number; `must` and `aim` are the most it may be (design budgets), None where there is no budget."""

    what: str
    measured: float
    unit: str
    must: float | None = None
    aim: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Which budget it keeps: the aim, only the must, or NOt even that; nothing where there is none."""
        if self.aim is not None and self.measured <= self.aim:
            return "aim"
        if self.must is None:
            return ""
        return "must" if self.measured <= self.must else "NO"


@dataclass(frozen=True)
class Table:
    """Numbers behind the figures: a first column of names, then numbers or texts."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | float]]


@dataclass(frozen=True)
class Section:
    """One thing that was measured. `how` says what stood still and what moved."""

    title: str
    how: str
    figures: list[Figure]
    tables: list[Table] = field(default_factory=list)


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that `percent` % of the values do not exceed. Raises: ValueError when there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("there is no percentile of nothing")
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def written(number: float) -> str:
    """A number as people read it: three digits that count, thousands apart."""
    if number == 0:
        return "0"
    size = abs(number)
    if size >= _BARE_FROM or float(number).is_integer():
        return f"{number:,.0f}"
    if size < _SMALLEST:
        return f"{number:.1e}"
    digits = max(0, 2 - math.floor(math.log10(size)))
    return f"{number:.{digits}f}"


def report(section: Section) -> str:
    """The section as text: how it was measured, its figures beside their budgets, its tables."""
    head = ("what", "must", "aim", "measured", "", "ok")
    rows = [_row(figure) for figure in section.figures]
    blocks = [section.title.upper(), _wrapped(section.how), aligned(head, rows, left=(0, 4, 5))]
    for table in section.tables:
        cells = [[_cell(value) for value in row] for row in table.rows]
        blocks.append(f"{table.title}\n{aligned(table.head, cells, left=(0,))}")
    return "\n\n".join(blocks)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    """Columns as wide as their widest cell; those of `left` begin at the left, the others end at the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = ["  ".join(_padded(line, widths, left)).rstrip() for line in lines]
    return "\n".join([shown[0], "-" * max(map(len, shown)), *shown[1:]])


def _padded(line: Sequence[str], widths: Sequence[int], left: Sequence[int]) -> Iterable[str]:
    for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
        yield cell.ljust(width) if column in left else cell.rjust(width)


def _row(figure: Figure) -> tuple[str, ...]:
    bounds = [f"≤ {written(bound)}" if bound is not None else "" for bound in (figure.must, figure.aim)]
    return figure.what, *bounds, written(figure.measured), figure.unit, figure.verdict


def _cell(value: str | float) -> str:
    return value if isinstance(value, str) else written(value)


def _wrapped(text: str, width: int = 118) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)
