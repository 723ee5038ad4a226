"""Which rows answer a query: the cheapest that hold everything it asks for."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Literal, NamedTuple

from functions.api.criteria import RunCriteria
from shared.runs.run import Run
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.walk import Position, Window

Path = Literal["ids", "trace", "heads", "failures", "log", "rollups", "thread"]


def path_of(criteria: RunCriteria) -> Path:
    """The rows to read. Only `log` reads runs that were not asked for."""
    if criteria.ids:
        return "ids"
    if criteria.trace_ids or criteria.parent_run_id:
        return "trace"
    if criteria.has_error:
        return "failures"
    return "heads" if criteria.is_root else "log"


class Candidate(NamedTuple):
    """A run that may match: where it is, and what is known of it before its trace is read.

    `run` is None where only its place is known.
    """

    position: Position
    trace_id: str
    run: Run | None
    head: Head | None = None


def candidates(ask: Questions, workspace: str, criteria: RunCriteria, after: Position | None) -> Iterator[Candidate]:
    """What may match, in order, over all projects that are asked for."""
    window = criteria.walk(after)
    walk = {"heads": _heads, "failures": _failures}.get(path_of(criteria), _logged)
    streams = (walk(ask, workspace, project, window) for project in criteria.projects)
    return heapq.merge(*streams, key=lambda one: one.position, reverse=window.newest_first)


def _heads(ask: Questions, workspace: str, project: str, window: Window) -> Iterator[Candidate]:
    for head in ask.heads.walk(workspace, project, window):
        root = head.root
        yield Candidate(position_of(root), head.trace_id, root, head)


def _failures(ask: Questions, workspace: str, project: str, window: Window) -> Iterator[Candidate]:
    for failure in ask.failures.walk(workspace, project, window):
        yield Candidate(failure.position, failure.trace_id, None)


def _logged(ask: Questions, workspace: str, project: str, window: Window) -> Iterator[Candidate]:
    for minute in ask.log.minutes(workspace, project, window):
        yield from (Candidate(position_of(run), run.trace_id, run) for run in minute.runs)
