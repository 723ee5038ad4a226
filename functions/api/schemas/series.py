"""Series: what is asked, and the columns that charts are drawn from."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Literal

from functions.api.criteria import RunCriteria
from functions.api.errors import BadRequest
from functions.api.grouping import GroupBy
from functions.api.schemas.asked import Asked, uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.series import ALL, TRACES, Given, Line, Lines, Series, SeriesQuestion
from shared.base.units import S_PER_DAY, US_PER_DAY
from shared.runs.buckets import MAX_BUCKETS, auto_step_s, buckets_of
from shared.runs.stats import Stats
from shared.store.filters import Filters
from shared.store.rollups import RUN_TYPE, RUNS, TOOL

AUTO = "auto"
_MIN_STEP_S = 60
_MAX_DAYS = 400
_MEDIAN, _TAIL = 0.5, 0.99
_NANO = Decimal(10**9)


class SeriesQuery(Asked):
    """One project's series: of the last day, where no times are given."""

    session: str
    start_time: str | None = None
    end_time: str | None = None
    step: str = AUTO
    group_by: Literal["none", "name", "run_type", "tag", "metadata"] = "none"
    metadata_key: str | None = None
    filter: str | None = None

    def question(self, now_us: int) -> SeriesQuestion:
        """What is asked. Raises: BadRequest, Malformed, FilterError."""
        end_asked_us, start_asked_us = asked_us(self.end_time, "end_time"), asked_us(self.start_time, "start_time")
        end_us = now_us if end_asked_us is None else end_asked_us
        start_us = max(0, end_us - US_PER_DAY) if start_asked_us is None else start_asked_us
        if not start_us < end_us <= start_us + _MAX_DAYS * US_PER_DAY:
            raise BadRequest(f"start_time must be before end_time, and by at most {_MAX_DAYS} days")
        buckets = buckets_of(start_us, end_us - 1, self._step_s(start_us, end_us))
        if buckets.steps > MAX_BUCKETS:
            raise BadRequest(
                f"step: these times have {buckets.steps} steps, at most {MAX_BUCKETS} are drawn; or say auto"
            )
        criteria = RunCriteria(projects=(uuid_of(self.session, "session"),), filters=Filters.parsed(self.filter))
        return SeriesQuestion(criteria, buckets, self._grouping())

    def _step_s(self, start_us: int, end_us: int) -> int:
        if self.step == AUTO:
            return auto_step_s(start_us, end_us)
        step_s = int(self.step) if self.step.isascii() and self.step.isdigit() and len(self.step) < 10 else 0  # noqa: PLR2004 digits
        if step_s < _MIN_STEP_S or step_s > _MAX_DAYS * S_PER_DAY:
            raise BadRequest(f"step: {self.step[:20]!r} is neither auto nor a number of seconds from {_MIN_STEP_S} on")
        return step_s

    def _grouping(self) -> GroupBy | None:
        if self.group_by == "none":
            return None
        if self.group_by == "metadata" and not self.metadata_key:
            raise BadRequest("group_by: metadata needs a metadata_key")
        return GroupBy(self.group_by, self.metadata_key, MAX_BUCKETS)


def series_of(series: Series, given: Given | None, asked: SeriesQuestion) -> dict[str, Any]:
    """The answer, ready to be encoded."""
    buckets, lines = asked.buckets, series.lines
    is_grouped = asked.grouping is not None
    return {
        "step_s": buckets.step_us // 10**6,
        "starts_us": buckets.starts_us,
        "counted_since_us": series.since_us,
        "groups": _groups(lines, buckets.steps),
        "run_types": None if is_grouped else _breakdown(lines.get(RUN_TYPE, Lines()), buckets.steps),
        "tools": None if is_grouped else _breakdown(lines.get(TOOL, Lines()), buckets.steps),
        "feedback": None if given is None else _feedback(given, buckets.steps),
        "feedback_since_us": None if given is None else given.since_us,
    }


def _groups(lines: dict[str, Lines], steps: int) -> list[dict[str, Any]]:
    """Each shown group with its traces and its runs; then all others together."""
    traces, runs = lines.get(TRACES, Lines()), lines.get(RUNS, Lines())
    names = dict.fromkeys([*runs.shown, *traces.shown])
    shown = [_group(name, traces.shown.get(name), runs.shown.get(name), steps) for name in names]
    joined = max(traces.joined, runs.joined)
    others = [_group(None, traces.other, runs.other, steps) | {"joined": joined}] if joined else []
    return shown + others


def _group(name: str | None, traces: Line | None, runs: Line | None, steps: int) -> dict[str, Any]:
    return {
        "name": None if name == ALL else name,
        "joined": 0,
        "traces": _columns(traces or Line(), steps),
        "runs": _columns(runs or Line(), steps),
    }


def _breakdown(lines: Lines, steps: int) -> list[dict[str, Any]]:
    shown = [{"name": name, "joined": 0, "runs": _columns(line, steps)} for name, line in lines.shown.items()]
    other = {"name": None, "joined": lines.joined, "runs": _columns(lines.other, steps)}
    return [*shown, other] if lines.joined else shown


Reading = Callable[[Stats], Any]
_SUMS: dict[str, Reading] = {
    "count": lambda stats: stats.runs,
    "errors": lambda stats: stats.failed,
    "prompt_tokens": lambda stats: stats.prompt_tokens,
    "completion_tokens": lambda stats: stats.completion_tokens,
    "total_tokens": lambda stats: stats.total_tokens,
    "cost_nano_usd": lambda stats: round(stats.total_cost * _NANO) if stats.costed else None,
}


def _columns(line: Line, steps: int) -> dict[str, Any]:
    """A column for each figure, one value a bucket, and the same of the whole window."""
    empty = Stats()
    rows = [_figures(line.points.get(at, empty)) for at in range(steps)]
    whole = _figures(line.whole)
    return {"points": {name: [row[name] for row in rows] for name in whole}, "whole": whole}


def _figures(stats: Stats) -> dict[str, Any]:
    latency = _percentiles(stats.latency_us.percentiles(_MEDIAN, _TAIL))
    token = _percentiles(stats.first_token_us.percentiles(_MEDIAN, _TAIL))
    return {
        **{name: read(stats) for name, read in _SUMS.items()},
        **dict(zip(("latency_p50_us", "latency_p99_us"), latency, strict=True)),
        **dict(zip(("first_token_p50_us", "first_token_p99_us"), token, strict=True)),
    }


def _percentiles(found: Sequence[float | None]) -> list[int | None]:
    return [None if value is None else round(value) for value in found]


def _feedback(given: Given, steps: int) -> list[dict[str, Any]]:
    """The keys, those given most first."""
    lines = {key: [points.get(at, []) for at in range(steps)] for key, points in given.by_key.items()}
    keys = sorted(lines, key=lambda key: (-sum(map(len, lines[key])), key))
    return [
        {
            "key": key,
            "points": {"count": [len(scores) for scores in lines[key]], "average": [_mean(one) for one in lines[key]]},
            "whole": {"count": sum(map(len, lines[key])), "average": _mean([s for one in lines[key] for s in one])},
        }
        for key in keys
    ]


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return statistics.fmean(known) if known else None
