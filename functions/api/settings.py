"""What the api room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class ApiSettings(Settings):
    """Answers people and SDKs: reads traces, keeps projects and keys."""

    traces_table: str
    control_table: str
    bucket: str
    operations_queue_url: str
    dead_letter_queue_url: str
    base_days: int = 14
    extended_days: int = 400
