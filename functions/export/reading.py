"""The runs of a window, whole, some hundred at a time, in order of their start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from shared.pricing.prices import Prices
from shared.runs.fact import PAYLOAD_FIELDS
from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from shared.store.questions import Questions
from shared.store.walk import Position, Window
from shared.store.whole import ReadRun, WholeTrace, WholeTraces

BATCH_RUNS = 500
_KEPT_RUNS = 2_000
"""Runs of traces that are kept for the batches to come; what a batch itself needs is kept beside them."""


@dataclass
class Batch:
    """Some runs that match, and the position behind all that were looked at."""

    runs: list[ReadRun]
    end: Position


class WindowReader:
    """Reads the runs of one project. What has ended or was deleted by now is left out."""

    def __init__(
        self, ask: Questions, prices: Prices, workspace: str, project: str, batch_runs: int = BATCH_RUNS
    ) -> None:
        self._ask = ask
        self._whole_traces = WholeTraces(ask, prices)
        self._batch_runs = batch_runs
        self._workspace = workspace
        self._project = project
        self._traces: dict[str, WholeTrace] = {}

    def batches(self, start_us: int, end_us: int, after: Position | None, where: Expression | None) -> Iterator[Batch]:
        """The runs whose place is in [start, end), from behind a position.

        Law: each run is in one of the windows that divide a time, whatever it says of its own start.
        """
        window = Window(start_us, end_us - 1, newest_first=False, after=after)
        minutes = self._ask.log.minutes(self._workspace, self._project, window)
        logged = (run for minute in minutes for run in minute.runs)
        while looked_at := list(islice(logged, self._batch_runs)):
            wanted = [run for run in looked_at if start_us <= run.order_us < end_us and _may_match(where, run)]
            last = looked_at[-1]
            yield Batch(self._whole(wanted, where), Position(last.order_us, last.id))

    def _whole(self, logged: Sequence[Run], where: Expression | None) -> list[ReadRun]:
        self._load(list(dict.fromkeys(run.trace_id for run in logged)))
        found = [read for run in logged if (read := self._one(run, where)) is not None]
        self._whole_traces.fill_payloads(found, PAYLOAD_FIELDS)
        return found

    def _load(self, trace_ids: list[str]) -> None:
        """Have these traces at hand, and of the others the latest as long as they are few."""
        missing = [trace_id for trace_id in trace_ids if trace_id not in self._traces]
        self._traces |= self._whole_traces.many(self._workspace, missing)
        needed = set(trace_ids)
        kept = sum(len(one.runs) for one in self._traces.values())
        for trace_id in [one for one in self._traces if one not in needed]:
            if kept <= _KEPT_RUNS:
                break
            kept -= len(self._traces.pop(trace_id).runs)

    def _one(self, logged: Run, where: Expression | None) -> ReadRun | None:
        whole = self._traces.get(logged.trace_id)
        read = None if whole is None else whole.runs.get(logged.id)
        if whole is None or read is None or read.run.project != self._project:
            return None
        return read if where is None or evaluate(where, whole.known(read.run)) is True else None


def _may_match(where: Expression | None, logged: Run) -> bool:
    """What the log alone tells: False is final."""
    return where is None or evaluate(where, Known(logged)) is not False
