"""Where the files of a bulk export lie: as Hive partitions, which Athena, DuckDB and Spark read as they are.

    exports/<workspace>/<prefix>/<export>/runs/project=<project>/date=<YYYY-MM-DD>/part-<window>-<number>.parquet
    exports/<workspace>/<prefix>/<export>/manifest.json                 of an export that is done once
    exports/<workspace>/<prefix>/<export>/manifest-<window>.json        of each window of a scheduled one

The same window gives the same names again, so that a part which is written twice overwrites itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from shared.base.errors import Malformed
from shared.base.units import US_PER_S
from shared.exports.bulk_export import BulkExport, ExportWindow, label

ROOT = "exports"
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_MAX_SEGMENTS = 8


def folder(export: BulkExport) -> str:
    """The folder of one export."""
    return "/".join(part for part in (ROOT, export.workspace, export.prefix, export.id) if part)


def part_path(export: BulkExport, window: ExportWindow, date: str, number: int) -> str:
    """A part by its path below the export's folder."""
    return f"runs/project={export.project}/date={date}/part-{label(window.start_us)}-{number:05d}.parquet"


def manifest_path(export: BulkExport, window: ExportWindow) -> str:
    """The manifest of a window, by its path below the export's folder."""
    return "manifest.json" if export.interval_hours is None else f"manifest-{label(window.start_us)}.json"


def date_of(time_us: int) -> str:
    """The UTC day that a run is filed under."""
    return datetime.fromtimestamp(time_us / US_PER_S, UTC).strftime("%Y-%m-%d")


def checked_prefix(prefix: str) -> str:
    """The prefix, without slashes around it, if it may be part of a key and of a path. Raises: Malformed."""
    segments = [segment for segment in prefix.split("/") if segment]
    if len(segments) > _MAX_SEGMENTS or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise Malformed(
            f"prefix: {prefix[:100]!r} is not up to {_MAX_SEGMENTS} names of letters, digits, - _ and . joined by /"
        )
    return "/".join(segments)
