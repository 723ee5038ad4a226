"""The arithmetic of the bill: what units cost, beside sums made by hand from the price pages."""

from __future__ import annotations

import dataclasses

import pytest

from bench.bill import CALL_CPU_MS, GRAVITON_SLOWER, WAIT_MS, Invocations, Usage, gateway_units
from infra.topology import RECEIVE, RECORD
from shared.base.units import KIB
from shared.store.tally import Tally

NOTHING = Usage(
    traces=1_000_000,
    requests=0,
    gateway_units=0,
    receive=Invocations(RECEIVE, 0, 0.0, {}),
    record=Invocations(RECORD, 0, 0.0, {}),
    tally=Tally(),
    item_bytes=0,
    items=0,
    object_bytes=0,
)


def test_nothing_costs_nothing() -> None:
    """There is no hourly price in the bill."""
    assert set(NOTHING.bill().values()) == {0.0}


@pytest.mark.parametrize(
    ("change", "line", "usd"),
    [
        ({"tally": Tally(write_units=6_000_000)}, "DynamoDB writes", 3.75),
        ({"tally": Tally(read_units=4_000_000)}, "DynamoDB reads", 0.5),
        ({"tally": Tally(object_puts=1_000_000, object_gets=1_000_000)}, "S3 requests", 5.4),
        ({"tally": Tally(queue_requests=3_000_000)}, "SQS requests", 1.5),
        ({"gateway_units": 2_000_000}, "API Gateway", 2.0),
        ({"object_bytes": 10**12}, "storage, 14 days", 23 * 15.5 / 30.4),
        ({"item_bytes": 9 * 10**11, "items": 10**9}, "storage, 14 days", 250 * 15.5 / 30.4),
    ],
)
def test_a_line_is_units_times_price(change: dict[str, object], line: str, usd: float) -> None:
    """Each line follows from its own units, and the others stay as they were."""
    bill = dataclasses.replace(NOTHING, **change).bill()  # type: ignore[arg-type]
    assert bill.pop(line) == pytest.approx(usd)
    assert set(bill.values()) == {0.0}


def test_the_bill_is_for_a_million_traces() -> None:
    """Half as many traces with the same units cost twice as much each."""
    usage = dataclasses.replace(NOTHING, gateway_units=1_000_000)
    halved = dataclasses.replace(usage, traces=500_000)
    assert halved.bill()["API Gateway"] == 2 * usage.bill()["API Gateway"]


def test_lambda_bills_computing_on_its_share_and_waiting_in_full() -> None:
    """A room with half a vCPU computes twice as long; the network takes no share of anything."""
    half = dataclasses.replace(RECORD, memory_mb=1769 // 2)
    calls = {"table": 10, "object": 2}
    computing_s = (3.0 + 12 * CALL_CPU_MS / 1_000) * GRAVITON_SLOWER
    waiting_s = (10 * WAIT_MS["table"] + 2 * WAIT_MS["object"]) / 1_000
    assert Invocations(RECORD, 1, 3.0, calls).billed_s == pytest.approx(computing_s + waiting_s)
    assert Invocations(half, 1, 3.0, calls).billed_s == pytest.approx(2 * computing_s + waiting_s, rel=0.01)


def test_lambda_bills_gigabyte_seconds_and_requests() -> None:
    """A million calls of 1,024 MB that wait 10 ms each: $0.20 and 10,000 GB-seconds."""
    waiting = Invocations(RECEIVE, 1_000_000, -1_000_000 * CALL_CPU_MS / 1_000, {"queue": 1_000_000})
    assert RECEIVE.memory_mb == 1024
    assert waiting.usd == pytest.approx(0.20 + 10_000 * 0.0000133334)


@pytest.mark.parametrize(("size_bytes", "units"), [(0, 1), (512 * KIB, 1), (512 * KIB + 1, 2), (3 * 512 * KIB, 3)])
def test_the_gateway_bills_each_started_half_megabyte(size_bytes: int, units: int) -> None:
    """One request at least, then one for each started 512 KB."""
    assert gateway_units(size_bytes) == units
