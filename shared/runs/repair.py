"""Puts the spans of OpenTelemetry in their places, once the whole trace is at hand.

Spans arrive one by one, children before their parents. So `receive` gives each a dotted order of one
segment, its own start and id, and the id of its parent as far as it can be known. Here, in one pass over
the merged runs:

    the parent is another name of a run     it is called by the run's id
    the parent is there                     the dotted order becomes the parent's and the own segment
    the parent is not there (yet)           the run stands as a root beside the others; its parent keeps its name
    parents form a circle                   its first run loses its parent
    more than `MAX_LEVELS` above            the dotted order begins anew; the parent stays

A run whose place was sent whole, as LangSmith's SDKs do, is left as it is.

Laws: the result depends on the runs only, not on their order; no run is lost; linear in their number.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.runs.dotted_order import SEGMENT_CHARS
from shared.runs.fact import Fields
from shared.runs.span_ids import is_of_span, span_run_id, stand_in_span_id

ALIAS = "span"
"""The field in which a run says by which other id its children may call it."""
MAX_LEVELS = 100
"""Each level adds 59 characters to all below it: a chain of 25,000 spans would come to 18 GB."""


def repair(trace_id: str, merged: Mapping[str, Fields]) -> None:
    """Place the runs that have no place yet, by changing their fields. Costs next to nothing where all have one."""
    unplaced = {
        run_id
        for run_id, fields in merged.items()
        if len(fields.get("dotted_order", "")) == SEGMENT_CHARS and run_id != trace_id
    }
    if unplaced:
        _Repair(trace_id, merged, unplaced).place_all()


class _Repair:
    def __init__(self, trace_id: str, merged: Mapping[str, Fields], unplaced: set[str]) -> None:
        self._merged = merged
        self._unplaced = unplaced
        self._parents = {run_id: merged[run_id].get("parent_run_id") for run_id in unplaced}
        self._resolve({fields[ALIAS]: run_id for run_id, fields in merged.items() if ALIAS in fields})
        if any(parent is not None and parent not in merged for parent in self._parents.values()):
            self._resolve(_stand_ins(trace_id, merged))

    def place_all(self) -> None:
        merged, parents = self._merged, self._parents
        for run_id in sorted(self._unplaced):
            if run_id in self._unplaced:
                self._place(self._way_up(run_id))
        for run_id, parent in parents.items():
            if parent is not None:
                merged[run_id]["parent_run_id"] = parent
            else:
                merged[run_id].pop("parent_run_id", None)

    def _resolve(self, names: Mapping[str, str]) -> None:
        """Call parents by the ids of their runs."""
        for run_id, parent in self._parents.items():
            if parent is not None and parent not in self._merged:
                self._parents[run_id] = names.get(parent, parent)

    def _way_up(self, run_id: str) -> list[str]:
        """The run and those above it that have no place yet, the lowest first. A circle is cut open."""
        way: dict[str, None] = {}
        at: str | None = run_id
        while at is not None and at in self._unplaced:
            if at in way:
                members = list(way)
                circle = members[members.index(at) :]
                self._parents[min(circle, key=self._segment)] = None
                return self._way_up(run_id)
            way[at] = None
            at = self._parents[at]
        return list(way)

    def _place(self, way: list[str]) -> None:
        for run_id in reversed(way):
            above = self._merged.get(self._parents[run_id] or "", {}).get("dotted_order")
            if above is not None and len(above) < MAX_LEVELS * (SEGMENT_CHARS + 1) - 1:
                self._merged[run_id]["dotted_order"] = f"{above}.{self._segment(run_id)}"
            self._unplaced.discard(run_id)

    def _segment(self, run_id: str) -> str:
        segment: str = self._merged[run_id]["dotted_order"]
        return segment


def _stand_ins(trace_id: str, merged: Mapping[str, Fields]) -> dict[str, str]:
    """The runs by what spans call them that were made inside a run of LangSmith's Python SDK."""
    trace = bytes.fromhex(trace_id.replace("-", ""))
    sdk_runs = (run_id for run_id in merged if run_id == trace_id or not is_of_span(run_id))
    return {span_run_id(trace, stand_in_span_id(run_id)): run_id for run_id in sdk_runs}
