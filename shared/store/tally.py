"""What AWS would bill for, as a sum of units, and what that costs."""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Tally:
    """Billed units. Tallies add and subtract, unit by unit.

    Units: `write_units` and `read_units` are DynamoDB's request units; the rest are requests, save
    the two of bytes, and `rows_read`, which is not billed.
    """

    write_units: int = 0
    read_units: float = 0.0
    table_requests: int = 0
    rows_read: int = 0
    object_puts: int = 0
    object_copies: int = 0
    object_lists: int = 0
    object_gets: int = 0
    object_bytes_written: int = 0
    object_bytes_read: int = 0
    queue_requests: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return self._with(operator.add, other)

    def __sub__(self, other: Tally) -> Tally:
        """What came since `other`."""
        return self._with(operator.sub, other)

    def _with(self, combine: Callable[[Any, Any], Any], other: Tally) -> Tally:
        return Tally(**{f.name: combine(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)})


class Meter:
    """Adds up tallies from any thread, for the whole process and for whoever watches."""

    def __init__(self) -> None:
        self._adding = threading.Lock()
        self._total = Tally()
        self._watchers: ContextVar[tuple[Watch, ...]] = ContextVar("watchers", default=())

    def count(self, tally: Tally) -> None:
        """Add this to the total, and to each watch of this context."""
        watchers = self._watchers.get()
        with self._adding:
            self._total += tally
            for watch in watchers:
                watch.tally += tally

    def total(self) -> Tally:
        """All that was counted since the beginning or the last reset."""
        return self._total

    def reset(self) -> Tally:
        """Begin at nothing again; gives what was counted until now, so that none is lost in between."""
        with self._adding:
            total, self._total = self._total, Tally()
        return total

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        """What is counted inside the block, by this thread and those that copy its context (as asyncio's do).

        So a request's own units are known while others are served side by side.
        """
        watch = Watch()
        token = self._watchers.set((*self._watchers.get(), watch))
        try:
            yield watch
        finally:
            self._watchers.reset(token)


class Watch:
    """The tally of one watched block; it stays readable after the block."""

    def __init__(self) -> None:
        self.tally = Tally()


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars a unit. Storage and transfer are not in a tally, so not in here."""

    region: str
    read_on: str
    write_unit: float
    read_unit: float
    object_put: float
    """S3 has one price for PUT, COPY and LIST."""
    object_get: float
    queue_request: float


PRICES = Prices(
    region="us-east-1",
    read_on="2026-11-20",
    write_unit=0.625e-6,
    read_unit=0.125e-6,
    object_put=5e-6,
    object_get=0.40e-6,
    # Standard queue, and the surcharge of a fair one on each request that names a group; taken on all.
    queue_request=0.40e-6 + 0.10e-6,
)
"""List prices on demand, no free tier. Sources: the pricing pages of DynamoDB (since 2024-11-01), S3 and SQS."""


GATEWAY_REQUEST_USD = 1.00e-6
"""Source: API Gateway pricing, HTTP APIs."""


def price_usd(tally: Tally, prices: Prices = PRICES) -> float:
    """What these units cost, in US dollars."""
    return (
        tally.write_units * prices.write_unit
        + tally.read_units * prices.read_unit
        + (tally.object_puts + tally.object_copies + tally.object_lists) * prices.object_put
        + tally.object_gets * prices.object_get
        + tally.queue_requests * prices.queue_request
    )


def usage_prices(prices: Prices = PRICES) -> dict[str, Decimal]:
    """Dollars a unit, exact as they are written, by the names that `shared/usage` counts in."""
    named = {
        "write_units": prices.write_unit,
        "read_units": prices.read_unit,
        "object_puts": prices.object_put,
        "queue_requests": prices.queue_request,
        "gateway_requests": GATEWAY_REQUEST_USD,
    }
    return {name: Decimal(str(price)) for name, price in named.items()}
