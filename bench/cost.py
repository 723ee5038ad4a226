"""What a million traces would cost in AWS: every call counted at the ports, the rest by named assumptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import median

from bench import bill
from bench.bill import Invocations, Usage
from bench.cpu import cpu_us_per_run
from bench.figures import Figure, Section, Table
from bench.kinds import CountedStore, kind_of
from bench.rooms import WORKSPACE, Rooms
from bench.shapes import Captured
from functions.api.reader import Reader
from infra.topology import RECEIVE, RECORD
from shared.base.clock import SystemClock
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.store import keys
from shared.store.questions import open_questions
from shared.store.sizes import item_bytes
from shared.store.tally import PRICES, Tally, price_usd

_MUST_UNITS, _AIM_UNITS = 10, 6
_MUST_USD, _AIM_USD = 15, 8
_BUDGETED = "REF"
_CPU_ROUNDS = 3
_ROWS_HEAD = ("row", "rows a trace", "bytes a row", "bytes a trace")
_PAYLOADS = ("inputs", "outputs")


def measure(captured: dict[str, Captured], say: Callable[[str], None]) -> Section:
    """Each shape of traffic, counted and priced."""
    counted: dict[str, Counted] = {}
    for name, one in captured.items():
        say(f"cost: {name}, {len(one.requests)} requests counted")
        counted[name] = Counted(one)
    names = list(counted)
    bills = {name: one.usage.bill() for name, one in counted.items()}
    figures = [figure for name in names for figure in _figures(name, counted[name], sum(bills[name].values()))]
    tables = [
        Table("What was sent, a trace", ("", *names), _columns({n: c.traffic() for n, c in counted.items()})),
        Table("DynamoDB write units a trace, by kind of row", ("row", *names), _with_sum(_kinds(counted))),
        Table(f"Rows of the table of traces, {_BUDGETED}", _ROWS_HEAD, counted[_BUDGETED].rows()),
        Table("Dollars a million traces", ("", *names), _with_sum(bills)),
        Table("Reading one trace", ("", *names), _columns({n: c.reads for n, c in counted.items()})),
    ]
    return Section("Counted cost", _how(captured), figures, tables)


class Counted:
    """One shape of traffic, sent through both rooms over a counted store, then read."""

    def __init__(self, one: Captured) -> None:
        self._one = one
        self._counted = CountedStore()
        self._rooms = Rooms(self._counted.store)
        self._rooms.take_all(one.warm_up)
        self._rooms.record_all(one.shape.batch_size)
        stored = self._stored()
        self._start()
        received = self._received()
        self._counted.calls.clear()
        self._rooms.record_all(one.shape.batch_size)
        self.by_kind = self._counted.by_kind()
        self.usage = self._used(received, dict(self._counted.calls), stored)
        self.reads = self._read()

    def traffic(self) -> dict[str, float]:
        """What the client made of the traces."""
        one = self._one
        return {
            "agents side by side": one.shape.agents,
            "traces sent": one.traces,
            "requests a trace": len(one.requests) / one.traces,
            "raw bytes a run": one.raw_bytes / one.runs,
            "bytes on the wire a run": one.wire_bytes / one.runs,
            "chunks a trace": self._chunks() / one.traces,
            "messages recorded at once": one.shape.batch_size,
            "S3 PUTs a trace": self.usage.tally.object_puts / one.traces,
            "stored bytes a run": (self.usage.item_bytes + self.usage.object_bytes) / one.runs,
        }

    def rows(self) -> list[tuple[str | float, ...]]:
        """How many rows of each kind there are, and how large they are."""
        sizes: dict[str, list[int]] = defaultdict(list)
        for item in self._counted.rows.items():
            sizes[kind_of(item.pk, item.sk)].append(item_bytes(item))
        traces = self._one.traces + 1  # the one to warm up with has its rows there too
        return [(kind, len(of) / traces, sum(of) / len(of), sum(of) / traces) for kind, of in sorted(sizes.items())]

    def _received(self) -> dict[str, int]:
        self._rooms.take_all(self._one.requests)
        return {**self._counted.calls, "queue": len(self._one.requests)}

    def _used(self, received: dict[str, int], recorded: dict[str, int], before: tuple[int, int, int]) -> Usage:
        items, size_bytes, objects = (now - then for now, then in zip(self._stored(), before, strict=True))
        cpu_s = _cpu_s(self._one)
        return Usage(
            traces=self._one.traces,
            requests=len(self._one.requests),
            gateway_units=sum(bill.gateway_units(len(sent.body)) for sent in self._one.requests),
            receive=Invocations(RECEIVE, self._rooms.calls[RECEIVE.name], cpu_s[RECEIVE.name], received),
            record=Invocations(RECORD, self._rooms.calls[RECORD.name], cpu_s[RECORD.name], recorded),
            tally=self._counted.total(),
            item_bytes=size_bytes,
            items=items,
            object_bytes=objects,
        )

    def _read(self) -> dict[str, float]:
        """Read units and GETs of opening one trace, as a tree and whole."""
        ask = open_questions(self._counted.store, SystemClock(), Periods())
        reader = Reader(ask, PriceTable.load())
        trace_id = next(item.pk for item in self._counted.rows.items() if item.sk.startswith(keys.CHUNK))[-36:]
        reader.trace(WORKSPACE, trace_id)  # so that what is read once is in memory
        costs = {}
        for name, fields in (("tree", ()), ("with payloads", _PAYLOADS)):
            self._start()
            reader.trace(WORKSPACE, trace_id, fields)
            tally = self._counted.total()
            costs[f"{name}: read units"] = tally.read_units
            costs[f"{name}: S3 GETs"] = float(tally.object_gets)
            costs[f"{name}: $ a million"] = price_usd(tally) * 1e6
        return costs

    def _start(self) -> None:
        self._counted.reset()
        self._rooms.reset()

    def _chunks(self) -> int:
        return sum(item.sk.startswith(keys.CHUNK) for item in self._counted.rows.items()) - len(self._one.warm_up)

    def _stored(self) -> tuple[int, int, int]:
        sizes = [item_bytes(item) for item in self._counted.rows.items()]
        return len(sizes), sum(sizes), sum(map(len, self._counted.objects.bodies.values()))


def _cpu_s(one: Captured) -> dict[str, float]:
    rounds = [cpu_us_per_run(one) for _ in range(_CPU_ROUNDS)]
    return {room: median(each[room] for each in rounds) * one.runs / 1e6 for room in rounds[0]}


def _figures(name: str, counted: Counted, usd: float) -> list[Figure]:
    units = counted.usage.tally.write_units / counted.usage.traces
    if name != _BUDGETED:
        return [Figure(f"{name}: write units a trace", units, "WRU"), Figure(f"{name}: a million traces", usd, "$")]
    return [
        Figure(f"{name}: write units a trace", units, "WRU", _MUST_UNITS, _AIM_UNITS),
        Figure(f"{name}: a million traces", usd, "$", _MUST_USD, _AIM_USD),
    ]


def _kinds(counted: Mapping[str, Counted]) -> dict[str, dict[str, float]]:
    return {name: _units(one.by_kind, one.usage.traces) for name, one in counted.items()}


def _units(by_kind: Mapping[str, Tally], traces: int) -> dict[str, float]:
    written = {kind: tally.write_units / traces for kind, tally in by_kind.items() if tally.write_units}
    return dict(sorted(written.items(), key=lambda entry: -entry[1]))


def _columns(by_name: Mapping[str, Mapping[str, float]]) -> list[tuple[str | float, ...]]:
    """A row for each thing, a column for each shape."""
    things = dict.fromkeys(thing for column in by_name.values() for thing in column)
    return [(thing, *(column.get(thing, 0.0) for column in by_name.values())) for thing in things]


def _with_sum(by_name: Mapping[str, Mapping[str, float]]) -> list[tuple[str | float, ...]]:
    return [*_columns(by_name), ("all together", *(sum(column.values()) for column in by_name.values()))]


def _how(captured: Mapping[str, Captured]) -> str:
    waits = ", ".join(f"{ms:.0f} ({port})" for port, ms in bill.WAIT_MS.items())
    shapes = "; ".join(f"{one.shape.name}: {one.shape.about}" for one in captured.values())
    return (
        f"{shapes}. The client's bodies through receive, queue, record, with every call counted at the ports as AWS "
        f"bills it; list prices of {PRICES.region}, read {PRICES.read_on}, no free tier. Lambda time is measured "
        f"processor time times {bill.GRAVITON_SLOWER} on the room's share of a vCPU, and for each storage call "
        f"{bill.CALL_CPU_MS} ms of computing and {waits} ms of waiting. X-Ray samples 5 %."
    )
