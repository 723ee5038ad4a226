"""What AWS would bill for the same calls: the part that the ports do not see, priced beside the part they count.

DynamoDB, S3 and SQS requests are counted at the ports (`shared/store/counted.py`). API Gateway, Lambda, logs,
X-Ray and storage follow from requests, invocations, processor time and bytes, by the assumptions named here.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.topology import RECEIVE, RECORD, Room
from shared.base.units import KIB
from shared.store.tally import PRICES, Tally

GB = 10**9
_PER_MILLION = 1e-6
_DAYS_PER_MONTH = 30.4

GATEWAY_REQUEST_USD = 1.00 * _PER_MILLION
GATEWAY_REQUEST_BYTES = 512 * KIB
"""Source: API Gateway pricing, HTTP APIs: metered in increments of 512 KB."""
LAMBDA_REQUEST_USD = 0.20 * _PER_MILLION
LAMBDA_GB_SECOND_USD = 0.0000133334
"""Source: AWS Lambda pricing, arm64, us-east-1."""
VCPU_MB = 1_769
"""Memory that comes with one vCPU. Source: AWS Lambda developer guide, "Configure Lambda function memory"."""
GRAVITON_SLOWER = 1.3
"""Assumed: how much longer a Lambda vCPU works than a core of the machine that measured."""
LOG_GB_USD = 0.50
"""Source: Amazon CloudWatch pricing, logs, collection (standard)."""
INVOCATION_LOG_BYTES = 450
"""START, END and REPORT with the 26 bytes that each event is billed beyond its text."""
ACCESS_LOG_BYTES = 350
"""One line of `infra/stacks/edge.py`, the same."""
TRACE_USD = 5.00 * _PER_MILLION
TRACED_SHARE = 0.05
"""Source: AWS X-Ray pricing, and its default sampling rule; its first trace of each second is not counted here."""
TABLE_GB_MONTH_USD = 0.25
OBJECT_GB_MONTH_USD = 0.023
ITEM_OVERHEAD_BYTES = 100
"""Source: DynamoDB pricing and developer guide, storage: 100 bytes an item beyond its own size."""
KEPT_DAYS = 15.5
"""14 days, and what deletion trails the end by: TTL some hours to two days, lifecycle until the next midnight."""
WAIT_MS = {"table": 6.0, "object": 30.0, "queue": 10.0}
"""Assumed: what a call at a port waits for the network, by port. Calls side by side are one call."""
CALL_CPU_MS = 0.4
"""Assumed: what botocore computes for one call at a port; measured on this machine, 0.35 ms for an UpdateItem."""


@dataclass(frozen=True)
class Invocations:
    """What one room did: calls of its handler, their processor time, and calls at each port."""

    room: Room
    count: int
    cpu_s: float
    port_calls: dict[str, int]

    @property
    def billed_s(self) -> float:
        """The time that Lambda would bill: computing on the room's share of a vCPU, and waiting."""
        calls = sum(self.port_calls.values())
        computing_s = (self.cpu_s + calls * CALL_CPU_MS / 1_000) * GRAVITON_SLOWER
        waiting_s = sum(WAIT_MS[port] * count for port, count in self.port_calls.items()) / 1_000
        return computing_s / min(1.0, self.room.memory_mb / VCPU_MB) + waiting_s

    @property
    def usd(self) -> float:
        """What Lambda would bill."""
        gb_seconds = self.billed_s * self.room.memory_mb / 1_024
        return self.count * LAMBDA_REQUEST_USD + gb_seconds * LAMBDA_GB_SECOND_USD


@dataclass(frozen=True)
class Usage:
    """All that some traces used."""

    traces: int
    requests: int
    gateway_units: int
    receive: Invocations
    record: Invocations
    tally: Tally
    item_bytes: int
    items: int
    object_bytes: int

    def bill(self) -> dict[str, float]:
        """Dollars for a million such traces, by what they are paid for."""
        lines = {
            "DynamoDB writes": self.tally.write_units * PRICES.write_unit,
            "DynamoDB reads": self.tally.read_units * PRICES.read_unit,
            "S3 requests": self.tally.object_puts * PRICES.object_put + self.tally.object_gets * PRICES.object_get,
            "SQS requests": self.tally.queue_requests * PRICES.queue_request,
            "API Gateway": self.gateway_units * GATEWAY_REQUEST_USD,
            f"Lambda {RECEIVE.name}": self.receive.usd,
            f"Lambda {RECORD.name}": self.record.usd,
            "CloudWatch logs": self.log_bytes / GB * LOG_GB_USD,
            "X-Ray": (self.receive.count + self.record.count) * TRACED_SHARE * TRACE_USD,
            "storage, 14 days": self.stored_usd,
        }
        return {name: usd / self.traces / _PER_MILLION for name, usd in lines.items()}

    @property
    def log_bytes(self) -> int:
        """What the rooms and the gateway log."""
        invocations = self.receive.count + self.record.count
        return invocations * INVOCATION_LOG_BYTES + self.requests * ACCESS_LOG_BYTES

    @property
    def stored_usd(self) -> float:
        """Rows and segments, for as long as they are kept."""
        rows_gb = (self.item_bytes + self.items * ITEM_OVERHEAD_BYTES) / GB
        monthly = rows_gb * TABLE_GB_MONTH_USD + self.object_bytes / GB * OBJECT_GB_MONTH_USD
        return monthly * KEPT_DAYS / _DAYS_PER_MONTH


def gateway_units(body_bytes: int) -> int:
    """The requests that API Gateway bills for one: one for each started 512 KB."""
    return max(1, -(-body_bytes // GATEWAY_REQUEST_BYTES))
