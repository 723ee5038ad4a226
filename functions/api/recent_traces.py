"""Whole traces for a walk along the log, in which the runs of one trace lie near each other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping

from shared.store.whole import WholeTrace, WholeTraces

_MOST_TRACES = 200
_MOST_RUNS = 50_000
"""Kept in all beside those that are asked for: some 100 MB."""


class RecentTraces:
    """The traces of one workspace that were asked for last, each read once while it stays among them."""

    def __init__(self, whole: WholeTraces, workspace: str) -> None:
        self._whole = whole
        self._workspace = workspace
        self._kept: OrderedDict[str, WholeTrace | None] = OrderedDict()

    def read(self, trace_ids: Collection[str]) -> Mapping[str, WholeTrace]:
        """Those of these traces that are there, by id."""
        unread = sorted(set(trace_ids) - self._kept.keys())
        found = self._whole.many(self._workspace, unread) if unread else {}
        self._kept.update((one, found.get(one)) for one in unread)
        for trace_id in trace_ids:
            self._kept.move_to_end(trace_id)
        asked = {one: whole for one in trace_ids if (whole := self._kept[one]) is not None}
        self._let_go(len(set(trace_ids)))
        return asked

    def _let_go(self, asked: int) -> None:
        """Forget those that were asked for longest ago, but none of those asked for now."""
        runs = sum(len(whole.runs) for whole in self._kept.values() if whole is not None)
        while len(self._kept) > asked and (len(self._kept) > _MOST_TRACES or runs > _MOST_RUNS):
            _, gone = self._kept.popitem(last=False)
            runs -= 0 if gone is None else len(gone.runs)
