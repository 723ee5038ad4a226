"""How well traces come in, apart from how well the applications do that send them.

A handful of small reads: how deep the queues are, the newest rows of the feed, and the newest refusals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import Any

from functions.api.schemas.moments import utc
from functions.api.schemas.rejected import rejected_object
from shared.base.ids import first_receipt_at, receipt_us
from shared.base.units import US_PER_DAY, US_PER_HOUR
from shared.store.feed import FeedEntry, newest_entries
from shared.store.ports import Depth, Store
from shared.store.rejects import RejectedOperation, buried_requests, rejected_operations

MAX_REQUESTS = 100
"""Of how many recorded requests the lag is told: the newest."""
MAX_REJECTED = 1_000
"""How many refusals are looked at: the newest. Beyond, counts are what there is at least."""
MAX_BURIED = 100
MAX_REASONS = 20
_MS_PER_S = 1_000
_VARIABLE = re.compile(
    r"(?P<id>[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{24,})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+)"
)


def ingest_health(store: Store, workspace: str, now_us: int) -> dict[str, Any]:
    """What waits, how long it took, what was refused and why, what was given up and why."""
    entries = newest_entries(store.traces, workspace, now_us, MAX_REQUESTS)
    rows = rejected_operations(store.traces, workspace, now_us, MAX_REJECTED, days=2)
    rejected = [one for one in rows if one.receipt >= first_receipt_at(now_us - US_PER_DAY)]
    operations, erasures = store.operations.depth(), store.erasures.depth()
    return {
        "as_of": utc(now_us),
        "lag": _lag(entries),
        "queues": {"operations": _depth(operations), "erasures": _depth(erasures)},
        "rejected": {
            "last_hour": sum(one.receipt >= first_receipt_at(now_us - US_PER_HOUR) for one in rejected),
            "last_day": len(rejected),
            "is_complete": len(rejected) < MAX_REJECTED,
            "reasons": reasons_of(rejected),
        },
        "dead_letters": {
            "count": operations.dead + erasures.dead,
            "reasons": reasons_of(buried_requests(store.traces, workspace, MAX_BURIED)),
        },
    }


def reasons_of(operations: Iterable[RejectedOperation]) -> list[dict[str, Any]]:
    """The reasons, the most frequent first, each with the newest that had it; `operations` are newest first."""
    groups: dict[str, list[RejectedOperation]] = {}
    for one in operations:
        groups.setdefault(reason_kind(one.reason), []).append(one)
    largest = sorted(groups.items(), key=lambda group: -len(group[1]))[:MAX_REASONS]
    return [{"reason": kind, "count": len(ones), "newest": rejected_object(ones[0])} for kind, ones in largest]


def reason_kind(reason: str) -> str:
    """The reason without what differs from run to run: ids, numbers, and what the client wrote."""
    return _VARIABLE.sub(lambda found: f"<{found.lastgroup}>", reason)


def _lag(entries: Sequence[FeedEntry]) -> dict[str, Any]:
    """How long the newest requests waited, from their receipt until they could be read."""
    lags_ms = sorted(one.lag_ms for one in entries)
    return {
        "requests": len(entries),
        "newest_received_at": utc(receipt_us(entries[0].receipt)) if entries else None,
        "oldest_received_at": utc(receipt_us(entries[-1].receipt)) if entries else None,
        "median_s": median_low(lags_ms) / _MS_PER_S if entries else None,
        "max_s": lags_ms[-1] / _MS_PER_S if entries else None,
    }


def _depth(depth: Depth) -> dict[str, int]:
    return {
        "waiting": depth.waiting,
        "delayed": depth.delayed,
        "in_flight": depth.in_flight,
        "dead_letters": depth.dead,
    }
