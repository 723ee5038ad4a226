"""A whole trace as it is read: its runs, and the totals of each run's tree."""

from __future__ import annotations

from functools import cached_property

from shared.pricing.costs import cost_of
from shared.pricing.prices import PriceTable
from shared.runs.fact import Fields
from shared.runs.repair import repair
from shared.runs.run import Run
from shared.runs.totals import Node, Totals, roll_up


class Trace:
    """The runs of one trace, priced.

    Laws: every run counts once in its ancestors' totals; a run whose parent is missing is a root of its own;
    spans of OpenTelemetry stand in their places (`shared/runs/repair.py`).
    """

    def __init__(self, trace_id: str, merged: dict[str, Fields], prices: PriceTable) -> None:
        self.id = trace_id
        repair(trace_id, merged)
        self.runs = {
            run_id: Run(run_id, trace_id, fields) for run_id, fields in merged.items() if "dotted_order" in fields
        }
        self._prices = prices

    @property
    def root(self) -> Run | None:
        """The operation that the trace is of; None while it has not arrived."""
        return self.runs.get(self.id)

    @cached_property
    def in_order(self) -> list[Run]:
        """All runs in order of execution: parents before children, siblings by start."""
        return sorted(self.runs.values(), key=lambda run: run.dotted_order)

    @cached_property
    def totals(self) -> dict[str, Totals]:
        """Tokens and costs of each run's tree, by run id."""
        return roll_up(self._node(run) for run in self.runs.values())

    @property
    def first_token_us(self) -> int | None:
        """When the first token of any run streamed."""
        times = [time for run in self.runs.values() if (time := run.first_token_us) is not None]
        return min(times, default=None)

    def _node(self, run: Run) -> Node:
        usage = run.usage
        if usage is None:
            return Node(run.id, run.parent_run_id, run.run_type, None, None)
        price = self._prices.price_for(run.model, run.provider, run.start_us)
        return Node(run.id, run.parent_run_id, run.run_type, usage, cost_of(usage, price))
