"""What a cap allows: money as a number of upgrades."""

from __future__ import annotations

from decimal import Decimal

_PRICED = 1_000


def upgrades_within(cap_usd: Decimal, usd_per_1000: Decimal) -> int | None:
    """How many upgrades cost no more than this; None where they cost nothing, and so any number may be."""
    return int(cap_usd * _PRICED / usd_per_1000) if usd_per_1000 > 0 else None


def price_of(upgrades: int, usd_per_1000: Decimal) -> Decimal:
    """What so many upgrades cost, in dollars."""
    return upgrades * usd_per_1000 / _PRICED
