"""What the meter room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class MeterSettings(Settings):
    """Follows what arrives and counts it, by the hour."""

    traces_table: str
    control_table: str
    base_days: int = 14
    extended_days: int = 400
