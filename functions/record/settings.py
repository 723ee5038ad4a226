"""What the record room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class RecordSettings(Settings):
    """Writes what was received; the only room that writes chunks, heads, log and feed."""

    traces_table: str
    control_table: str
    bucket: str
    operations_queue_url: str
    dead_letter_queue_url: str
    erasures_queue_url: str
    erasure_dead_letter_queue_url: str
    upgrades_queue_url: str
    upgrade_dead_letter_queue_url: str
    base_days: int = 14
    extended_days: int = 400
    max_attempts: int = 5
    """Deliveries of a message before it is buried with its reason."""
    gather_s: int = 300
    """After so long what came of a young trace of the extended tier is put by: most traces have ended by then."""
    inline_bytes: int = 8_192
    """A batch whose payload compresses below this stays in the table; a segment costs one S3 PUT."""
