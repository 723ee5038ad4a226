"""Statistics of runs that can be added up: of a minute, an hour, a project, a group."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from shared.runs.histogram import Histogram
from shared.runs.run import Run
from shared.runs.totals import Totals

_NO_COST = Decimal(0)
_NANO = 10**9


class Stats(msgspec.Struct, array_like=True):
    """What some runs add up to. Latencies and first tokens are in microseconds, costs in dollars.

    `costed` counts the runs whose cost is known: where it is zero, the sums mean nothing.
    Law: `add` and `merge` in any order give the same.
    """

    runs: int = 0
    failed: int = 0
    ended: int = 0
    streamed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    costed: int = 0
    prompt_cost: Decimal = _NO_COST
    completion_cost: Decimal = _NO_COST
    total_cost: Decimal = _NO_COST
    latency_us: Histogram = msgspec.field(default_factory=Histogram)
    first_token_us: Histogram = msgspec.field(default_factory=Histogram)
    tokens: Histogram = msgspec.field(default_factory=Histogram)
    cost_nano_usd: Histogram = msgspec.field(default_factory=Histogram)
    last_start_us: int = 0

    def add(self, run: Run, totals: Totals | None, first_token_us: int | None = None) -> None:
        """Count one run. The first token of a root is that of its tree, where that is known."""
        self.runs += 1
        self.failed += run.status == "error"
        self.last_start_us = max(self.last_start_us, run.start_us)
        if run.latency_us is not None:
            self.ended += 1
            self.latency_us.add(run.latency_us)
        token_us = run.first_token_us if first_token_us is None else first_token_us
        if token_us is not None:
            self.streamed += 1
            self.first_token_us.add(max(0, token_us - run.start_us))
        if totals is not None:
            self._add_totals(totals)

    def _add_totals(self, totals: Totals) -> None:
        self.prompt_tokens += totals.prompt_tokens
        self.completion_tokens += totals.completion_tokens
        self.total_tokens += totals.total_tokens
        if totals.total_tokens:
            self.tokens.add(totals.total_tokens)
        if totals.total_cost is not None:
            self.costed += 1
            self.prompt_cost += totals.prompt_cost or _NO_COST
            self.completion_cost += totals.completion_cost or _NO_COST
            self.total_cost += totals.total_cost
            self.cost_nano_usd.add(round(totals.total_cost * _NANO))

    def merge(self, other: Stats) -> None:
        """Count all that the other counted too."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _HISTOGRAMS:
            getattr(self, name).merge(getattr(other, name))
        self.last_start_us = max(self.last_start_us, other.last_start_us)


_HISTOGRAMS = ("latency_us", "first_token_us", "tokens", "cost_nano_usd")
_SUMS = tuple(name for name in Stats.__struct_fields__ if name not in (*_HISTOGRAMS, "last_start_us"))
