"""How long traces live: two tiers, each a number of days from a trace's first receipt.

A trace ends as a whole (ADR 3). `ends_us` is when it stops being readable; `deletable_epoch_s` is when its
rows may physically go, an hour later, so that the row which proves the trace's age goes no sooner
than any other row has ended by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shared.base.units import S_PER_DAY, S_PER_HOUR, US_PER_DAY, US_PER_HOUR, US_PER_S

Tier = Literal["base", "extended"]

GRACE_US = US_PER_HOUR
_GRACE_S = S_PER_HOUR


@dataclass(frozen=True, slots=True)
class Periods:
    """The days that each tier keeps a trace."""

    base_days: int = 14
    extended_days: int = 400

    def days(self, tier: Tier) -> int:
        """The days of one tier."""
        return self.extended_days if tier == "extended" else self.base_days

    def ttl_s(self, tier: Tier) -> int:
        """The seconds of one tier."""
        return self.days(tier) * S_PER_DAY

    def ends_us(self, born_us: int, tier: Tier) -> int:
        """When a trace first received at `born_us` stops being readable."""
        return born_us + self.days(tier) * US_PER_DAY


def deletable_epoch_s(ends_us: int) -> int:
    """When the rows of something that ends then may be deleted, in whole seconds since 1970."""
    return -(-ends_us // US_PER_S) + _GRACE_S
