"""Where feedback belongs: under which trace, in which project, and whether it may be read.

Feedback may come before its run. Where it names the trace too, it lies under that and needs no more. Where it
names a run alone that is not here, it lies under the run's id as if that were a trace's, which for a root it
is; and a note says that it waits. Then the run is looked for once more, strongly; who records runs looks at the
notes, strongly, after the runs can be found. One of the two sees the other, and moves what waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.base.errors import NotFound
from shared.feedback.feedback import Fields
from shared.runs.times import time_us
from shared.store import keys
from shared.store.feedback import Owner, by_id, facts_under
from shared.store.locate import Locator
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.projects import Projects
from shared.store.traces import StoredTrace, Traces


class Home(NamedTuple):
    """What feedback lies under: the trace, if that is here, and the project, if that is known.

    `is_gone` where it must not be read any more: deleted, or over by its retention.
    """

    trace: StoredTrace | None = None
    project: str | None = None
    is_gone: bool = False

    @property
    def is_here(self) -> bool:
        """Whether what the feedback is about has arrived."""
        return self.project is not None


class FeedbackHomes:
    """Questions about where feedback belongs, and the moving of what waited."""

    def __init__(self, table: Table, traces: Traces, locator: Locator, projects: Projects) -> None:
        self._table = table
        self._traces = traces
        self._locator = locator
        self._projects = projects

    def owner(self, workspace: str, fields: Fields) -> tuple[Owner, str | None]:
        """Under what this feedback is to lie, and the run that it has to wait for. Raises: NotFound."""
        run_id, trace_id = fields.get("run_id"), fields.get("trace_id")
        if run_id is None:
            return Owner("project", self._projects.get(workspace, fields["session_id"]).id), None
        if trace_id is not None:
            return Owner("trace", trace_id), None
        start_us = time_us(fields["start_time"]) if "start_time" in fields else None
        found = self._locator.trace_of(workspace, run_id, start_us=start_us)
        return Owner("trace", found or run_id), run_id if found is None else None

    def home(self, workspace: str, owner: Owner) -> Home:
        """The home of one owner, strongly read."""
        return self.homes(workspace, [owner])[owner]

    def homes(self, workspace: str, owners: Collection[Owner]) -> dict[Owner, Home]:
        """The home of each."""
        glimpses = self._traces.glimpses(workspace, [one.id for one in owners if one.kind == "trace"])
        homes = {one: _home(one, glimpses) for one in owners}
        alive = {project: self._is_alive(workspace, project) for project in {one.project for one in homes.values()}}
        return {owner: home if alive[home.project] else Home(is_gone=True) for owner, home in homes.items()}

    def traces_of(self, workspace: str, run_ids: Iterable[str]) -> set[str]:
        """The traces under which feedback about these runs lies."""
        return {self._locator.trace_of(workspace, run_id) or run_id for run_id in run_ids}

    def waiting(self, workspace: str, run_ids: Collection[str]) -> set[str]:
        """Those of the runs that feedback waits for: one strong read, as narrow as the time inside the ids."""
        if not run_ids:
            return set()
        span = KeyRange(keys.waiting_feedback(workspace), min(run_ids), max(run_ids) + keys.LAST, consistent=True)
        return {item.sk for item in self._table.query(span)}.intersection(run_ids)

    def look_again(self, workspace: str, run_ids: Iterable[str]) -> dict[str, Owner]:
        """For runs that are here by now: move what waits to their traces. Call it after the notes are written."""
        located = {run_id: self._locator.trace_of(workspace, run_id, consistent=True) for run_id in run_ids}
        return self.join(workspace, {run_id: trace_id for run_id, trace_id in located.items() if trace_id is not None})

    def join(self, workspace: str, trace_of_run: Mapping[str, str]) -> dict[str, Owner]:
        """Move what waits for these runs to their traces; it is still to be entered into lists.

        Done twice, or by two at once, it is done: rows are copied under the same keys before they go.
        """
        gone = [Key(keys.waiting_feedback(workspace), run_id) for run_id in trace_of_run]
        for run_id, trace_id in trace_of_run.items():
            if run_id != trace_id:
                waiting = self._table.query(facts_under(workspace, Owner("trace", run_id)))
                self._table.put([row for item in waiting for row in _rows_under(workspace, item, trace_id)])
                gone += [key for item in waiting for key in _keys_under(workspace, item, run_id)]
        self._table.delete(gone)
        return {run_id: Owner("trace", trace_id) for run_id, trace_id in trace_of_run.items()}

    def _is_alive(self, workspace: str, project: str | None) -> bool:
        """Whether the project is there; of what belongs to none yet, nothing speaks against it."""
        try:
            return project is None or bool(self._projects.get(workspace, project))
        except NotFound:
            return False


def _home(owner: Owner, glimpses: Mapping[str, StoredTrace | None]) -> Home:
    if owner.kind == "project":
        return Home(project=owner.id)
    if owner.id not in glimpses:
        return Home()
    trace = glimpses[owner.id]
    return Home(is_gone=True) if trace is None else Home(trace, trace.chunks[0].project)


def _rows_under(workspace: str, fact: Item, trace_id: str) -> Sequence[Item]:
    """A fact and its place, as they are under this trace."""
    [feedback_id] = by_id([fact])
    partition = Owner("trace", trace_id).partition(workspace)
    place = keys.feedback_places(workspace, feedback_id)
    return (
        Item(partition, fact.sk, fact.attributes, fact.expires_epoch_s),
        Item(place, f"trace#{trace_id}", {}, fact.expires_epoch_s),
    )


def _keys_under(workspace: str, fact: Item, trace_id: str) -> list[Key]:
    return [Key(row.pk, row.sk) for row in _rows_under(workspace, fact, trace_id)]
