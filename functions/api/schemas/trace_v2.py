"""A trace in v2's list: its root run, and what its tree adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from functions.api.reader import TraceRow
from functions.api.schemas.moments import utc
from functions.api.schemas.run_v2 import RunShape
from shared.wire.run_parts import Around, totals_of

_AGGREGATES = ("TOTAL_TOKENS", "TOTAL_COST", "FIRST_TOKEN_TIME")


class TraceShape:
    """Which properties are answered: those of the tree go to `trace_aggregates`, all others to `root_run`."""

    def __init__(self, selects: Iterable[str] | None) -> None:
        names = list(dict.fromkeys(selects or ()))
        self._aggregates = [name.lower() for name in _AGGREGATES if name in names]
        self._root = RunShape([name for name in names if name not in _AGGREGATES])
        self.payloads = self._root.payloads
        self.previews = self._root.previews

    def object_of(self, row: TraceRow, around: Around) -> dict[str, Any]:
        """The trace, ready to be encoded."""
        return {
            "root_run": self._root.object_of(row.root, around),
            "trace_aggregates": self._sums(row) if self._aggregates else None,
            "run_count": row.runs,
            "failed_run_count": row.failed_runs,
        }

    def _sums(self, row: TraceRow) -> dict[str, Any]:
        totals = totals_of(row.root)
        sums = {
            "total_tokens": totals.total_tokens,
            "total_cost": totals.total_cost,
            "first_token_time": utc(row.first_token_us),
        }
        return {name: sums[name] for name in self._aggregates}
