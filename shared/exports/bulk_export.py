"""A bulk export: which runs of a project go into files, once or at an interval; and the windows it is done in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from shared.base.errors import Malformed
from shared.base.units import US_PER_HOUR, US_PER_MINUTE, US_PER_S

Compression = Literal["none", "gzip", "snappy", "zstandard"]
COMPRESSIONS: tuple[str, ...] = get_args(Compression)
Status = Literal["Created", "Running", "Completed", "Failed", "Cancelled", "IntervalScheduled"]
"""Source: LangSmith's API reference, bulk exports."""

SETTLE_US = 10 * US_PER_MINUTE
"""How long after its end an interval is exported: runs may come late."""
MAX_INTERVAL_HOURS = 24 * 31
MAX_FILTER_CHARS = 10_000


@dataclass(frozen=True, slots=True)
class BulkExport:
    """What was asked for. Times are microseconds; `end_us` None is no end. `fields` are columns, joined by commas."""

    id: str
    workspace: str
    project: str
    created_us: int
    start_us: int
    end_us: int | None = None
    filter: str | None = None
    compression: Compression = "zstandard"
    interval_hours: int | None = None
    destination: str | None = None
    prefix: str = ""
    fields: str | None = None
    status: Status = "Created"

    def first_window(self, now_us: int) -> ExportWindow:
        """The first stretch of time: all of it, or the first interval."""
        if self.interval_hours is None:
            return ExportWindow(self.workspace, self.id, self.start_us, self.end_us or now_us, created_us=now_us)
        return self._window_from(self.start_us, now_us)

    def window_after(self, window: ExportWindow, now_us: int) -> ExportWindow | None:
        """The next interval; None where there is none, or it begins at the end of all."""
        if self.interval_hours is None or window.end_us >= (self.end_us or window.end_us + 1):
            return None
        return self._window_from(window.end_us, now_us)

    def due_us(self, window: ExportWindow, now_us: int) -> int:
        """When a window may be exported: at its end, an interval a while after it."""
        return max(now_us, window.end_us + (0 if self.interval_hours is None else SETTLE_US))

    def _window_from(self, start_us: int, now_us: int) -> ExportWindow:
        end_us = start_us + (self.interval_hours or 0) * US_PER_HOUR
        return ExportWindow(self.workspace, self.id, start_us, min(end_us, self.end_us or end_us), created_us=now_us)


@dataclass(frozen=True, slots=True)
class ExportWindow:
    """One stretch of time [start, end) of an export, and how far it has come.

    All up to (`order_us`, `run_id`) lies in `parts` files with `runs` runs. Until `lease_us` somebody works on it.
    """

    workspace: str
    export: str
    start_us: int
    end_us: int
    created_us: int
    status: Status = "Created"
    order_us: int | None = None
    run_id: str | None = None
    parts: int = 0
    runs: int = 0
    attempts: int = 0
    lease_us: int = 0
    error: str | None = None
    finished_us: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A place under the deployment's own exports."""

    id: str
    workspace: str
    name: str
    prefix: str
    created_us: int


def check(export: BulkExport) -> BulkExport:
    """The export, if it can be done. Raises: Malformed, which names the field."""
    if export.end_us is not None and export.end_us <= export.start_us:
        raise Malformed("end_time: it must be after start_time")
    if export.interval_hours is not None and not 1 <= export.interval_hours <= MAX_INTERVAL_HOURS:
        raise Malformed(f"interval_hours: {export.interval_hours} is not between 1 and {MAX_INTERVAL_HOURS}")
    if export.filter is not None and len(export.filter) > MAX_FILTER_CHARS:
        raise Malformed(f"filter: it has {len(export.filter)} characters; at most {MAX_FILTER_CHARS} are taken")
    return export


def label(time_us: int) -> str:
    """A time in the names of files: `20261120T120000Z`."""
    return datetime.fromtimestamp(time_us / US_PER_S, UTC).strftime("%Y%m%dT%H%M%SZ")
