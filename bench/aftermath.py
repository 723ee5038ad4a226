"""What follows on rules: the keep room puts by what they extended, the meter room counts; by a clock that is moved on.

The queue waits for its delays, and each room is called as often as `infra/topology.py` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.kinds import CountedStore
from bench.passes import Passes, counted_pass, counted_passes
from bench.rooms import Refused
from functions.keep.app import build as build_keep
from functions.keep.settings import KeepSettings
from functions.meter.app import build as build_meter
from functions.meter.settings import MeterSettings
from infra.local.sqs_event import sqs_event
from infra.local.store import settings_of
from infra.topology import KEEP, METER, Scheduled, consumer_of
from shared.base.clock import SteppingClock
from shared.base.units import S_PER_MINUTE, US_PER_S
from shared.store.ports import Queue

Record = Callable[[dict[str, Any], object], dict[str, Any]]
_LONGEST_S = 2 * 3_600
_HOUR_S = 3_600
_HEADS_TOGETHER = 10


class Keeping:
    """The keep room, called with what its queue has gathered, and `record` for the heads that it asks for."""

    def __init__(self, counted: CountedStore, clock: SteppingClock, record: Record) -> None:
        self._counted = counted
        self._clock = clock
        self._record = record
        self._keep = build_keep(settings_of(KeepSettings, {}), counted.store, clock)
        self._trigger = consumer_of("upgrades")
        self._called_us = clock.now_us()
        self.used = Passes(KEEP)

    def go_on(self) -> None:
        """Do what waits, where it was gathered for long enough. Raises: Refused."""
        if self._clock.now_us() - self._called_us >= self._trigger.window_s * US_PER_S:
            self._called_us = self._clock.now_us()
            self.used += counted_passes(KEEP, self._counted, self._work)

    def finish(self) -> None:
        """Let time pass until nothing waits, with a delay or without. Raises: Refused."""
        queue, left_s = self._counted.store.upgrades, _LONGEST_S
        while queue.depth() != (0, 0, 0, 0):
            if left_s <= 0:
                raise Refused(f"after {_LONGEST_S // S_PER_MINUTE} minutes the keep room's queue has {queue.depth()}")
            self._clock.advance(self._trigger.window_s)
            left_s -= self._trigger.window_s
            self.go_on()

    def _work(self) -> int:
        store = self._counted.store
        calls = self._drain("upgrades", store.upgrades, self._keep, self._trigger.batch_size)
        self._drain("operations", store.operations, self._record, _HEADS_TOGETHER)
        return calls

    def _drain(self, name: str, queue: Queue, room: Record, together: int) -> int:
        calls = 0
        while messages := queue.receive(together, self._trigger.visibility_s):
            failed = room(sqs_event(messages, name, self._clock.now_us()), None)["batchItemFailures"]
            if failed:
                raise Refused(f"{len(failed)} messages of {name} were given back, {failed[0]}")
            queue.delete([one.handle for one in messages])
            calls += 1
        return calls


class Metering:
    """The meter room, called by its schedule."""

    def __init__(self, counted: CountedStore, clock: SteppingClock) -> None:
        self._counted = counted
        self._clock = clock
        self._meter = build_meter(settings_of(MeterSettings, {}), counted.store, clock)
        self._every_s = _every_s()
        self._called_us = clock.now_us()
        self._changed = 0
        self.used = Passes(METER)

    def go_on(self) -> None:
        """Count, where it is time to."""
        if self._clock.now_us() - self._called_us >= self._every_s * US_PER_S:
            self._count()

    def finish(self) -> None:
        """Let time pass until an hour of counting has changed nothing: very many upgrades are counted hourly."""
        calm_s, left_s = 0, _LONGEST_S
        while calm_s <= _HOUR_S:
            if left_s <= 0:
                raise Refused(f"the meter still changes its counts {_LONGEST_S // S_PER_MINUTE} minutes later")
            self._clock.advance(self._every_s)
            left_s -= self._every_s
            self._count()
            calm_s = 0 if self._changed else calm_s + self._every_s

    def _count(self) -> None:
        self._called_us = self._clock.now_us()
        self.used += counted_pass(METER, self._counted, self._changes)

    def _changes(self) -> int:
        self._changed = self._meter({}, None)["counts"]
        return self._changed


def _every_s() -> int:
    if not isinstance(METER.trigger, Scheduled):
        raise TypeError("the meter room has no schedule")
    return METER.trigger.every_minutes * S_PER_MINUTE
