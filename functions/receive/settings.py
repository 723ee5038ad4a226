"""What the receive room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings
from shared.base.units import MIB


@dataclass(frozen=True)
class ReceiveSettings(Settings):
    """Takes operations from clients; reads keys, writes payloads and messages."""

    control_table: str
    bucket: str
    operations_queue_url: str
    dead_letter_queue_url: str
    advertised_batch_bytes: int = 2_500_000
    """What clients are told to stay under, uncompressed; they overshoot by one run."""
    max_unpacked_bytes: int = 32 * MIB
    """The most that one request may hold after decompression."""
