"""The runs of a window, whole, some hundred at a time, in order of their start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from shared.feedback.feedback import Feedback
from shared.pricing.prices import PriceTable
from shared.runs.fact import PAYLOAD_FIELDS
from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from shared.runs.totals import NOTHING, Totals
from shared.runs.trace import Trace
from shared.store.feedback import Owner, feedback_in
from shared.store.questions import Questions
from shared.store.traces import PayloadAt, StoredTrace
from shared.store.walk import Position, Window

BATCH_RUNS = 500
_KEPT_RUNS = 2_000
"""Runs of traces that are kept for the batches to come; what a batch itself needs is kept beside them."""


@dataclass
class WholeRun:
    """A run with all that is known of it: the JSON texts of its payload fields, and its feedback."""

    run: Run
    totals: Totals
    stored: StoredTrace
    payloads: dict[str, bytes] = field(default_factory=dict)
    feedback: list[Feedback] = field(default_factory=list)


class _ReadTrace:
    """One trace, merged, and the feedback of each of its runs."""

    def __init__(self, stored: StoredTrace, prices: PriceTable) -> None:
        self.stored = stored
        self.trace = Trace(stored.id, stored.merged(), prices)
        self.feedback: dict[str, list[Feedback]] = {}
        for one in feedback_in(stored.feedback, Owner("trace", stored.id)):
            self.feedback.setdefault(one.run_id or "", []).append(one)


@dataclass
class Batch:
    """Some runs that match, and the position behind all that were looked at."""

    runs: list[WholeRun]
    end: Position


class WindowReader:
    """Reads the runs of one project. What has ended or was deleted by now is left out."""

    def __init__(
        self, ask: Questions, prices: PriceTable, workspace: str, project: str, batch_runs: int = BATCH_RUNS
    ) -> None:
        self._ask = ask
        self._batch_runs = batch_runs
        self._prices = prices
        self._workspace = workspace
        self._project = project
        self._traces: dict[str, _ReadTrace] = {}

    def batches(self, start_us: int, end_us: int, after: Position | None, where: Expression | None) -> Iterator[Batch]:
        """The runs that started in [start, end), from behind a position."""
        window = Window(start_us, end_us - 1, newest_first=False, after=after)
        minutes = self._ask.log.minutes(self._workspace, self._project, window)
        logged = (run for minute in minutes for run in minute.runs)
        while looked_at := list(islice(logged, self._batch_runs)):
            wanted = [run for run in looked_at if start_us <= run.start_us < end_us and _may_match(where, run)]
            last = looked_at[-1]
            yield Batch(self._whole(wanted, where), Position(last.order_us, last.id))

    def _whole(self, logged: Sequence[Run], where: Expression | None) -> list[WholeRun]:
        self._load(list(dict.fromkeys(run.trace_id for run in logged)))
        found = [whole for run in logged if (whole := self._one(run)) is not None]
        if where is not None:
            found = [whole for whole in found if evaluate(where, self._known(whole)) is True]
        self._fill(found)
        return found

    def _load(self, trace_ids: list[str]) -> None:
        """Have these traces at hand, and of the others the latest as long as they are few."""
        missing = [trace_id for trace_id in trace_ids if trace_id not in self._traces]
        for trace_id, stored in self._ask.traces.load_many(self._workspace, missing).items():
            self._traces[trace_id] = _ReadTrace(stored, self._prices)
        needed = set(trace_ids)
        kept = sum(len(one.trace.runs) for one in self._traces.values())
        for trace_id in [one for one in self._traces if one not in needed]:
            if kept <= _KEPT_RUNS:
                break
            kept -= len(self._traces.pop(trace_id).trace.runs)

    def _one(self, logged: Run) -> WholeRun | None:
        read = self._traces.get(logged.trace_id)
        run = None if read is None else read.trace.runs.get(logged.id)
        if read is None or run is None or run.project != self._project:
            return None
        totals = read.trace.totals.get(run.id, NOTHING)
        return WholeRun(run, totals, read.stored, feedback=read.feedback.get(run.id, []))

    def _known(self, whole: WholeRun) -> Known:
        feedback = [one.fields for one in whole.feedback]
        return Known(whole.run, whole.totals, feedback, partial(self._opened, whole), has_totals=True)

    def _opened(self, whole: WholeRun, name: str) -> Any:  # noqa: ANN401 any JSON value
        at = _place_of(whole.run, name)
        return None if at is None else msgspec.json.decode(self._ask.traces.payloads([at])[0])

    def _fill(self, found: Sequence[WholeRun]) -> None:
        wanted = [
            (whole, name, at)
            for whole in found
            for name in PAYLOAD_FIELDS
            if (at := _place_of(whole.run, name)) is not None
        ]
        texts = self._ask.traces.payloads([at for _, _, at in wanted])
        for (whole, name, _), text in zip(wanted, texts, strict=True):
            whole.payloads[name] = text


def _may_match(where: Expression | None, logged: Run) -> bool:
    """What the log alone tells: False is final."""
    return where is None or evaluate(where, Known(logged)) is not False


def _place_of(run: Run, name: str) -> PayloadAt | None:
    value = run.fields.get(name)
    return None if value is None else PayloadAt(value[3], value[1], value[2])
