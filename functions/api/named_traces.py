"""Traces that are asked for by their ids: read whole, since no list has to be walked for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from functions.api.page_size import fitting
from functions.api.reader import Reader, ReadRun, TraceRow
from shared.base.errors import NotFound
from shared.store.filters import NO_FILTERS, Filters
from shared.store.runlog import position_of
from shared.store.walk import Position, Window


class NamedTraces:
    """The traces of one project among those that are named."""

    def __init__(self, reader: Reader, workspace: str, project: str, filters: Filters = NO_FILTERS) -> None:
        self._reader = reader
        self._workspace = workspace
        self._project = project
        self._filters = filters

    def page(
        self, trace_ids: Iterable[str], window: Window, limit: int, fields: Collection[str]
    ) -> tuple[list[TraceRow], Position | None]:
        """Those that started in the window, newest first, and where to go on. What is not there is left out."""
        rows = [row for trace_id in dict.fromkeys(trace_ids) if (row := self._row(trace_id)) is not None]
        rows = [row for row in rows if _is_in(row, window)]
        rows.sort(key=lambda row: position_of(row.root.run), reverse=True)
        page = rows[: len(fitting([row.root for row in rows[:limit]], fields))]
        if fields:
            for row in page:
                row.root = self._reader.run(self._workspace, row.root.run.id, fields)
        return page, position_of(page[-1].root.run) if len(rows) > len(page) else None

    def _row(self, trace_id: str) -> TraceRow | None:
        try:
            runs = self._reader.trace(self._workspace, trace_id)
            if not self._reader.matches(self._workspace, trace_id, self._filters):
                return None
        except NotFound:
            return None
        root = _root_of(runs)
        if root.run.project != self._project:
            return None
        tokens_us = [time_us for read in runs if (time_us := read.run.first_token_us) is not None]
        failed = sum(read.run.status == "error" for read in runs)
        return TraceRow(root, len(runs), failed, min(tokens_us, default=None))


def _root_of(runs: list[ReadRun]) -> ReadRun:
    """The root; while it has not arrived, the first that has."""
    return next((read for read in runs if read.run.is_root), runs[0])


def _is_in(row: TraceRow, window: Window) -> bool:
    start_us = row.root.run.start_us
    return window.start_us <= start_us <= window.end_us and window.is_behind(position_of(row.root.run))
