"""Does the windows that are due, part by part; whatever ends it, the next call goes on behind the last part.

    claim ─► read a batch ─► fill a part ─► put the file ─► keep its row and the place ─► … ─► put the manifest

A part's name follows from the window and its number, so one that was put but not kept is put again under it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from functions.export.columns import described, schema_of
from functions.export.parts import Part, written_time
from functions.export.reading import BATCH_RUNS, Batch, WindowReader
from functions.export.settings import ExportSettings
from shared.base.clock import Clock
from shared.base.errors import Rejected
from shared.exports.bulk_export import BulkExport, ExportWindow
from shared.exports.layout import date_of, folder, manifest_path, part_path
from shared.exports.manifest import SCHEMA_VERSION, Manifest, PartFile, Query, written
from shared.runs.filter.parse import parse
from shared.store.exports import Exports
from shared.store.ports import Objects
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.walk import Position
from shared.store.whole import ReadRun

PARQUET_TYPE = "application/vnd.apache.parquet"
HasTime = Callable[[], bool]


class Exporter:
    """Writes exports into their folder."""

    def __init__(
        self, settings: ExportSettings, ask: Questions, exports: Exports, files: Objects, clock: Clock
    ) -> None:
        self._settings = settings
        self._ask = ask
        self._exports = exports
        self._files = files
        self._clock = clock

    def work(self, window: ExportWindow, has_time: HasTime) -> None:
        """Take a window as far as there is time."""
        export = self._exports.get(window.workspace, window.export)
        if export.status == "Cancelled":
            self._exports.finish(window, "Cancelled")
            return
        try:
            self._write(export, window, has_time)
        except Rejected as error:
            self.give_up(window, error.message)

    def give_up(self, window: ExportWindow, reason: str) -> None:
        """The window can not be exported, and says why."""
        export = self._exports.get(window.workspace, window.export)
        self._exports.finish(window, "Failed", reason)
        self._exports.mark(export, "Failed")

    def _write(self, export: BulkExport, window: ExportWindow, has_time: HasTime) -> None:
        project = self._ask.projects.get(export.workspace, export.project)
        if export.interval_hours is None:
            self._exports.mark(export, "Running")
        writing = _Writing(self._settings, export, window, self._exports, self._files)
        for piece in self._pieces(export, window):
            writing.take(piece)
            if not (has_time() and self._goes_on(export)):
                writing.end_part()
                self._exports.release(writing.window)
                return
        writing.end_part()
        self._complete(export, writing.window, project.name)

    def _pieces(self, export: BulkExport, window: ExportWindow) -> Iterator[Piece]:
        batch_runs = min(BATCH_RUNS, self._settings.part_runs)
        reader = WindowReader(self._ask, self._ask.prices, export.workspace, export.project, batch_runs)
        after = None if window.order_us is None else Position(window.order_us, window.run_id or "")
        where = None if export.filter is None else parse(export.filter)
        for batch in reader.batches(window.start_us, window.end_us, after, where):
            yield from pieces(batch)

    def _goes_on(self, export: BulkExport) -> bool:
        return self._exports.get(export.workspace, export.id).status != "Cancelled"

    def _complete(self, export: BulkExport, window: ExportWindow, project_name: str) -> None:
        """The manifest is written when all it lists is there; then the window is done with."""
        parts = self._exports.parts(window)
        manifest = manifest_of(export, window, parts, project_name, self._clock.now_us())
        self._files.put(f"{folder(export)}/{manifest_path(export, window)}", written(manifest), "application/json")
        following = export.window_after(window, self._clock.now_us())
        if following is not None:
            self._exports.add_window(export, following)
        self._exports.finish(window, "Completed")
        if following is None:
            self._exports.mark(export, "Completed")


class Piece(NamedTuple):
    """Runs of one batch that are filed under one day, and the position behind them."""

    date: str
    runs: list[ReadRun]
    end: Position


def pieces(batch: Batch) -> Iterator[Piece]:
    """A batch, cut where the day changes. Of a batch without runs its end is left."""
    by_day = [(date, list(runs)) for date, runs in groupby(batch.runs, key=lambda read: date_of(read.run.order_us))]
    for date, runs in by_day[:-1]:
        yield Piece(date, runs, position_of(runs[-1].run))
    date, runs = by_day[-1] if by_day else ("", [])
    yield Piece(date, runs, batch.end)


class _Writing:
    """The parts of one window, as they are filled, put and kept."""

    def __init__(
        self, settings: ExportSettings, export: BulkExport, window: ExportWindow, exports: Exports, files: Objects
    ) -> None:
        self._settings = settings
        self._export = export
        self._schema = schema_of(export.fields)
        self._exports = exports
        self._files = files
        self._part: Part | None = None
        self._place: Position | None = None
        self.window = window

    def take(self, piece: Piece) -> None:
        """Put runs into the part of their day; a part that is full, or of another day, is kept first."""
        if piece.runs:
            if self._part is not None and (self._part.date != piece.date or self._is_full(self._part)):
                self.end_part()
            self._part = self._part or Part(piece.date, self._schema, self._export.compression)
            self._part.add(piece.runs)
        self._place = piece.end
        self._exports.hold(self.window)

    def end_part(self) -> None:
        """Make what was taken durable: the file, then its row and the place behind it."""
        window, place, kept = self.window, self._place, None
        if place is None:
            return
        if self._part is not None:
            path = part_path(self._export, window, self._part.date, window.parts)
            body, kept = self._part.finished(path)
            self._files.put(f"{folder(self._export)}/{path}", body, PARQUET_TYPE)
            window = dataclasses.replace(window, parts=window.parts + 1, runs=window.runs + kept.runs)
        moved = dataclasses.replace(window, order_us=place.order_us, run_id=place.run_id)
        self.window = self._exports.save_part(moved, kept)
        self._part = self._place = None

    def _is_full(self, part: Part) -> bool:
        return part.runs >= self._settings.part_runs or part.size_bytes >= self._settings.part_bytes


def manifest_of(
    export: BulkExport, window: ExportWindow, parts: Sequence[PartFile], project_name: str, now_us: int
) -> Manifest:
    """What these parts are, together."""
    return Manifest(
        SCHEMA_VERSION,
        export.id,
        export.workspace,
        export.project,
        project_name,
        Query(written_time(window.start_us), written_time(window.end_us), export.filter),
        export.compression,
        written_time(now_us),
        sum(part.runs for part in parts),
        sum(part.bytes for part in parts),
        min((part.min_start_time for part in parts), default=None),
        max((part.max_start_time for part in parts), default=None),
        described(schema_of(export.fields)),
        list(parts),
    )
