"""Skeletons of traces for the page, and whether one that it has is still the newest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from shared.base.errors import NotFound
from shared.base.garbage import collection_paused
from shared.base.ids import receipt_us
from shared.pricing.prices import Prices
from shared.projects.project import Project
from shared.runs.skeleton import Skeleton, skeleton_of
from shared.runs.trace import Trace
from shared.store.questions import Questions
from shared.store.traces import StoredTrace

_SHAPE = 1
"""Part of every revision: a new one where the skeleton of the same trace becomes another."""
_REVISION_CHARS = 20


@dataclass(frozen=True)
class Drawn:
    """A trace as the page draws it: its skeleton, and what became of it."""

    skeleton: Skeleton
    revision: str
    stored: StoredTrace
    project: Project
    thread_id: str | None

    @property
    def last_received_us(self) -> int:
        """When anything of it was received last."""
        return max(receipt_us(chunk.receipt) for chunk in self.stored.chunks)


class Skeletons:
    """Questions about the skeletons of traces, for one deployment. A trace that is not there is NotFound."""

    def __init__(self, ask: Questions, prices: Prices) -> None:
        self._ask = ask
        self._prices = prices

    def revision(self, workspace: str, trace_id: str) -> str:
        """What the trace's skeleton is made of, by the keys of its rows alone. Raises: NotFound.

        Law: it is that of `draw` as long as nothing of the trace, its fate or its projects changes.
        """
        stored = self._ask.traces.outline(workspace, trace_id)
        if stored is None:
            raise _missing(trace_id)
        return _revision(stored, self._alive(stored))

    def draw(self, workspace: str, trace_id: str) -> Drawn:
        """The trace's skeleton. Runs of deleted projects are not in it. Raises: NotFound."""
        stored = self._ask.traces.load(workspace, trace_id)
        alive = {} if stored is None else self._alive(stored)
        if stored is None or not alive:
            raise _missing(trace_id)
        with collection_paused():
            trace = Trace(trace_id, stored.merged(), self._prices.of(workspace))
            runs = [run for run in trace.in_order if run.project in alive]
            if not runs:
                raise _missing(trace_id)
            first = trace.root if trace.root is not None and trace.root.project in alive else runs[0]
            skeleton = skeleton_of(trace_id, runs, trace.totals)
        return Drawn(skeleton, _revision(stored, alive), stored, alive[first.project], first.thread_id)

    def _alive(self, stored: StoredTrace) -> dict[str, Project]:
        """The projects of its chunks that are there."""
        found = {}
        for project in sorted({chunk.project for chunk in stored.chunks}):
            try:
                found[project] = self._ask.projects.get(stored.workspace, project)
            except NotFound:
                continue
        return found


def _revision(stored: StoredTrace, alive: Collection[str]) -> str:
    made_of = [chunk.order for chunk in stored.chunks]
    said = repr((_SHAPE, made_of, stored.tier, stored.kept_because, sorted(alive)))
    return hashlib.sha256(said.encode()).hexdigest()[:_REVISION_CHARS]


def _missing(trace_id: str) -> NotFound:
    return NotFound(f"Trace {trace_id} does not exist, has expired, or has not been recorded yet")
