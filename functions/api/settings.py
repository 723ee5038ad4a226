"""What the api room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings

ALSO_VIEWS = frozenset({"/settings"})
"""Paths of this room that are the page's too: `page_views.py` says whom it answers there."""


@dataclass(frozen=True)
class ApiSettings(Settings):
    """Answers people and SDKs: reads traces, keeps projects and keys."""

    traces_table: str
    control_table: str
    bucket: str
    snapshots_bucket: str
    operations_queue_url: str
    dead_letter_queue_url: str
    erasures_queue_url: str
    erasure_dead_letter_queue_url: str
    shares_queue_url: str
    upgrades_queue_url: str
    upgrade_dead_letter_queue_url: str
    share_dead_letter_queue_url: str
    deliveries_queue_url: str
    delivery_dead_letter_queue_url: str
    hooks_secret: str
    """The secret that headers and keys of rules are sealed with."""
    page_url: str = ""
    """The page's own domain, as `https://…`: where a person is led who follows a link to the API's own."""
    base_days: int = 14
    extended_days: int = 400
    advertised_batch_bytes: int = 2_500_000
    """As the receive room has it; told to the page."""
    is_local: bool = False
    """Whether it serves one person at one machine; told to the page."""
    allowed_networks: str = ""
    """The only networks that are answered, with commas, where a deployment is private; told to the page."""
    settle_s: int = 45
    """How long what is erased waits, unreadable, before it is removed; as the erase room has it."""
