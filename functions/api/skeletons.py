"""Skeletons of traces for the page, and whether one that it has is still the newest."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.base.errors import NotFound
from shared.base.garbage import collection_paused
from shared.base.ids import receipt_us
from shared.base.units import MIB
from shared.pricing.prices import Prices
from shared.projects.project import Project
from shared.runs.skeleton import Skeleton, skeleton_of
from shared.runs.trace import Trace
from shared.store.questions import Questions
from shared.store.traces import StoredTrace

_SHAPE = 1
"""Part of every revision: a new one where the skeleton of the same trace becomes another."""
_REVISION_CHARS = 20
KEPT_FROM_RUNS = 1_000
"""Smaller traces are drawn as quickly as their keys are read."""
_MOST_BYTES = 32 * MIB


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
        self._kept = KeptAnswers()

    def revision(self, workspace: str, trace_id: str) -> str:
        """What the trace's skeleton is made of, by the keys of its rows alone. Raises: NotFound.

        Law: it is that of `draw` as long as nothing of the trace, its fate, its projects or the owner's prices changes.
        """
        stored = self._ask.traces.outline(workspace, trace_id)
        if stored is None:
            raise _missing(trace_id)
        return self._revision(stored, self._alive(stored))

    def written(self, workspace: str, trace_id: str, write: Callable[[Drawn], bytes]) -> tuple[str, bytes]:
        """The revision and the answer that `write` makes of the drawn trace. Raises: NotFound.

        That of a large trace is kept, and given again while the keys of its rows say that it is the newest.
        """
        kept = self._kept.get((workspace, trace_id))
        if kept is not None and kept[0] == self.revision(workspace, trace_id):
            return kept
        drawn = self.draw(workspace, trace_id)
        answer = drawn.revision, write(drawn)
        if drawn.skeleton.runs >= KEPT_FROM_RUNS:
            self._kept.put((workspace, trace_id), answer)
        return answer

    def draw(self, workspace: str, trace_id: str) -> Drawn:
        """The trace's skeleton. Runs of deleted projects are not in it. Raises: NotFound."""
        with collection_paused():
            # Called, so that all it made is gone before the collector is back: it would walk over all of it once.
            return self._drawn(workspace, trace_id)

    def _drawn(self, workspace: str, trace_id: str) -> Drawn:
        stored = self._ask.traces.load(workspace, trace_id)
        alive = {} if stored is None else self._alive(stored)
        if stored is None or not alive:
            raise _missing(trace_id)
        trace = Trace(trace_id, stored.merged(), self._prices.of(workspace))
        runs = [run for run in trace.in_order if run.project in alive]
        if not runs:
            raise _missing(trace_id)
        first = trace.root if trace.root is not None and trace.root.project in alive else runs[0]
        skeleton = skeleton_of(trace_id, runs, trace.totals)
        return Drawn(skeleton, self._revision(stored, alive), stored, alive[first.project], first.thread_id)

    def _alive(self, stored: StoredTrace) -> dict[str, Project]:
        """The projects of its chunks that are there."""
        found = {}
        for project in sorted({chunk.project for chunk in stored.chunks}):
            try:
                found[project] = self._ask.projects.get(stored.workspace, project)
            except NotFound:
                continue
        return found

    def _revision(self, stored: StoredTrace, alive: Mapping[str, Project]) -> str:
        chunks = [chunk.order for chunk in stored.chunks]
        prices = self._prices.of(stored.workspace)
        own_prices = prices.prices[: len(prices.prices) - len(prices.shipped)]
        names = sorted((project.id, project.name) for project in alive.values())
        made_of = repr((_SHAPE, chunks, stored.tier, stored.kept_because, names, own_prices))
        return hashlib.sha256(made_of.encode()).hexdigest()[:_REVISION_CHARS]


class KeptAnswers:
    """The answers that were asked for last, up to `_MOST_BYTES` of them. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()

    def get(self, place: tuple[str, str]) -> tuple[str, bytes] | None:
        """What is kept for this workspace and trace."""
        with self._lock:
            return self._kept.get(place)

    def put(self, place: tuple[str, str], answer: tuple[str, bytes]) -> None:
        """Keep it, in the place of what was kept longest."""
        with self._lock:
            self._kept[place] = answer
            self._kept.move_to_end(place)
            while len(self._kept) > 1 and sum(len(body) for _, body in self._kept.values()) > _MOST_BYTES:
                self._kept.popitem(last=False)


def _missing(trace_id: str) -> NotFound:
    return NotFound(f"Trace {trace_id} does not exist, has expired, or has not been recorded yet")
