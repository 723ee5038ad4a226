"""What rules cost: 100,000 traces as they come, minute by minute, under a rule that extends and one that queues.

The extending rule draws one trace in ten, the queueing one looks at all and is for those that failed. What each must
act on, what must be put by, and the month's invoice are counted by hand, from the ids and what was made to fail; a
difference is no measurement.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.aftermath import Keeping, Metering
from bench.by_hand import PLUS, Agreed, ByHand
from bench.figures import Figure, Section, Table
from bench.filling import FAILED_EVERY, Maker
from bench.kinds import CountedStore
from bench.memory import DelayingQueue
from bench.passes import Passes, counted_pass
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
from shared.base.ids import new_uuid, receipt_us
from shared.base.units import S_PER_MINUTE, US_PER_MS, US_PER_S
from shared.queues.queue import AnnotationQueue
from shared.retention.periods import Periods
from shared.rules.rule import Rule
from shared.rules.sampling import is_drawn
from shared.runs.codec import pack_envelope
from shared.store.access import Access
from shared.store.annotation_queues import AnnotationQueues
from shared.store.billing import Billing
from shared.store.ports import Message, Store
from shared.store.questions import open_questions
from shared.store.rules import Rules
from shared.usage.invoice import Invoice
from shared.usage.month import Month

_MUST_READ_UNITS = 3
_MUST_IDLE_UNITS = 2
_BEGINS_US = 1_795_174_800 * US_PER_S
"""2026-11-20 11:40 UTC: traces come in two hours of one month."""
_EXTENDING_ID, _QUEUEING_ID = (f"b0000000-0000-4000-8000-00000000000{number}" for number in (2, 3))
"""What a rule draws follows from its id: so it is the same each time."""
_REQUESTS_A_MINUTE, _TRACES_A_REQUEST = 40, 50
_SAMPLING = 0.1
_IDLE_PASSES = 30
_FADING_PASSES = 15
"""For some minutes after the last request the feed of the minutes before is read again."""
_MINUTES_A_MONTH = 43_800
_HOW = (
    "Traces of one run each, recorded 2,000 a minute by a clock that is moved on, one in 50 failed; after each minute "
    "a pass of the automate room in this process, over dictionaries, with every call counted at the ports. One rule "
    "draws a tenth of the traces and extends them, the other looks at all and queues the runs that failed. The keep "
    "room puts by what was extended, when its queue's delays are over; the meter room counts every five minutes, and "
    "on until an hour of it changed nothing (statistics are its work too). What was put by, the counts, an audit of "
    "them, and the invoice of the month by the Plus plan are as counted by hand, to the last decimal. Then nothing "
    "comes for a while, of which half an hour counts."
)


def measure(traces: int, captured: Captured, say: Callable[[str], None]) -> Section:
    """So many traces; then those that the client sent."""
    say(f"rules: {traces:,} traces, under two rules, kept and billed")
    minutes = Minutes(traces)
    minutes.run()
    busy, idle, invoice = minutes.busy, minutes.idle, minutes.bill()
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
    rooms = (busy, minutes.keeping.used, minutes.metering.used)
    head = ("", "units", "$ a million traces")
    by_kind = [Table(f"{one.room.name}: by what it is paid for", head, one.rows(traces)) for one in rooms]
    return Section("Rules", _HOW, figures, [_invoiced(invoice), _by_room(*rooms), *by_kind])


def _invoiced(invoice: Invoice) -> Table:
    """Its lines as text, since a number is written with few digits."""
    lines = [(one.metric, f"{one.quantity:,}", f"{one.billable:,}", f"{one.amount_usd:f}") for one in invoice.lines]
    head = ("metric", "quantity", "billed", "$")
    total = ("Total", "", "", f"{invoice.total_usd:f}")
    return Table(f"The invoice of {invoice.month.text} by {invoice.plan.name}, as by hand", head, [*lines, total])


def _by_room(*rooms: Passes) -> Table:
    head = ("room", "calls", "took s", "processor s", "read units", "write units", "$")
    rows: list[tuple[str | float, ...]] = [
        (one.room.name, one.calls, one.took_s, one.cpu_s, one.tally.read_units, one.tally.write_units, one.usd)
        for one in rooms
    ]
    return Table("By room", head, rows)


class Minutes:
    """Traces that come minute by minute, the passes after each, and what follows on them."""

    def __init__(self, traces: int, agreed: Agreed = PLUS) -> None:
        self._traces = traces
        self._agreed = agreed
        self.clock = SteppingClock(_BEGINS_US)
        self.counted = CountedStore(DelayingQueue(self.clock))
        store = self.counted.store
        bench = Access(store.control, self.clock).create_workspace("bench", WORKSPACE)
        Billing(store.control, self.clock).choose(bench.organization, agreed.terms)
        ask = open_questions(store, self.clock, Periods())
        self._record = build_record(settings_of(RecordSettings, {}), store, self.clock)
        self._automate = build(settings_of(AutomateSettings, {}), store, self.clock)
        self.keeping = Keeping(self.counted, self.clock, self._record)
        self.metering = Metering(self.counted, self.clock)
        self._maker = Maker(ask.projects.resolve(WORKSPACE, "name:bench").id)
        self._extending, self._queueing = _two_rules(store, self.clock)
        self._received_us: dict[str, int] = {}
        self._requests = 0
        self.busy, self.idle = Passes(AUTOMATE), Passes(AUTOMATE)

    def run(self) -> None:
        """All minutes until all is kept and counted, and then some in which nothing comes. Raises: Refused."""
        while len(self._received_us) < self._traces:
            self._come()
            self.busy += self._pass()
        self.clock.advance(2 * S_PER_MINUTE)
        self.busy += self._pass()  # what it remembers is looked at no more
        self._check()
        self.keeping.finish()
        self.metering.finish()
        for number in range(_FADING_PASSES + _IDLE_PASSES):
            self.clock.advance(S_PER_MINUTE)
            passed = self._pass()
            self.idle = self.idle + passed if number >= _FADING_PASSES else self.idle

    def by_hand(self) -> ByHand:
        """What is to be billed."""
        drawn = {one for one in self._received_us if is_drawn(self._extending.id, one, _SAMPLING)}
        return ByHand(self._received_us, self._requests, self._extending.id, drawn, self._agreed)

    def bill(self) -> Invoice:
        """The month's invoice, when all of it, and an audit of each hour, is as by hand. Raises: Refused."""
        by_hand, store = self.by_hand(), self.counted.store
        by_hand.check_put_by(list(self.counted.rows.items()))
        for hour in by_hand.by_hour:
            by_hand.check_audit(store, self.clock, hour)
        return by_hand.check_bill(store, self.clock, Month.of(_BEGINS_US))

    def _come(self) -> None:
        """A minute's requests are recorded as they come, while the other rooms go on."""
        for _ in range(_REQUESTS_A_MINUTE):
            self.clock.advance(S_PER_MINUTE / _REQUESTS_A_MINUTE)
            if len(self._received_us) < self._traces:
                self._one_request()
            self.keeping.go_on()
            self.metering.go_on()

    def _one_request(self) -> None:
        now_us = self.clock.now_us()
        starts = [now_us - (3 * US_PER_S) + n * US_PER_MS for n in range(_TRACES_A_REQUEST)]
        envelope = self._maker.envelope(starts)
        self._received_us |= {str(group.trace_id): receipt_us(envelope.receipt) for group in envelope.groups}
        self._requests += 1
        message = Message("m", "m", pack_envelope(envelope), 1)
        if self._record(sqs_event([message], "operations", now_us), None)["batchItemFailures"]:
            raise Refused("record gave traces back that were made to be looked at")

    def _pass(self) -> Passes:
        return counted_pass(AUTOMATE, self.counted, lambda: self._automate({}, None))

    def _check(self) -> None:
        """Both rules acted on what they must, counted by hand. Raises: Refused."""
        drawn = set(self.by_hand().upgraded)
        failed = set(list(self._received_us)[FAILED_EVERY - 1 :: FAILED_EVERY])
        fates = {item.pk[-36:] for item in self.counted.rows.items() if item.sk == "!"}
        queues = AnnotationQueues(self.counted.store, self.clock, Periods())
        queued = {item.trace_id for item in queues.items(WORKSPACE, self._queueing.queue or "")}
        if (fates, queued) != (drawn, failed):
            raise Refused(f"{len(fates)} extended, {len(drawn)} drawn; {len(queued)} queued, {len(failed)} failed")


def _two_rules(store: Store, clock: Clock) -> tuple[Rule, Rule]:
    """One that extends what it draws, one that queues what failed."""
    rules, queue = Rules(store.control, clock), new_uuid()
    now_us = clock.now_us()
    AnnotationQueues(store, clock, Periods()).create(WORKSPACE, AnnotationQueue(queue, "failed", now_us, now_us))
    extending = Rule(id=_EXTENDING_ID, name="a tenth", sampling_rate=_SAMPLING, extend_only=True)
    queueing = Rule(id=_QUEUEING_ID, name="failed", filter='eq(status, "error")', queue=queue)
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

    passed = counted_pass(AUTOMATE, counted, work)
    if looked != captured.traces:
        raise Refused(f"{looked} of {captured.traces} traces were looked at")
    return passed.tally.read_units / looked


def _without_rules() -> float:
    """Read units of a minute in a workspace without a rule."""
    counted = CountedStore()
    Access(counted.store.control, SystemClock()).create_workspace("bench", WORKSPACE)
    automate = build(settings_of(AutomateSettings, {}), counted.store, SystemClock())
    return counted_pass(AUTOMATE, counted, lambda: automate({}, None)).tally.read_units
