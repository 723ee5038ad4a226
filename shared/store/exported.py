"""Which exported files may hold what an erasure removes: nobody reaches into them, so its receipt names them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from shared.base.clock import Clock
from shared.base.units import US_PER_MINUTE
from shared.exports.bulk_export import BulkExport, ExportWindow
from shared.exports.layout import folder
from shared.exports.manifest import PartFile
from shared.runs.times import time_us
from shared.store import keys
from shared.store.exports import Exports
from shared.store.ports import Key, KeyRange, Table
from shared.store.rows import item_of, record_of

Started = tuple[str, int]
"""A project, and a minute in which runs of it started, in microseconds."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of a bulk export, and when the runs in it started.

    `path` begins below the bucket, or the laptop's data folder. `is_written` is False for the folder of an export
    that was under way, and may have read the runs before they were hidden.
    """

    path: str
    export: str
    project: str
    first_us: int
    last_us: int
    is_written: bool = True


class ExportedFiles:
    """Questions and commands about the files that erasures do not reach."""

    def __init__(self, control: Table, clock: Clock) -> None:
        self._control = control
        self._exports = Exports(control, clock)

    def note(self, workspace: str, erasure_id: str, started: Collection[Started]) -> None:
        """Keep with an erasure which files runs may be in that started so. Twice is the same as once."""
        pk = keys.erased_copies(workspace, erasure_id)
        rows = [item_of(Key(pk, one.path), one) for one in self._holding(workspace, started)]
        if rows:
            self._control.put(rows)

    def of(self, workspace: str, erasure_id: str, limit: int) -> list[ExportedFile]:
        """The files that were noted with an erasure, in order of their paths."""
        items = self._control.query(KeyRange(keys.erased_copies(workspace, erasure_id), limit=limit))
        return [record_of(item, ExportedFile) for item in items]

    def _holding(self, workspace: str, started: Collection[Started]) -> Iterator[ExportedFile]:
        for export in self._exports.all(workspace) if started else []:
            minutes = sorted(minute_us for project, minute_us in started if project == export.project)
            if minutes:
                yield from self._files(export, minutes)

    def _files(self, export: BulkExport, minutes: list[int]) -> Iterator[ExportedFile]:
        for window in self._exports.windows_between(export, minutes[0], minutes[-1] + US_PER_MINUTE):
            inside = [one for one in minutes if _touches(one, window.start_us, window.end_us)]
            if not inside:
                continue
            if window.status == "Running":
                yield _being_written(export, window)
            found = (_file_of(export, part) for part in self._exports.parts(window))
            yield from (one for one in found if any(_touches(at, one.first_us, one.last_us + 1) for at in inside))


def _touches(minute_us: int, start_us: int, end_us: int) -> bool:
    """Whether the minute and [start, end) have a moment in common."""
    return minute_us < end_us and start_us < minute_us + US_PER_MINUTE


def _file_of(export: BulkExport, part: PartFile) -> ExportedFile:
    span = (time_us(part.min_start_time), time_us(part.max_start_time))
    return ExportedFile(f"{folder(export)}/{part.path}", export.id, export.project, *span)


def _being_written(export: BulkExport, window: ExportWindow) -> ExportedFile:
    span = (window.start_us, window.end_us)
    return ExportedFile(f"{folder(export)}/", export.id, export.project, *span, is_written=False)
