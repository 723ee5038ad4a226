"""How a workspace, or a whole organization, shares."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.errors import Malformed, NotAllowed
from shared.base.units import US_PER_S


@dataclass(frozen=True, slots=True)
class SharingSettings:
    """What its owner decided; None is no limit, or no default. `redaction` is JSON of a `Redaction`, or None for ours.

    `is_off` stops every link, those that exist too, until it is taken back.
    """

    is_off: bool = False
    default_expiry_s: int | None = None
    max_expiry_s: int | None = None
    redaction: str | None = None

    def check_on(self) -> None:
        """Nothing, if traces may be shared. Raises: NotAllowed."""
        if self.is_off:
            raise NotAllowed("Sharing is switched off here: an owner can switch it on in Settings, Shared URLs")

    def expires_us(self, now_us: int, asked_us: int | None, *, is_asked: bool) -> int | None:
        """When a share ends that is made, or changed, now. Raises: Malformed.

        Where nothing was asked the default counts, and the longest that is allowed where that is shorter.
        """
        longest_us = None if self.max_expiry_s is None else now_us + self.max_expiry_s * US_PER_S
        if not is_asked:
            default_us = None if self.default_expiry_s is None else now_us + self.default_expiry_s * US_PER_S
            return min((us for us in (default_us, longest_us) if us is not None), default=None)
        if asked_us is not None and asked_us <= now_us:
            raise Malformed("expires_at: it is over already; name a time to come")
        if longest_us is not None and (asked_us is None or asked_us > longest_us):
            raise Malformed(f"expires_at: this workspace shares for {self.max_expiry_s} seconds at most; ask for less")
        return asked_us
