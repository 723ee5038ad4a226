"""What the share room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class ShareSettings(Settings):
    """Makes what shared links show, keeps it up with its trace, and takes it back."""

    traces_table: str
    control_table: str
    bucket: str
    snapshots_bucket: str
    shares_queue_url: str
    share_dead_letter_queue_url: str
    denied_store_arn: str
    """CloudFront's list of shares that it refuses."""
    distribution_id: str
    base_days: int = 14
    extended_days: int = 400
    max_attempts: int = 11
    """How often a task is tried before it is buried with its reason: for an hour and more."""
    sweep_after_s: int = 600
    """When a share's files are looked through again: longer than a room may be writing them, and than what the public
    was signed for works."""
