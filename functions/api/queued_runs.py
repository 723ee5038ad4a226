"""The runs in annotation queues for one caller: added, with a longer life if that is asked, and read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from functions.api.auth import Caller
from functions.api.routes.runs import around
from functions.api.schemas.moments import naive
from functions.api.schemas.queue_item import place_in_queue
from functions.api.source_runs import TRACES_AT_ONCE, Named, SourceRuns
from shared.base.errors import NotAllowed, TooLarge
from shared.queues.item import QueueItem, RunRef
from shared.queues.queue import AnnotationQueue
from shared.retention.kept import Kept
from shared.store.annotation_queues import Added, AnnotationQueues
from shared.store.whole import ReadRun, place_of
from shared.wire.app_paths import project_path
from shared.wire.run_v1 import ALWAYS, RunShape, whole_run

MAX_RUNS_A_REQUEST = 500
MAX_ANSWER_BYTES = 20_000_000
"""Of payloads in one answer, before it is compressed. A page is never cut short: clients take one that is for the
last."""
_GONE = "Its trace has expired by its retention, or was deleted with its project; take the run out of the queue"
_NAMED = RunShape([*ALWAYS, "end_time", "parent_run_id", "inputs_preview"])


class QueuedRuns:
    """Questions and commands about the runs in the queues of the caller's workspace."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._room = caller.room
        self.queues = queues_of(caller)
        self._whole = whole_run(with_serialized=False)

    def add(self, queue_id: str, named: Sequence[Named], *, extends: bool) -> Added:
        """Add runs to a queue; `extends` keeps their traces in the extended tier first.

        Raises: NotFound; Conflict where the queue is full; NotAllowed where a limit lets no trace be kept longer;
        TooLarge.
        """
        if len(named) > MAX_RUNS_A_REQUEST:
            raise TooLarge(f"{len(named)} runs; one request may add {MAX_RUNS_A_REQUEST}: send several requests")
        queue = self.queues.get(self._caller.workspace, queue_id)
        refs = SourceRuns(self._caller).refs(named)
        if extends:
            self._extend(queue, refs)
        by = self._caller.key.description
        return self.queues.add(self._caller.workspace, queue_id, refs, by, self._caller.now_us)

    def shown(self, items: Sequence[QueueItem]) -> list[dict[str, Any]]:
        """The runs of these items, whole, in their order; of what is gone, what the item knows. Raises: TooLarge."""
        return self._shown(items, self._whole)

    def named(self, items: Sequence[QueueItem]) -> list[dict[str, Any]]:
        """The same without any payload: what a list of them shows."""
        return self._shown(items, _NAMED)

    def _shown(self, items: Sequence[QueueItem], shape: RunShape) -> list[dict[str, Any]]:
        runs: dict[str, ReadRun] = {}
        trace_ids = list(dict.fromkeys(one.trace_id for one in items))
        wanted = {one.run_id for one in items}
        for begin in range(0, len(trace_ids), TRACES_AT_ONCE):
            some = trace_ids[begin : begin + TRACES_AT_ONCE]
            for whole in self._room.reader.wholes(self._caller.workspace, some):
                runs |= {run_id: whole.runs[run_id] for run_id in wanted & whole.runs.keys()}
        _check_size(runs.values(), shape)
        self._room.reader.fill(runs.values(), shape.payloads)
        self._room.reader.fill_previews(runs.values(), shape.previews)
        return [self._object(one, runs.get(one.run_id), shape) for one in items]

    def _object(self, item: QueueItem, read: ReadRun | None, shape: RunShape) -> dict[str, Any]:
        place = place_in_queue(item, is_gone=read is None)
        if read is not None:
            return shape.object_of(read, around(self._caller)) | place
        path = project_path(self._caller.workspace, item.project)
        return {
            "id": item.run_id,
            "trace_id": item.trace_id,
            "session_id": item.project,
            "start_time": naive(item.start_us),
            "name": "(gone)",
            "run_type": "chain",
            "status": "gone",
            "error": None,
            "inputs": {},
            "outputs": None,
            "app_path": f"{path}/r/{item.run_id}?trace_id={item.trace_id}",
            "gone_because": _GONE,
            **place,
        }

    def _extend(self, queue: AnnotationQueue, refs: Sequence[RunRef]) -> None:
        """Keep each trace once. Raises: NotAllowed at the first that a limit refuses, before anything is added."""
        kept = Kept("queue", queue.id, self._caller.now_us, queue.name, self._caller.key.description)
        for trace_id, project in {one.trace_id: one.project for one in refs}.items():
            extended = self._room.ask.upgrades.extend(self._caller.workspace, trace_id, kept, project=project)
            if extended.kind == "refused":
                raise NotAllowed(
                    f"{extended.sentence} Nothing was added to the queue: trace {trace_id} cannot be kept in the "
                    f"extended tier. Add the runs without extend_trace_retention, or raise the limit"
                )


def queues_of(caller: Caller) -> AnnotationQueues:
    """The queues of the room's store."""
    room = caller.room
    return AnnotationQueues(room.store, room.clock, room.ask.traces.periods)


def _check_size(runs: Iterable[ReadRun], shape: RunShape) -> None:
    """Raises: TooLarge."""
    places = [place_of(read.run, name) for read in runs for name in shape.payloads]
    size_bytes = sum(at.length for at in places if at is not None)
    if size_bytes > MAX_ANSWER_BYTES:
        raise TooLarge(
            f"These runs have {size_bytes} bytes of inputs, outputs and other payloads; one answer has "
            f"{MAX_ANSWER_BYTES} at most: ask for smaller pages (limit)"
        )
