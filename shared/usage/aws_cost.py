"""About what AWS bills for some traces: units that were counted for one trace, times the price table."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from shared.usage.plan import Plan

_FILE = Path(__file__).with_name("aws_units.json")
_MILLION = 1_000_000

Prices = dict[str, Decimal]
"""Dollars a unit, by the unit's name."""


class Needs(msgspec.Struct, frozen=True):
    """What one trace needs: units that have a price each, and what is priced for a million traces already."""

    units: dict[str, Decimal]
    usd_per_million: dict[str, Decimal]

    def usd(self, prices: Prices) -> dict[str, Decimal]:
        """Dollars for one trace, by what they are paid for."""
        counted = {name: amount * prices[name] for name, amount in self.units.items()}
        return counted | {name: usd / _MILLION for name, usd in self.usd_per_million.items()}


class Shape(Needs, frozen=True):
    """What a trace needs that came in so many requests."""

    requests: Decimal


class Measured(msgspec.Struct):
    """The file."""

    source: str
    by_requests: list[Shape]
    upgrade: Needs
    upgrade_source: str


@cache
def measured() -> Measured:
    """What was counted."""
    return msgspec.json.decode(_FILE.read_bytes(), type=Measured)


def cost_of_traces(traces: int, requests: int, upgrades: int, prices: Prices) -> dict[str, Decimal]:
    """Dollars for these traces, by what they are paid for.

    `requests` is in how many they came. Between two counted shapes it is a straight line; beyond them the nearest.
    """
    asked = Decimal(requests) / traces if traces else Decimal(0)
    per_trace = _between(asked, prices)
    per_upgrade = measured().upgrade.usd(prices)
    names = dict.fromkeys([*per_trace, *per_upgrade])
    nothing = Decimal(0)
    return {name: per_trace.get(name, nothing) * traces + per_upgrade.get(name, nothing) * upgrades for name in names}


def list_price_usd(plan: Plan, traces: int, upgrades: int) -> Decimal:
    """Dollars for the same at a plan's rates, nothing included."""
    return (traces * plan.base_usd_per_1000 + upgrades * plan.upgrade_usd_per_1000) / 1000


def _between(requests: Decimal, prices: Prices) -> dict[str, Decimal]:
    shapes = sorted(measured().by_requests, key=lambda shape: shape.requests)
    requests = min(max(requests, shapes[0].requests), shapes[-1].requests)
    below, above = next((low, high) for low, high in pairwise(shapes) if low.requests <= requests <= high.requests)
    share = (requests - below.requests) / (above.requests - below.requests)
    few, many = below.usd(prices), above.usd(prices)
    return {name: few[name] + (many[name] - few[name]) * share for name in few}
