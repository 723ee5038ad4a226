"""What the keep room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class KeepSettings(Settings):
    """Moves traces that came into the extended tier to where they live as long as it says."""

    traces_table: str
    control_table: str
    bucket: str
    operations_queue_url: str
    dead_letter_queue_url: str
    upgrades_queue_url: str
    upgrade_dead_letter_queue_url: str
    base_days: int = 14
    extended_days: int = 400
    max_attempts: int = 5
    """Deliveries of a message before it is buried with its reason."""
    settle_s: int = 45
    """When a trace is looked at once more: whoever read it in the base tier has ended. Longer than `record` may run."""
