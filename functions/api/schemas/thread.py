"""Threads as the wire shows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from functions.api.reader import TraceRow
from functions.api.schemas.moments import naive, seconds, utc
from functions.api.threads import Thread, summed
from shared.runs.stats import Stats
from shared.wire.feedback_stats import feedback_stats
from shared.wire.money import amount

THREAD_FEEDBACK = "THREAD_FEEDBACK_STATS"
_DETAILS = ("PROMPT_TOKEN_DETAILS", "COMPLETION_TOKEN_DETAILS", "PROMPT_COST_DETAILS", "COMPLETION_COST_DETAILS")
_MEDIAN = 0.5
_TAIL = 0.99


def thread_v2(thread: Thread) -> dict[str, Any]:
    """A thread in a list of v2."""
    stats, first, last = thread.stats, thread.first.root.run, thread.last.root.run
    failed = thread.failed
    return {
        "thread_id": thread.id,
        "count": len(thread.turns),
        "trace_id": last.id,
        "first_trace_id": first.id,
        "last_trace_id": last.id,
        "start_time": utc(last.start_us),
        "min_start_time": utc(first.start_us),
        "max_start_time": utc(last.start_us),
        "latency_p50": seconds(stats.latency_us.percentile(_MEDIAN)),
        "latency_p99": seconds(stats.latency_us.percentile(_TAIL)),
        "total_tokens": stats.total_tokens,
        "total_cost": float(stats.total_cost) if stats.costed else None,
        "total_token_details": None,
        "total_cost_details": None,
        "num_errored_turns": len(failed),
        "last_error": failed[0].root.run.error_preview if failed else None,
        "first_inputs": first.inputs_preview,
        "last_outputs": last.outputs_preview,
        "feedback_stats": feedback_stats(thread.feedback),
    }


def group_v1(thread: Thread) -> dict[str, Any]:
    """A thread as a group of v1's `/runs/group`."""
    stats, first, last = thread.stats, thread.first.root.run, thread.last.root.run
    failed = thread.failed
    return {
        "group_key": thread.id,
        "count": len(thread.turns),
        "filter": f'eq(thread_id, "{thread.id}")',
        "total_tokens": stats.total_tokens,
        "total_cost": amount(stats.total_cost) if stats.costed else None,
        "min_start_time": naive(first.start_us),
        "max_start_time": naive(last.start_us),
        "latency_p50": seconds(stats.latency_us.percentile(_MEDIAN)),
        "latency_p99": seconds(stats.latency_us.percentile(_TAIL)),
        "feedback_stats": feedback_stats(thread.feedback),
        "first_inputs": first.inputs_preview,
        "last_outputs": last.outputs_preview,
        "last_error": failed[0].root.run.error_preview if failed else None,
    }


def turn_v2(thread_id: str, number: int, turn: TraceRow, selects: Collection[str]) -> dict[str, Any]:
    """One trace of a thread: its id, and what is selected. `number` counts from 1, the oldest."""
    run, totals = turn.root.run, turn.root.totals
    shown: dict[str, Any] = {
        "THREAD_ID": thread_id,
        "OP": number,
        "NAME": run.name,
        "TURN_NUMBER": number,
        "STATUS": run.status.upper(),
        "START_TIME": utc(run.start_us),
        "END_TIME": utc(run.end_us),
        "LATENCY": seconds(run.latency_us),
        "FIRST_TOKEN_TIME": utc(turn.first_token_us),
        "TOTAL_TOKENS": 0 if totals is None else totals.total_tokens,
        "PROMPT_TOKENS": 0 if totals is None else totals.prompt_tokens,
        "COMPLETION_TOKENS": 0 if totals is None else totals.completion_tokens,
        "TOTAL_COST": None if totals is None or totals.total_cost is None else float(totals.total_cost),
        "ERROR_PREVIEW": run.error_preview,
        "ERROR": _text(turn, "error"),
        "INPUTS": _text(turn, "inputs"),
        "OUTPUTS": _text(turn, "outputs"),
        "PROMPT_COST": None if totals is None or totals.prompt_cost is None else float(totals.prompt_cost),
        "COMPLETION_COST": None if totals is None or totals.completion_cost is None else float(totals.completion_cost),
        "INPUTS_PREVIEW": run.inputs_preview,
        "OUTPUTS_PREVIEW": run.outputs_preview,
        "TAGS": run.tags,
        "METADATA": run.metadata,
    }
    chosen = {name.lower(): value for name, value in shown.items() if name in selects}
    return {"trace_id": run.id, **chosen}


def payloads_of(selects: Collection[str]) -> list[str]:
    """The payload fields that these selects need."""
    return [name.lower() for name in ("INPUTS", "OUTPUTS", "ERROR") if name in selects]


def _text(turn: TraceRow, name: str) -> msgspec.Raw | None:
    """The JSON text of a payload field as it was sent."""
    text = turn.root.payloads.get(name)
    return None if text is None else msgspec.Raw(text)


def thread_stats(thread: Thread, selects: Collection[str]) -> dict[str, Any]:
    """The selected statistics of a thread, or of those turns of it that are asked for, which may be none."""
    stats = thread.stats
    starts = [turn.root.run.start_us for turn in thread.turns]
    ends = [turn.root.run.end_us for turn in thread.turns if turn.root.run.end_us is not None]
    shown = {
        "TURNS": len(thread.turns),
        "FIRST_START_TIME": utc(min(starts, default=None)),
        "LAST_START_TIME": utc(max(starts, default=None)),
        "LAST_END_TIME": utc(max(ends, default=None)),
        "LATENCY_P50_SECONDS": seconds(stats.latency_us.percentile(_MEDIAN)),
        "LATENCY_P99_SECONDS": seconds(stats.latency_us.percentile(_TAIL)),
        **_sums(stats),
        "FEEDBACK_STATS": feedback_stats(thread.feedback),
    }
    # Clients select LATENCY_P50 and read latency_p50_seconds.
    named = {one.removesuffix("_SECONDS") for one in selects}
    return {name.lower(): value for name, value in shown.items() if name.removesuffix("_SECONDS") in named}


def all_threads_stats(threads: Sequence[Thread], selects: Collection[str]) -> dict[str, Any]:
    """The selected statistics of all turns of these threads; the feedback is that on the turns."""
    stats = summed(threads)
    feedback = [text for thread in threads for text in thread.feedback] if THREAD_FEEDBACK in selects else []
    median = stats.tokens.percentile(_MEDIAN)
    shown = {
        "THREAD_COUNT": len(threads),
        "TRACE_COUNT": stats.runs,
        "ERROR_RATE": stats.failed / stats.runs if stats.runs else None,
        "STREAMING_RATE": stats.streamed / stats.ended if stats.ended else None,
        "LATENCY_P50": seconds(stats.latency_us.percentile(_MEDIAN)),
        "LATENCY_P99": seconds(stats.latency_us.percentile(_TAIL)),
        "FIRST_TOKEN_P50": seconds(stats.first_token_us.percentile(_MEDIAN)),
        "FIRST_TOKEN_P99": seconds(stats.first_token_us.percentile(_TAIL)),
        "MEDIAN_TOKENS": None if median is None else round(median),
        **_sums(stats),
        **dict.fromkeys(_DETAILS),
        THREAD_FEEDBACK: feedback_stats(feedback),
    }
    return {_aggregate_name(name): value for name, value in shown.items() if name in selects}


def _aggregate_name(selected: str) -> str:
    """Clients select LATENCY_P50 and read latency_p50_seconds."""
    return selected.lower() + ("_seconds" if selected.startswith(("LATENCY_", "FIRST_TOKEN_")) else "")


def _sums(stats: Stats) -> dict[str, Any]:
    costs = {"TOTAL_COST": stats.total_cost, "PROMPT_COST": stats.prompt_cost, "COMPLETION_COST": stats.completion_cost}
    return {
        "TOTAL_TOKENS": stats.total_tokens,
        "PROMPT_TOKENS": stats.prompt_tokens,
        "COMPLETION_TOKENS": stats.completion_tokens,
        **{name: float(dollars) if stats.costed else None for name, dollars in costs.items()},
    }
