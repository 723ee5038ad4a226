"""What rules cost: 100,000 traces as they come, minute by minute, under a rule that extends and one that queues.

The extending rule draws one trace in ten, the queueing one looks at all and is for those that failed. How many each
must act on is counted by hand, from the ids and what was made to fail; a difference is no measurement.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.bill import Invocations
from bench.figures import Figure, Section, Table
from bench.filling import FAILED_EVERY, Maker
from bench.kinds import CountedStore
from bench.rooms import WORKSPACE, Refused, Rooms
from bench.shapes import Captured
from functions.automate.app import build
from functions.automate.settings import AutomateSettings
from functions.record.app import build as build_record
from functions.record.settings import RecordSettings
from infra.local.sqs_event import sqs_event
from infra.local.store import settings_of
from infra.topology import AUTOMATE
from shared.base.clock import Clock, SteppingClock, SystemClock
from shared.base.ids import new_uuid
from shared.base.units import S_PER_MINUTE, US_PER_MS, US_PER_S
from shared.queues.queue import AnnotationQueue
from shared.retention.periods import Periods
from shared.rules.rule import Rule
from shared.rules.sampling import is_drawn
from shared.runs.codec import pack_envelope
from shared.store.access import Access
from shared.store.annotation_queues import AnnotationQueues
from shared.store.ports import Message, Store
from shared.store.questions import open_questions
from shared.store.rules import Rules
from shared.store.tally import PRICES, Tally

_MUST_READ_UNITS = 3
_MUST_IDLE_UNITS = 2
_REQUESTS_A_MINUTE, _TRACES_A_REQUEST = 40, 50
_SAMPLING = 0.1
_IDLE_PASSES = 30
_FADING_PASSES = 15
"""For some minutes after the last request the feed of the minutes before is read again."""
_MINUTES_A_MONTH = 43_800
_HOW = (
    "Traces of one run each, recorded 2,000 a minute by a clock that is moved on, one in 50 failed; after each minute "
    "a pass of the automate room in this process, over dictionaries, with every call counted at the ports. One rule "
    "draws a tenth of the traces and extends them, the other looks at all and queues the runs that failed. What the "
    "keep room then does for each upgrade is not in it. Then nothing comes for a while, of which half an hour counts."
)


def measure(traces: int, captured: Captured, say: Callable[[str], None]) -> Section:
    """So many traces; then those that the client sent."""
    say(f"rules: {traces:,} traces, under two rules")
    minutes = _Minutes(traces)
    minutes.run()
    busy, idle = minutes.busy, minutes.idle
    say("rules: what the client sent")
    whole = _of_reference(captured)
    bare = _without_rules()
    figures = [
        Figure("read units a trace looked at, all reading", busy.tally.read_units / traces, "", _MUST_READ_UNITS),
        Figure("… REF, 8 runs", whole, "", _MUST_READ_UNITS),
        Figure("a million traces under both rules", busy.usd / traces * 1e6, "$"),
        Figure("processor time a trace", busy.cpu_s / traces * 1e6, "µs"),
        Figure("all passes", busy.took_s, "s"),
        Figure("read units of a minute without anything new, two rules", idle.tally.read_units / _IDLE_PASSES, ""),
        Figure("… without any rule, a workspace", bare, "", _MUST_IDLE_UNITS),
        Figure("… a month of such minutes, two rules", idle.usd / _IDLE_PASSES * _MINUTES_A_MONTH, "$"),
    ]
    return Section(
        "Rules",
        _HOW,
        figures,
        [Table("By what it is paid for", ("", "units", "$ a million traces"), busy.rows(traces))],
    )


@dataclass
class Passes:
    """Some passes of the room: what they used."""

    calls: int
    cpu_s: float
    took_s: float
    tally: Tally
    port_calls: dict[str, int]
    by_kind: dict[str, Tally]

    @property
    def lambda_usd(self) -> float:
        """What Lambda would bill."""
        return Invocations(AUTOMATE, self.calls, self.cpu_s, self.port_calls).usd

    @property
    def usd(self) -> float:
        """What AWS would bill."""
        tables = self.tally.write_units * PRICES.write_unit + self.tally.read_units * PRICES.read_unit
        return float(tables + self.tally.queue_requests * PRICES.queue_request) + self.lambda_usd

    def rows(self, traces: int) -> list[tuple[str | float, ...]]:
        """A line for each kind of row, for messages and for Lambda."""
        units = [
            (f"{verb} {kind}", float(getattr(tally, f"{name}_units")), float(getattr(PRICES, f"{name}_unit")))
            for verb, name in (("writes:", "write"), ("reads:", "read"))
            for kind, tally in sorted(self.by_kind.items())
            if getattr(tally, f"{name}_units")
        ]
        units.append(("messages", self.tally.queue_requests, float(PRICES.queue_request)))
        lines: list[tuple[str | float, ...]] = [(what, used, used * usd / traces * 1e6) for what, used, usd in units]
        return [*lines, ("Lambda automate, calls", self.calls, self.lambda_usd / traces * 1e6)]


class _Minutes:
    """Traces that come minute by minute, and the passes after each."""

    def __init__(self, traces: int) -> None:
        self._traces = traces
        self._counted = CountedStore()
        self._clock = SteppingClock(SystemClock().now_us() // US_PER_MS * US_PER_MS)
        store = self._counted.store
        Access(store.control, self._clock).create_workspace("bench", WORKSPACE)
        self._ask = open_questions(store, self._clock, Periods())
        self._record = build_record(settings_of(RecordSettings, {}), store, self._clock)
        self._automate = build(settings_of(AutomateSettings, {}), store, self._clock)
        self._maker = Maker(self._ask.projects.resolve(WORKSPACE, "name:bench").id)
        self._extending, self._queueing = _two_rules(store, self._clock)
        self._ids: list[str] = []
        self.busy, self.idle = _nothing(), _nothing()

    def run(self) -> None:
        """All minutes, and then some in which nothing comes. Raises: Refused."""
        while len(self._ids) < self._traces:
            self._come()
            self.busy = _with(self.busy, self._pass())
        self._clock.advance(2 * S_PER_MINUTE)
        self.busy = _with(self.busy, self._pass())  # what it remembers is looked at no more
        self._check()
        for number in range(_FADING_PASSES + _IDLE_PASSES):
            self._clock.advance(S_PER_MINUTE)
            passed = self._pass()
            self.idle = _with(self.idle, passed) if number >= _FADING_PASSES else self.idle

    def _come(self) -> None:
        """A minute's requests are recorded as they come."""
        for _ in range(_REQUESTS_A_MINUTE):
            self._clock.advance(S_PER_MINUTE / _REQUESTS_A_MINUTE)
            if len(self._ids) >= self._traces:
                continue
            now_us = self._clock.now_us()
            starts = [now_us - (3 * US_PER_S) + n * US_PER_MS for n in range(_TRACES_A_REQUEST)]
            envelope = self._maker.envelope(starts)
            self._ids += [str(group.trace_id) for group in envelope.groups]
            message = Message("m", "m", pack_envelope(envelope), 1)
            if self._record(sqs_event([message], "operations", now_us), None)["batchItemFailures"]:
                raise Refused("record gave traces back that were made to be looked at")

    def _pass(self) -> Passes:
        return _counted_pass(self._counted, lambda: self._automate({}, None))

    def _check(self) -> None:
        """Both rules acted on what they must, counted by hand. Raises: Refused."""
        drawn = {one for one in self._ids if is_drawn(self._extending.id, one, _SAMPLING)}
        failed = set(self._ids[FAILED_EVERY - 1 :: FAILED_EVERY])
        fates = {item.pk[-36:] for item in self._counted.rows.items() if item.sk == "!"}
        queues = AnnotationQueues(self._counted.store, self._clock, Periods())
        queued = {item.trace_id for item in queues.items(WORKSPACE, self._queueing.queue or "")}
        if (fates, queued) != (drawn, failed):
            raise Refused(f"{len(fates)} extended, {len(drawn)} drawn; {len(queued)} queued, {len(failed)} failed")


def _two_rules(store: Store, clock: Clock) -> tuple[Rule, Rule]:
    """One that extends what it draws, one that queues what failed."""
    rules, queue = Rules(store.control, clock), new_uuid()
    now_us = clock.now_us()
    AnnotationQueues(store, clock, Periods()).create(WORKSPACE, AnnotationQueue(queue, "failed", now_us, now_us))
    extending = Rule(id=new_uuid(), name="a tenth", sampling_rate=_SAMPLING, extend_only=True)
    queueing = Rule(id=new_uuid(), name="failed", filter='eq(status, "error")', queue=queue)
    return rules.write(WORKSPACE, extending), rules.write(WORKSPACE, queueing)


def _of_reference(captured: Captured) -> float:
    """Read units for a look at a trace of REF."""
    counted = CountedStore()
    rooms = Rooms(counted.store)
    Rules(counted.store.control, SystemClock()).write(
        WORKSPACE, Rule(id=new_uuid(), name="slow", filter='gt(latency, "1h")', extend_only=True)
    )
    automate = build(settings_of(AutomateSettings, {}), counted.store, SystemClock())
    rooms.take_all(captured.requests)
    rooms.record_all(captured.shape.batch_size)
    looked = 0

    def work() -> None:
        nonlocal looked
        looked = automate({}, None)["looked"]

    passed = _counted_pass(counted, work)
    if looked != captured.traces:
        raise Refused(f"{looked} of {captured.traces} traces were looked at")
    return passed.tally.read_units / looked


def _without_rules() -> float:
    """Read units of a minute in a workspace without a rule."""
    counted = CountedStore()
    Access(counted.store.control, SystemClock()).create_workspace("bench", WORKSPACE)
    automate = build(settings_of(AutomateSettings, {}), counted.store, SystemClock())
    return _counted_pass(counted, lambda: automate({}, None)).tally.read_units


def _counted_pass(counted: CountedStore, work: Callable[[], object]) -> Passes:
    counted.reset()
    began_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    cpu_s = time.process_time() - cpu_s
    took_s = time.perf_counter() - began_s
    return Passes(1, cpu_s, took_s, counted.total(), dict(counted.calls), counted.by_kind())


def _nothing() -> Passes:
    return Passes(0, 0.0, 0.0, Tally(), {}, {})


def _with(one: Passes, other: Passes) -> Passes:
    kinds = {*one.by_kind, *other.by_kind}
    ports = {*one.port_calls, *other.port_calls}
    return Passes(
        one.calls + other.calls,
        one.cpu_s + other.cpu_s,
        one.took_s + other.took_s,
        one.tally + other.tally,
        {port: one.port_calls.get(port, 0) + other.port_calls.get(port, 0) for port in ports},
        {kind: one.by_kind.get(kind, Tally()) + other.by_kind.get(kind, Tally()) for kind in kinds},
    )
