"""What the erase room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class EraseSettings(Settings):
    """Removes what was deleted on request, physically and with a receipt."""

    traces_table: str
    control_table: str
    bucket: str
    erasures_queue_url: str
    erasure_dead_letter_queue_url: str
    shares_queue_url: str
    share_dead_letter_queue_url: str
    base_days: int = 14
    extended_days: int = 400
    max_attempts: int = 5
    """Deliveries of a message before it is buried with its reason."""
    settle_s: int = 45
    """How long rows wait after they became unreadable: whoever read before that has ended. Longer than any room
    that writes rows of traces may run, and than any request that reads them."""
    lease_s: int = 330
    """How long a segment belongs to who cuts it. Longer than this room may run."""
    rows_per_search: int = 5_000
    """Log rows that one message reads in search of traces; then another goes on."""
