"""Which runs of a whole trace a rule is for: one answer for the job, for looking back, and for dry runs."""

from __future__ import annotations

from collections.abc import Iterable

from shared.rules.rule import Rule
from shared.runs.run import Run
from shared.store.filters import Filters
from shared.store.whole import WholeTrace, WholeTraces


def filters_of(rule: Rule) -> Filters:
    """The filters of a rule, ready to be asked. Raises: FilterError."""
    return Filters.parsed(rule.filter, rule.trace_filter, rule.tree_filter)


def matches(whole: WholeTrace, filters: Filters, project: str | None = None) -> list[Run]:
    """The runs that have ended, lie in this project (None: in any) and match, in order of execution."""
    return [run for run in _ended(whole, project) if filters.match(whole, run)]


def open_payloads(traces: WholeTraces, asked: Iterable[tuple[WholeTrace, Filters, str | None]]) -> None:
    """Fetch together whatever payload it takes to tell what matches; `matches` fetches what it lacks one by one."""
    wanted = [
        (whole, [chunk for run in _ended(whole, project) for chunk in filters.unopened(whole, run.id)])
        for whole, filters, project in asked
    ]
    traces.open((whole, chunks) for whole, chunks in wanted if chunks)


def _ended(whole: WholeTrace, project: str | None) -> list[Run]:
    runs = (read.run for read in whole.runs.values())
    return [run for run in runs if run.status != "pending" and project in {None, run.project}]
