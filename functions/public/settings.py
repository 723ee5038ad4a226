"""What the public room must be told."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.settings import Settings


@dataclass(frozen=True)
class PublicSettings(Settings):
    """Shows what was shared, to whoever has the link."""

    control_table: str
    snapshots_bucket: str
    shares_queue_url: str
    share_dead_letter_queue_url: str
    signing_secret: str
    """The secret that holds the private keys."""
    signing_key: str
    """Which of its keys signs."""
    signing_key_id: str
    """What CloudFront calls that key."""
    signed_for_s: int = 300
    """How long a signature opens files; the page asks for a new one before."""
    page_url: str = ""
    """The page's own domain, as `https://…`: where links lead, whichever domain they were built for."""
    is_local: bool = False
