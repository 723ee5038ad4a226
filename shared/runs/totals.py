"""What a run and all below it used and cost.

Parents repeat what their children say: a chain returns the answer of its model call, usage and all, and
so does the export of OpenTelemetry. So of runs with token counts only these are counted:

    llm and embedding    those with no counted llm or embedding run below them
    all others           those with no counted run of any type below them, unless a counted
                         llm or embedding run stands above them

A cost without token counts (a tool that says what it cost) repeats nobody: it is added wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import msgspec

from shared.runs.cost import Cost, Costs
from shared.runs.token_counts import Kinds, Usage
from shared.runs.usage import MODEL_RUN_TYPES


class Node(NamedTuple):
    """One run of a trace, as far as totals need it. A parent that is not in the trace is as good as none."""

    run_id: str
    parent_id: str | None
    run_type: str
    usage: Usage | None
    cost: Cost | None


class Totals(msgspec.Struct, frozen=True):
    """Sums over a run and all below it. A cost is None where nothing in it is known.

    Law: the totals of a trace's roots add up to those of its counted runs.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_token_details: Kinds = {}
    completion_token_details: Kinds = {}
    prompt_cost: Decimal | None = None
    completion_cost: Decimal | None = None
    total_cost: Decimal | None = None
    prompt_cost_details: Costs = {}
    completion_cost_details: Costs = {}


NOTHING = Totals()


def roll_up(nodes: Iterable[Node]) -> dict[str, Totals]:
    """The totals of every run of a trace, by run id.

    Orphans are roots. Runs whose parents form a circle are roots each, so that what stands below them is
    counted once. Linear in the number of runs. Law: the order of the nodes changes nothing.
    """
    by_id = {node.run_id: _Sum(node) for node in nodes}
    for below in by_id.values():
        above = by_id.get(below.node.parent_id) if below.node.parent_id else None
        if above is not None:
            below.above = above
            above.waits_for += 1
    leaves = [each for each in by_id.values() if not each.waits_for]
    for each in leaves:
        _finish(each)
        above = each.above
        if above is not None:
            _hand_up(each, above)
            above.waits_for -= 1
            if not above.waits_for:
                leaves.append(above)  # the list is the queue: it grows until the roots are reached
    for each in by_id.values():
        if each.waits_for:
            _finish(each)
    return {run_id: each.totals for run_id, each in by_id.items()}


class _Sum:
    """What has been counted at and below one run so far."""

    __slots__ = ("above", "has_counted", "has_counted_model", "node", "totals", "untold", "waits_for")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.above: _Sum | None = None
        self.waits_for = 0
        self.totals = NOTHING
        self.untold = NOTHING
        """The part of the totals that stems from costs without token counts."""
        self.has_counted = False
        self.has_counted_model = False


def _finish(each: _Sum) -> None:
    """Add what the run itself says, all below it having been added."""
    _, _, run_type, usage, cost = each.node
    if not _has_tokens(usage):
        if cost is not None:
            own = _totals_of(None, cost)
            each.totals, each.untold = _plus(each.totals, own), _plus(each.untold, own)
        return
    if run_type in MODEL_RUN_TYPES:
        if not each.has_counted_model:
            each.totals = _plus(_totals_of(usage, cost), each.untold)
            each.has_counted = each.has_counted_model = True
    elif not each.has_counted:
        each.totals = _plus(_totals_of(usage, cost), each.totals)
        each.has_counted = True


def _hand_up(each: _Sum, above: _Sum) -> None:
    above.totals = _plus(above.totals, each.totals)
    above.untold = _plus(above.untold, each.untold)
    above.has_counted = above.has_counted or each.has_counted
    above.has_counted_model = above.has_counted_model or each.has_counted_model


def _has_tokens(usage: Usage | None) -> bool:
    return usage is not None and usage.get("total", 0) > 0


def _totals_of(usage: Usage | None, cost: Cost | None) -> Totals:
    counted = usage or {}
    known = cost or Cost()
    return Totals(
        counted.get("input", 0),
        counted.get("output", 0),
        counted.get("total", 0),
        counted.get("input_details", {}),
        counted.get("output_details", {}),
        known.prompt,
        known.completion,
        known.total,
        known.prompt_details,
        known.completion_details,
    )


def _plus(one: Totals, other: Totals) -> Totals:
    if other is NOTHING:
        return one
    if one is NOTHING:
        return other
    return Totals(
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        one.total_tokens + other.total_tokens,
        _kinds(one.prompt_token_details, other.prompt_token_details),
        _kinds(one.completion_token_details, other.completion_token_details),
        _known(one.prompt_cost, other.prompt_cost),
        _known(one.completion_cost, other.completion_cost),
        _known(one.total_cost, other.total_cost),
        _costs(one.prompt_cost_details, other.prompt_cost_details),
        _costs(one.completion_cost_details, other.completion_cost_details),
    )


def _known(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The sum of what is known."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _kinds(one: Kinds, other: Kinds) -> Kinds:
    if not one or not other:
        return one or other
    return one | {kind: one.get(kind, 0) + count for kind, count in other.items()}


def _costs(one: Costs, other: Costs) -> Costs:
    if not one or not other:
        return one or other
    return one | {kind: one.get(kind, Decimal(0)) + cost for kind, cost in other.items()}
