"""Runs that something is made of: an example of a dataset, an item of an annotation queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from functions.api.auth import Caller
from shared.base.errors import NotFound
from shared.queues.item import RunRef
from shared.store.whole import WholeTrace

TRACES_AT_ONCE = 20
"""That are in memory together: one may have 25,000 runs."""


class Named(NamedTuple):
    """A run as a request names it; its project and its start save reads."""

    run_id: str
    project: str | None = None
    start_us: int | None = None
    proposed_example: str | None = None


class SourceRuns:
    """Questions about runs of the caller's workspace that may be read now."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def trace_of(self, named: Named) -> str | None:
        """The trace that a run is in, or None."""
        locator = self._caller.room.ask.locator
        return locator.trace_of(self._caller.workspace, named.run_id, named.project, named.start_us, consistent=True)

    def whole(self, run_id: str) -> WholeTrace:
        """The trace of a run. Raises: NotFound."""
        trace_id = self.trace_of(Named(run_id))
        found = [] if trace_id is None else self._caller.room.reader.wholes(self._caller.workspace, [trace_id])
        if not found or run_id not in found[0].runs:
            raise _missing([run_id])
        return found[0]

    def refs(self, named: Sequence[Named]) -> list[RunRef]:
        """Where each run is, in the order asked. Raises: NotFound, which names those that are not here."""
        traces = {one.run_id: self.trace_of(one) for one in named}
        starts = self._starts({trace_id for trace_id in traces.values() if trace_id is not None})
        missing = [one.run_id for one in named if one.run_id not in starts]
        if missing:
            raise _missing(missing)
        return [RunRef(one.run_id, str(traces[one.run_id]), *starts[one.run_id], one.proposed_example) for one in named]

    def _starts(self, trace_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """The project and the start of every run of these traces."""
        ordered, found = sorted(trace_ids), {}
        for begin in range(0, len(ordered), TRACES_AT_ONCE):
            some = ordered[begin : begin + TRACES_AT_ONCE]
            for whole in self._caller.room.reader.wholes(self._caller.workspace, some):
                found.update({one.run.id: (one.run.project, one.run.start_us) for one in whole.runs.values()})
        return found


def _missing(run_ids: Sequence[str]) -> NotFound:
    named = ", ".join(run_ids[:10]) + (f" and {len(run_ids) - 10} more" if len(run_ids) > 10 else "")  # noqa: PLR2004
    return NotFound(f"Runs that do not exist, have expired, or have not been recorded yet: {named}")
