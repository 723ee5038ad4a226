"""Which trace a run is in, by its id alone (ADR 4)."""

from __future__ import annotations

from shared.base.ids import uuid_time_us
from shared.base.units import US_PER_MINUTE
from shared.retention.periods import deletable_epoch_s
from shared.store import keys
from shared.store.ports import Item, KeyRange, Table
from shared.store.projects import Projects
from shared.store.runlog import RunLog


def needs_pointer(run_id: str, trace_id: str, order_us: int) -> bool:
    """Whether this id does not lead to the log minute of the run's start."""
    if run_id == trace_id:
        return False
    time_us = uuid_time_us(run_id)
    return time_us is None or time_us // US_PER_MINUTE != order_us // US_PER_MINUTE


def pointer_item(workspace: str, run_id: str, trace_id: str, ends_us: int) -> Item:
    """The row that leads from a run to its trace."""
    key = keys.pointer(workspace, run_id)
    return Item(key.pk, key.sk, {"t": trace_id}, deletable_epoch_s(ends_us))


class Locator:
    """Finds the trace of a run."""

    def __init__(self, table: Table, log: RunLog, projects: Projects) -> None:
        self._table = table
        self._log = log
        self._projects = projects

    def trace_of(
        self,
        workspace: str,
        run_id: str,
        project: str | None = None,
        start_us: int | None = None,
        *,
        consistent: bool = False,
    ) -> str | None:
        """The id of the trace that the run is in, or None. A known project or start saves reads."""
        if self._is_root(workspace, run_id):
            return run_id
        pointed = self._table.get(keys.pointer(workspace, run_id), consistent=consistent)
        if pointed is not None:
            return str(pointed.attributes["t"])
        times = {time // US_PER_MINUTE: time for time in (uuid_time_us(run_id), start_us) if time is not None}
        projects = [project] if project else [one.id for one in self._projects.all(workspace, consistent=consistent)]
        found = (
            run.trace_id
            for time_us in times.values()
            for one in projects
            for run in self._log.minute_at(workspace, one, time_us, consistent=consistent)
            if run.id == run_id
        )
        return next(found, None)

    def _is_root(self, workspace: str, run_id: str) -> bool:
        chunks = KeyRange(keys.trace(workspace, run_id), keys.CHUNK, keys.CHUNK + keys.LAST, limit=1, consistent=True)
        return bool(self._table.query(chunks))
