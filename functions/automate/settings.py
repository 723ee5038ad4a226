"""What the automate room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class AutomateSettings(Settings):
    """Looks at what was recorded, and does what rules say of it."""

    traces_table: str
    control_table: str
    bucket: str
    upgrades_queue_url: str
    upgrade_dead_letter_queue_url: str
    deliveries_queue_url: str
    delivery_dead_letter_queue_url: str
    base_days: int = 14
    extended_days: int = 400
    work_s: int = 45
    """A pass begins nothing new after that; the next one goes on where it stopped."""
    slice_traces: int = 200
    """After so many it is kept how far a rule is."""
