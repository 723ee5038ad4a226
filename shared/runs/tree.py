"""The runs of a trace as a tree that can be drawn: in order of execution, with each run's parent by its index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shared.runs.dotted_order import SEGMENT_CHARS
from shared.runs.run import Run

NO_PARENT = -1


class Tree(NamedTuple):
    """`runs` in order of execution and, as indexes into it, each run's parent (-1 of a root).

    `cut` are the runs whose parents form a circle: they are roots each, as totals have it (`shared/runs/totals.py`).
    Laws: each run stands behind its parent, and between them only what is below that parent too; siblings are
    in order of (start, id); every run is there once.
    """

    runs: list[Run]
    parents: list[int]
    cut: list[int]


def tree_of(in_order: Sequence[Run]) -> Tree:
    """The tree of runs that are sorted by dotted order. A run whose parent is not among them is a root."""
    runs = list(in_order)
    at = {run.id: index for index, run in enumerate(runs)}
    parents = [at.get(run.parent_run_id or "", NO_PARENT) for run in runs]
    if _is_drawn_so(parents):
        return Tree(runs, parents, [])
    return _walked(runs, parents)


def _is_drawn_so(parents: Sequence[int]) -> bool:
    """Whether each run's parent is the run before it or one above that: true of whatever the SDKs send whole."""
    above: list[int] = []
    for index, parent in enumerate(parents):
        while above and above[-1] != parent:
            above.pop()
        if not above and parent != NO_PARENT:
            return False
        above.append(index)
    return True


def _walked(runs: list[Run], parents: list[int]) -> Tree:
    """The same for runs whose dotted orders say something else than their parents, or whose parents are missing."""
    cut = _circles(parents)
    for index in cut:
        parents[index] = NO_PARENT
    below: dict[int, list[int]] = {}
    for index in sorted(range(len(runs)), key=lambda one: runs[one].dotted_order[-SEGMENT_CHARS:], reverse=True):
        below.setdefault(parents[index], []).append(index)
    order: list[int] = []
    to_visit = sorted(below.get(NO_PARENT, []), key=lambda one: runs[one].is_root)  # the last is visited first
    while to_visit:
        order.append(index := to_visit.pop())
        to_visit.extend(below.get(index, []))
    now_at = {index: new for new, index in enumerate(order)} | {NO_PARENT: NO_PARENT}
    moved = [now_at[parents[index]] for index in order]
    return Tree([runs[index] for index in order], moved, sorted(now_at[index] for index in cut))


def _circles(parents: Sequence[int]) -> list[int]:
    """The runs of all circles of parents."""
    seen_from: dict[int, int] = {}
    found: list[int] = []
    for start in range(len(parents)):
        at = start
        while at != NO_PARENT and at not in seen_from:
            seen_from[at] = start
            at = parents[at]
        if at != NO_PARENT and seen_from[at] == start:
            found += _circle(parents, at)
    return found


def _circle(parents: Sequence[int], first: int) -> list[int]:
    circle = [first]
    while (above := parents[circle[-1]]) != first:
        circle.append(above)
    return circle
