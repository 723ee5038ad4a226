"""What some passes of a room used: units by kind of row, messages, processor time, and what AWS would bill for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bench.bill import Invocations
from bench.kinds import CountedStore
from infra.topology import Room
from shared.store.tally import PRICES, Tally, price_usd


@dataclass(frozen=True)
class Passes:
    """Some passes of one room: what they used. Those of a room add up."""

    room: Room
    calls: int = 0
    cpu_s: float = 0.0
    took_s: float = 0.0
    tally: Tally = field(default_factory=Tally)
    port_calls: dict[str, int] = field(default_factory=dict)
    by_kind: dict[str, Tally] = field(default_factory=dict)

    def __add__(self, other: Passes) -> Passes:
        """Both together."""
        kinds = {*self.by_kind, *other.by_kind}
        ports = {*self.port_calls, *other.port_calls}
        return Passes(
            self.room,
            self.calls + other.calls,
            self.cpu_s + other.cpu_s,
            self.took_s + other.took_s,
            self.tally + other.tally,
            {port: self.port_calls.get(port, 0) + other.port_calls.get(port, 0) for port in ports},
            {kind: self.by_kind.get(kind, Tally()) + other.by_kind.get(kind, Tally()) for kind in kinds},
        )

    @property
    def lambda_usd(self) -> float:
        """What Lambda would bill."""
        return Invocations(self.room, self.calls, self.cpu_s, self.port_calls).usd

    @property
    def usd(self) -> float:
        """What AWS would bill."""
        return price_usd(self.tally) + self.lambda_usd

    def rows(self, traces: int) -> list[tuple[str | float, ...]]:
        """A line for each kind of row, for objects, for messages and for Lambda."""
        units = [
            (f"{verb} {kind}", float(getattr(tally, f"{name}_units")), float(getattr(PRICES, f"{name}_unit")))
            for verb, name in (("writes:", "write"), ("reads:", "read"))
            for kind, tally in sorted(self.by_kind.items())
            if getattr(tally, f"{name}_units")
        ]
        others = (
            ("objects written", self.tally.object_puts, PRICES.object_put),
            ("objects read", self.tally.object_gets, PRICES.object_get),
            ("messages", self.tally.queue_requests, PRICES.queue_request),
        )
        units += [one for one in others if one[1]]
        lines: list[tuple[str | float, ...]] = [(what, used, used * usd / traces * 1e6) for what, used, usd in units]
        return [*lines, (f"Lambda {self.room.name}, calls", self.calls, self.lambda_usd / traces * 1e6)]


def counted_passes(room: Room, counted: CountedStore, work: Callable[[], int]) -> Passes:
    """What some work used; it says how often it called the room."""
    counted.reset()
    began_s, cpu_s = time.perf_counter(), time.process_time()
    calls = work()
    cpu_s = time.process_time() - cpu_s
    took_s = time.perf_counter() - began_s
    return Passes(room, calls, cpu_s, took_s, counted.total(), dict(counted.calls), counted.by_kind())


def counted_pass(room: Room, counted: CountedStore, work: Callable[[], object]) -> Passes:
    """What one call of a room used."""
    return replace(counted_passes(room, counted, lambda: bool(work())), calls=1)
