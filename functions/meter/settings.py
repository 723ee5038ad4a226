"""What the meter room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class MeterSettings(Settings):
    """Follows what arrives and counts it, by the hour; and sees which shares have come to their end."""

    traces_table: str
    control_table: str
    bucket: str
    shares_queue_url: str
    share_dead_letter_queue_url: str
    alerts_topic_arn: str
    base_days: int = 14
    extended_days: int = 400
