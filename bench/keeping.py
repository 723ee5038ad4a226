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
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.store import keys
from shared.store.sizes import item_bytes
from shared.store.tally import PRICES
from shared.store.upgrades import Upgrades

_MUST_USD, _AIM_USD = 20, 12
_LONGER_DAYS = 401.5 - KEPT_DAYS
_DAYS_PER_MONTH = 30.4
_STAYS_SHORT = {"feed", "rejects", "hour"}
"""Rows that an upgrade does not touch."""


def measure(captured: Captured, say: Callable[[str], None]) -> Section:
    """The reference trace, kept."""
    say("keeping: every trace is put into the extended tier")
    bill = _Keeping(captured).bill()
    usd = sum(bill.values())
    rows = [(name, value) for name, value in [*bill.items(), ("all together", usd)]]
    figure = Figure("REF: a million traces kept 400 days, beyond the first 14", usd, "$", _MUST_USD, _AIM_USD)
    how = (
        "The traces of REF, upgraded one by one by a rule: messages, the keep room in batches of ten, both its looks, "
        "and the heads made again by record; and what rows and objects cost for the days beyond."
    )
    return Section("Keeping", how, [figure], [Table("Dollars a million traces", ("", "REF"), rows)])


class _Keeping:
    """The traces of one shape, recorded, then upgraded over a counted store."""

    def __init__(self, captured: Captured) -> None:
        self._captured = captured
        self._counted = CountedStore()
        self._rooms = Rooms(self._counted.store)
        self._rooms.take_all(captured.requests)
        self._rooms.record_all(captured.shape.batch_size)
        self._keep = build(settings_of(KeepSettings, {}), self._counted.store, SystemClock())
        self._calls, self._cpu_s = 0, 0.0

    def bill(self) -> dict[str, float]:
        """Dollars for a million traces, by what they are paid for."""
        traces = sorted({item.pk[-36:] for item in self._counted.rows.items() if item.sk.startswith(keys.CHUNK)})
        self._counted.reset()
        self._rooms.reset()
        self._upgrade(traces)
        tally = self._counted.total()
        keep = Invocations(KEEP, self._calls, self._cpu_s, dict(self._counted.calls))
        lines = {
            "DynamoDB writes": tally.write_units * PRICES.write_unit,
            "DynamoDB reads": tally.read_units * PRICES.read_unit,
            "S3 requests": tally.object_puts * PRICES.object_put + tally.object_gets * PRICES.object_get,
            "SQS requests": tally.queue_requests * PRICES.queue_request,
            "Lambda keep": keep.usd,
            "rows, 386 days longer": self._rows_gb() * TABLE_GB_MONTH_USD * _LONGER_DAYS / _DAYS_PER_MONTH,
            "objects, 386 days longer": self._objects_gb() * OBJECT_GB_MONTH_USD * _LONGER_DAYS / _DAYS_PER_MONTH,
        }
        return {name: usd / len(traces) * 1e6 for name, usd in lines.items()}

    def _upgrade(self, traces: list[str]) -> None:
        store = self._counted.store
        upgrades = Upgrades(store, SystemClock(), Periods())
        for trace_id in traces:
            upgrades.extend(WORKSPACE, trace_id, Kept("rule", "r-1", SystemClock().now_us(), name="all"))
        trigger = consumer_of("upgrades")
        while messages := store.upgrades.receive(trigger.batch_size, trigger.visibility_s):
            began_s = time.process_time()
            answer = self._keep(sqs_event(messages, "upgrades", SystemClock().now_us()), None)
            self._cpu_s += time.process_time() - began_s
            self._calls += 1
            if answer["batchItemFailures"]:
                raise Refused(f"keep gave back {answer['batchItemFailures']}")
            store.upgrades.delete([one.handle for one in messages])
        self._rooms.record_all(10)

    def _rows_gb(self) -> float:
        kept = [item for item in self._counted.rows.items() if kind_of(item.pk, item.sk) not in _STAYS_SHORT]
        return sum(item_bytes(item) + ITEM_OVERHEAD_BYTES for item in kept) / GB

    def _objects_gb(self) -> float:
        bodies = self._counted.objects.bodies
        return sum(len(body) for key, body in bodies.items() if keys.tier_of(key) == "extended") / GB
