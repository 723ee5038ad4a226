"""What the traces of a project add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.store.heads import Head

_MEDIAN = 0.5
_TAIL = 0.99


@dataclass(frozen=True)
class ProjectStats:
    """Of traces: counts, nearest-rank percentiles in microseconds, sums of tokens and dollars.

    `error_rate` is the share of traces whose root failed; None where there is nothing to tell it from.
    """

    traces: int
    error_rate: float | None
    latency_p50_us: int | None
    latency_p99_us: int | None
    first_token_p50_us: int | None
    first_token_p99_us: int | None
    streaming_rate: float | None
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_cost: Decimal | None
    completion_cost: Decimal | None
    total_cost: Decimal | None
    last_start_us: int | None


def stats_of(heads: Iterable[Head]) -> ProjectStats:
    """The statistics of these traces. First tokens are measured from the root's start."""
    known = list(heads)
    latencies = sorted(time for head in known if (time := head.root.latency_us) is not None)
    first_tokens = sorted(head.first_token_us - head.root.start_us for head in known if head.first_token_us is not None)
    totals = [head.totals for head in known if head.totals is not None]
    return ProjectStats(
        traces=len(known),
        error_rate=_share(sum(head.root.status == "error" for head in known), len(known)),
        latency_p50_us=percentile(latencies, _MEDIAN),
        latency_p99_us=percentile(latencies, _TAIL),
        first_token_p50_us=percentile(first_tokens, _MEDIAN),
        first_token_p99_us=percentile(first_tokens, _TAIL),
        streaming_rate=_share(len(first_tokens), len(known)),
        prompt_tokens=sum(one.prompt_tokens for one in totals),
        completion_tokens=sum(one.completion_tokens for one in totals),
        total_tokens=sum(one.total_tokens for one in totals),
        prompt_cost=_sum(one.prompt_cost for one in totals),
        completion_cost=_sum(one.completion_cost for one in totals),
        total_cost=_sum(one.total_cost for one in totals),
        last_start_us=max((head.root.start_us for head in known), default=None),
    )


def percentile(ordered: list[int], share: float) -> int | None:
    """The nearest-rank percentile of sorted values; None of none."""
    if not ordered:
        return None
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _sum(costs: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if known else None
