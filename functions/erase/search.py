"""Which traces an erasure is about, where they were not named: by metadata, or all of a project.

The log is walked oldest first, so that a search goes on where it stopped. What it has found is hidden, so a
search that dies and begins anew finds the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.runs.filter.evaluate import deeply_same
from shared.runs.payload import opened
from shared.runs.run import Run
from shared.store.erasure import PART_TRACES, Erasure, Task
from shared.store.questions import Questions
from shared.store.runlog import Minute
from shared.store.traces import PayloadAt
from shared.store.walk import Position, Window

FOREVER_US = 1 << 53
"""In the year 2255: runs may start in the future, by their clients' clocks."""


@dataclass
class Search:
    """What one step of a search found, and where to go on; `next` is None when all was searched."""

    trace_ids: list[str] = field(default_factory=list)
    next: Task | None = None


def search(ask: Questions, erasure: Erasure, task: Task, max_rows: int) -> Search:
    """Search on from where the task says, for at most a part's traces or so many rows of the log.

    A minute is searched as a whole, so either limit may be passed by what one minute holds.
    """
    wanted = _wanted(ask, erasure)
    found: dict[str, None] = {}
    rows = 0
    for project, minute in _minutes(ask, erasure, task):
        found.update({run.trace_id: None for run in minute.runs if wanted(run)})
        rows += minute.rows_read
        if len(found) >= PART_TRACES or rows >= max_rows:
            return Search(list(found), _behind(task, project, minute.end))
    return Search(list(found))


def projects_searched(ask: Questions, erasure: Erasure) -> list[str]:
    """The projects that an erasure looks into, in order of their ids."""
    if erasure.project is not None:
        return [erasure.project]
    return sorted(project.id for project in ask.projects.all(erasure.workspace))


def _minutes(ask: Questions, erasure: Erasure, task: Task) -> Iterator[tuple[str, Minute]]:
    for project in projects_searched(ask, erasure):
        if project < task.project:
            continue
        start_us = task.searched_us + 1 if project == task.project else 0
        window = Window(start_us, FOREVER_US, newest_first=False)
        for minute in ask.log.minutes(erasure.workspace, project, window):
            yield project, minute


def _behind(task: Task, project: str, end: Position) -> Task:
    return msgspec.structs.replace(task, project=project, searched_us=end.order_us)


def _wanted(ask: Questions, erasure: Erasure) -> Callable[[Run], bool]:
    """Any run of a trace that has one of the pairs has its whole trace removed."""
    if erasure.metadata is None:
        return lambda _run: True
    pairs: dict[str, Any] = msgspec.json.decode(erasure.metadata)

    def has_one(said: dict[str, Any]) -> bool:
        return any(key in said and deeply_same(said[key], value) for key, value in pairs.items())

    def wanted(run: Run) -> bool:
        if has_one(run.metadata):
            return True
        return not run.has_whole_metadata and has_one(_whole_metadata(ask, erasure.workspace, run))

    return wanted


def _whole_metadata(ask: Questions, workspace: str, run: Run) -> dict[str, Any]:
    """All metadata of a run, which the log keeps only so far as it is small; from the payload."""
    stored = ask.traces.load(workspace, run.trace_id, consistent=True)
    fields = {} if stored is None else stored.merged().get(run.id, {})
    if "extra" not in fields:
        return {}
    _, offset, length, chunk = fields["extra"]
    (text,) = ask.traces.payloads([PayloadAt(chunk, offset, length)])
    said = opened(text).get("metadata")
    return said if isinstance(said, dict) else {}
