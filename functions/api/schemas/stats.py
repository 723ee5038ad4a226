"""Statistics as the wire shows them: counts, seconds, decimal texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from functions.api.schemas.moments import naive, seconds
from shared.runs.stats import Stats
from shared.wire.money import amount

FEEDBACK_STATS = "feedback_stats"
_MEDIAN = 0.5
_TAIL = 0.99
_NANO = Decimal("1e-9")


def stats_of(
    stats: Stats, select: Collection[str] | None = None, feedback: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """All of it, or the parts that are selected. Percentiles are good to 1 %; what is not known is null.

    `feedback` is by feedback key; None where it was not looked at, and so is not in the answer.
    """
    shown = {
        "run_count": stats.runs,
        "error_rate": _share(stats.failed, stats.runs),
        "streaming_rate": _share(stats.streamed, stats.runs),
        "latency_p50": seconds(stats.latency_us.percentile(_MEDIAN)),
        "latency_p99": seconds(stats.latency_us.percentile(_TAIL)),
        "first_token_p50": seconds(stats.first_token_us.percentile(_MEDIAN)),
        "first_token_p99": seconds(stats.first_token_us.percentile(_TAIL)),
        "total_tokens": stats.total_tokens,
        "prompt_tokens": stats.prompt_tokens,
        "completion_tokens": stats.completion_tokens,
        "median_tokens": _whole(stats.tokens.percentile(_MEDIAN)),
        "tokens_p50": _whole(stats.tokens.percentile(_MEDIAN)),
        "tokens_p99": _whole(stats.tokens.percentile(_TAIL)),
        "total_cost": _known(stats, stats.total_cost),
        "prompt_cost": _known(stats, stats.prompt_cost),
        "completion_cost": _known(stats, stats.completion_cost),
        "cost_p50": _cost(stats.cost_nano_usd.percentile(_MEDIAN)),
        "cost_p99": _cost(stats.cost_nano_usd.percentile(_TAIL)),
        "last_run_start_time": naive(stats.last_start_us or None),
        **({} if feedback is None else {FEEDBACK_STATS: feedback}),
    }
    return shown if select is None else {name: value for name, value in shown.items() if name in select}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _known(stats: Stats, dollars: Decimal) -> str | None:
    """A sum of costs says nothing where no cost was known."""
    return amount(dollars) if stats.costed else None


def _cost(nano_usd: float | None) -> str | None:
    return None if nano_usd is None else amount(Decimal(round(nano_usd)) * _NANO)
