"""What the export room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings
from shared.base.units import MIB


@dataclass(frozen=True)
class ExportSettings(Settings):
    """Writes runs as Parquet files where their owner wants them, by schedule or when asked."""

    traces_table: str
    control_table: str
    bucket: str
    base_days: int = 14
    extended_days: int = 400
    part_runs: int = 50_000
    """A part is full with so many runs."""
    part_bytes: int = 64 * MIB
    """A part is full with so many bytes, compressed."""
