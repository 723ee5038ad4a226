"""Which exported files an erasure names: those that a run may be in by its project and its start."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from shared.base.clock import SteppingClock
from shared.base.units import US_PER_HOUR, US_PER_MINUTE
from shared.exports.bulk_export import BulkExport, ExportWindow
from shared.exports.manifest import PartFile
from shared.store.exported import ExportedFile, ExportedFiles
from shared.store.exports import Exports
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store


def _time(after_us: int) -> str:
    """A time of 20 November 2026, so long after noon."""
    seconds, micros = divmod(after_us, 1_000_000)
    return f"2026-11-20T{12 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{micros:06d}Z"


class Shelf:
    """Exports of one project, and the files that are noted when runs are erased."""

    def __init__(self, folder: Path) -> None:
        clock = SteppingClock(NOON_US)
        store = local_store(folder, clock)
        self.exports = Exports(store.control, clock)
        self.files = ExportedFiles(store.control, clock)

    def export(self, hours: int | None = None, start_us: int = NOON_US, workspace: str = WORKSPACE) -> BulkExport:
        """An export that begins at noon: at an interval, or once, of six hours."""
        end_us = None if hours else start_us + 6 * US_PER_HOUR
        made = BulkExport("e1", workspace, "p1", NOON_US, start_us, end_us, interval_hours=hours)
        return self.exports.create(made)

    def part(self, window: ExportWindow, first_us: int, last_us: int) -> ExportWindow:
        """One more file of a window, with runs that started between these times after noon."""
        path = f"runs/part-{window.start_us}-{window.parts}.parquet"
        kept = PartFile(path, 1, 1, "", _time(first_us), _time(last_us))
        return self.exports.save_part(dataclasses.replace(window, parts=window.parts + 1), kept)

    def noted(self, *minutes_us: int, project: str = "p1", workspace: str = WORKSPACE) -> list[ExportedFile]:
        """The files that an erasure has of runs that started in these minutes after noon."""
        self.files.note(workspace, "d1", {(project, NOON_US + one) for one in minutes_us})
        return self.files.of(workspace, "d1", 100)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """No exports yet."""
    return Shelf(tmp_path)


def test_files_are_named_by_when_their_runs_started(shelf: Shelf) -> None:
    """Of two files of a window only the one that has runs of that minute, with its path below the bucket."""
    [window] = shelf.exports.windows(WORKSPACE, shelf.export().id)
    window = shelf.part(window, 0, US_PER_MINUTE - 1)
    shelf.part(window, 5 * US_PER_MINUTE, 9 * US_PER_MINUTE)
    shelf.exports.finish(window, "Completed")
    [found] = shelf.noted(7 * US_PER_MINUTE)
    assert found.path.startswith(f"exports/{WORKSPACE}/e1/runs/part-")
    assert (found.first_us, found.last_us) == (NOON_US + 5 * US_PER_MINUTE, NOON_US + 9 * US_PER_MINUTE)
    assert found.is_written


@pytest.mark.parametrize("hours", [None, 1, 24])
def test_only_windows_that_cover_the_run_count(shelf: Shelf, hours: int | None) -> None:
    """A window that ended before the run started, or begins after it, has no file of it."""
    [window] = shelf.exports.windows(WORKSPACE, shelf.export(hours).id)
    shelf.part(window, 0, 6 * US_PER_HOUR)
    assert shelf.noted(-US_PER_MINUTE, window.end_us - NOON_US) == []
    assert len(shelf.noted(window.end_us - NOON_US - US_PER_MINUTE if hours == 1 else US_PER_HOUR)) == 1


def test_a_later_window_of_a_schedule_is_found(shelf: Shelf) -> None:
    """By its own interval, not by that of the first."""
    export = shelf.export(1)
    second = ExportWindow(WORKSPACE, "e1", NOON_US + US_PER_HOUR, NOON_US + 2 * US_PER_HOUR, NOON_US)
    shelf.exports.add_window(export, second)
    shelf.part(second, US_PER_HOUR, US_PER_HOUR)
    assert [one.first_us for one in shelf.noted(US_PER_HOUR)] == [NOON_US + US_PER_HOUR]


def test_an_export_under_way_is_named_by_its_folder(shelf: Shelf) -> None:
    """It may have read the run before it was hidden, and write it after the erasure is done."""
    [window] = shelf.exports.windows(WORKSPACE, shelf.export().id)
    assert shelf.noted(0) == []
    assert shelf.exports.claim(window)
    [found] = shelf.noted(0)
    assert (found.path, found.is_written) == (f"exports/{WORKSPACE}/e1/", False)


def test_other_projects_and_workspaces_have_other_files(shelf: Shelf) -> None:
    """Nothing is named that is another's."""
    [window] = shelf.exports.windows(WORKSPACE, shelf.export().id)
    shelf.part(window, 0, US_PER_HOUR)
    assert shelf.noted(0, project="p2") == []
    assert shelf.noted(0, workspace="w2") == []
    assert len(shelf.noted(0)) == 1


def test_noting_twice_is_noting_once(shelf: Shelf) -> None:
    """An erasure that died and is done again names each file once, and forgets none."""
    [window] = shelf.exports.windows(WORKSPACE, shelf.export().id)
    shelf.part(window, 0, US_PER_HOUR)
    assert shelf.noted(0) == shelf.noted(0) == shelf.noted()
