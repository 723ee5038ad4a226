"""What the deliver room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings
from shared.base.units import MIB


@dataclass(frozen=True)
class DeliverSettings(Settings):
    """Tells webhooks and alerts of what rules found."""

    traces_table: str
    control_table: str
    bucket: str
    deliveries_queue_url: str
    delivery_dead_letter_queue_url: str
    hooks_secret: str
    """The secret that headers and keys of rules are sealed with."""
    alerts_topic_arn: str
    base_days: int = 14
    extended_days: int = 400
    page_url: str = ""
    """The page's own domain, as `https://…`: where links of alerts lead."""
    is_local: bool = False
    """Whether receivers may be on this machine."""
    within_s: float = 5.0
    """How long one attempt may take in all. Source: LangSmith, "Use webhooks"."""
    attempts: int = 3
    """Of one delivery, where nobody was reached or a receiver failed: the first and two more. Source: as above."""
    first_retry_s: int = 15
    """Before the second attempt; twice as long before each further one."""
    lease_s: int = 60
    """How long an attempt belongs to whoever took it: longer than the room runs."""
    max_body_bytes: int = 4 * MIB
    """The most that a webhook is sent; beyond it payloads are left out, and it says which."""
    max_attempts: int = 5
    """Deliveries of a message that the room itself fails on, before it is buried with its reason."""
    pagerduty_url: str = "https://events.pagerduty.com/v2/enqueue"
    """Source: PagerDuty, Events API v2. In Europe's service region it is events.eu.pagerduty.com."""
