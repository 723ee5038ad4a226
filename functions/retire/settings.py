"""What the retire room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class RetireSettings(Settings):
    """Has traces erased whose project or workspace keeps them for fewer days than their tier."""

    traces_table: str
    control_table: str
    erasures_queue_url: str
    erasure_dead_letter_queue_url: str
    shares_queue_url: str
    share_dead_letter_queue_url: str
    base_days: int = 14
    extended_days: int = 400
    settle_s: int = 45
    """How long what is erased waits, unreadable, before it is removed; as the erase room has it."""
    traces_per_run: int = 20_000
    """Of a project that are erased a day and run; the rest comes the next time."""
