"""What it costs to keep a million traces for 400 days instead of 14: each is upgraded, counted at the ports."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.bill import GB, ITEM_OVERHEAD_BYTES, KEPT_DAYS, OBJECT_GB_MONTH_USD, TABLE_GB_MONTH_USD, Invocations
from bench.figures import Figure, Section, Table
from bench.kinds import CountedStore, kind_of
from bench.rooms import WORKSPACE, Refused, Rooms
from bench.shapes import Captured
from functions.keep.app import build
from functions.keep.settings import KeepSettings
from infra.local.sqs_event import sqs_event
from infra.local.store import settings_of
from infra.topology import KEEP, consumer_of
from shared.base.clock import SystemClock
from shared.retention.choices import Choice
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.store import keys
from shared.store.questions import open_questions
from shared.store.sizes import item_bytes
from shared.store.tally import PRICES, Tally
from shared.store.upgrades import Upgrades

_MUST_USD, _AIM_USD = 20, 12
_LONGER_DAYS = 401.5 - KEPT_DAYS
_DAYS_PER_MONTH = 30.4
_S_PER_DAY = 86_400
_LATE_DAYS = 1.5
"""What deletion trails the end of a row by, as in `bill.KEPT_DAYS`."""
_EVERY = 6
"""One trace in so many is kept: the others of a request and a batch end, and are not to be paid for."""


def measure(captured: Captured, say: Callable[[str], None]) -> Section:
    """The reference trace, kept."""
    say("keeping: traces are put into the extended tier")
    born = _Keeping(captured, is_born=True).bill(beyond=_Keeping(captured).recorded)
    bills = [_Keeping(captured).bill(), _Keeping(captured, _EVERY).bill(), born]
    sums = [sum(bill.values()) for bill in bills]
    rows: list[tuple[str | float, ...]] = [(name, *(bill[name] for bill in bills)) for name in bills[0]]
    names = ("a million traces kept 400 days, beyond the first 14", "one trace in six is kept", "all are born to it")
    figures = [Figure(f"REF: {name}", usd, "$", _MUST_USD, _AIM_USD) for name, usd in zip(names, sums, strict=True)]
    how = (
        "Traces of REF, upgraded one by one by a rule, or born in the extended tier: messages, the keep room in "
        "batches of ten, all its looks, and the heads made again by record; and what rows and objects cost for the "
        "days beyond the first 14."
    )
    head = ("", "every trace", "one in six", "born to it")
    table = Table("Dollars a million kept traces", head, [*rows, ("all together", *sums)])
    return Section("Keeping", how, figures, [table])


class _Keeping:
    """The traces of one shape, recorded, then upgraded over a counted store: one in so many, or none as all are born.

    `recorded` is what recording them took.
    """

    def __init__(self, captured: Captured, every: int = 1, *, is_born: bool = False) -> None:
        self._every = every
        self._is_born = is_born
        self._counted = CountedStore()
        store = self._counted.store
        self._rooms = Rooms(store)
        if is_born:
            retention = open_questions(store, SystemClock(), Periods()).retention
            retention.choose(WORKSPACE, Choice(default_tier="extended"))
        self._rooms.take_all(captured.requests)
        self._counted.reset()
        self._rooms.record_all(captured.shape.batch_size)
        self.recorded = self._counted.total()
        self._keep = build(settings_of(KeepSettings, {}), store, SystemClock())
        self._calls, self._cpu_s = 0, 0.0

    def bill(self, beyond: Tally | None = None) -> dict[str, float]:
        """Dollars for a million traces, by what they are paid for; with what recording took beyond this."""
        traces = sorted({item.pk[-36:] for item in self._counted.rows.items() if item.sk.startswith(keys.CHUNK)})
        traces = traces[:: self._every]
        self._counted.reset()
        self._rooms.reset()
        if not self._is_born:
            self._upgrade(traces)
        self._work()
        tally = self._counted.total() + (Tally() if beyond is None else self.recorded - beyond)
        keep = Invocations(KEEP, self._calls, self._cpu_s, dict(self._counted.calls))
        lines = {
            "DynamoDB writes": tally.write_units * PRICES.write_unit,
            "DynamoDB reads": tally.read_units * PRICES.read_unit,
            "S3 requests": tally.object_puts * PRICES.object_put + tally.object_gets * PRICES.object_get,
            "SQS requests": tally.queue_requests * PRICES.queue_request,
            "Lambda keep": keep.usd,
            "rows, up to 386 days longer": self._rows_gb_days() * TABLE_GB_MONTH_USD / _DAYS_PER_MONTH,
            "objects, 386 days longer": self._objects_gb() * OBJECT_GB_MONTH_USD * _LONGER_DAYS / _DAYS_PER_MONTH,
        }
        return {name: usd / len(traces) * 1e6 for name, usd in lines.items()}

    def _upgrade(self, traces: list[str]) -> None:
        upgrades = Upgrades(self._counted.store, SystemClock(), Periods())
        for trace_id in traces:
            upgrades.extend(WORKSPACE, trace_id, Kept("rule", "r-1", SystemClock().now_us(), name="all"))

    def _work(self) -> None:
        """Let the keep room do all that waits for it, and record what it asks for."""
        queue, trigger = self._counted.store.upgrades, consumer_of("upgrades")
        while messages := queue.receive(trigger.batch_size, trigger.visibility_s):
            began_s = time.process_time()
            answer = self._keep(sqs_event(messages, "upgrades", SystemClock().now_us()), None)
            self._cpu_s += time.process_time() - began_s
            self._calls += 1
            if answer["batchItemFailures"]:
                raise Refused(f"keep gave back {answer['batchItemFailures']}")
            queue.delete([one.handle for one in messages])
        self._rooms.record_all(10)

    def _rows_gb_days(self) -> float:
        """Of each row that outlives the base tier, its size times the days beyond it."""
        now_s = time.time()
        days = [
            (item, ((item.expires_epoch_s or now_s) - now_s) / _S_PER_DAY + _LATE_DAYS - KEPT_DAYS)
            for item in self._counted.rows.items()
            if kind_of(item.pk, item.sk) != "hour"  # that they are there long is paid for by the base tier
        ]
        return sum((item_bytes(item) + ITEM_OVERHEAD_BYTES) * beyond for item, beyond in days if beyond > 1) / GB

    def _objects_gb(self) -> float:
        bodies = self._counted.objects.bodies
        return sum(len(body) for key, body in bodies.items() if keys.tier_of(key) == "extended") / GB
