"""Reads runs: one by its id, a trace, a page of what matches; with the payloads that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from functions.api.criteria import RunCriteria
from functions.api.page_size import fitting
from functions.api.patience import Patience
from functions.api.plan import path_of
from functions.api.progress import Progress, progress_in
from functions.api.search import BATCH, RunSearch, Served, read_of, tells
from shared.base.errors import NotFound
from shared.pricing.prices import Prices
from shared.runs.run import Run
from shared.store.filters import NO_FILTERS, Filters
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.walk import Position, Window
from shared.store.whole import ReadRun, WholeTrace, WholeTraces

__all__ = ["ReadRun", "Reader", "RunPage", "Served", "TracePage", "TraceRow"]
_WALKED = frozenset({"heads", "failures"})


@dataclass
class RunPage:
    """Some runs in order; `next` continues behind what was looked at, None where there is no more.

    `progress` is there where runs were looked at that were not asked for.
    """

    runs: list[ReadRun]
    next: Position | None
    served: Served
    progress: Progress | None = None


@dataclass
class TraceRow:
    """A trace in a list: its root, and what its tree adds up to."""

    root: ReadRun
    runs: int
    failed_runs: int
    first_token_us: int | None

    @property
    def position(self) -> Position:
        """Where it stands among traces."""
        return position_of(self.root.run)


@dataclass
class TracePage:
    """Some traces in order, and where to go on; as `RunPage`."""

    rows: list[TraceRow]
    next: Position | None
    served: Served
    progress: Progress | None = None


class Reader:
    """Questions about runs, for one deployment; each method takes the workspace that asks.

    `fields` are the payload fields whose texts are wanted; `feedback` among them wants the feedback, which
    only whole traces hold.
    """

    def __init__(self, ask: Questions, prices: Prices) -> None:
        self._ask = ask
        self._whole = WholeTraces(ask, prices)

    def run(
        self,
        workspace: str,
        run_id: str,
        fields: Collection[str] = (),
        project: str | None = None,
        start_us: int | None = None,
    ) -> ReadRun:
        """One run by its id; a known project or start saves reads. Raises: NotFound."""
        trace_id = self._ask.locator.trace_of(workspace, run_id, project, start_us)
        whole = None if trace_id is None else self._whole.one(workspace, trace_id)
        read = None if whole is None else whole.runs.get(run_id)
        if read is None:
            raise NotFound(f"Run {run_id} does not exist, has expired, or has not been recorded yet")
        self._whole.fill([read], fields)
        return read

    def trace(
        self, workspace: str, trace_id: str, fields: Collection[str] = (), filters: Filters = NO_FILTERS
    ) -> list[ReadRun]:
        """The runs of a trace that match, in order of execution. Raises: NotFound."""
        whole = self._whole.one(workspace, trace_id)
        if whole is None or not whole.runs:
            raise NotFound(f"Trace {trace_id} does not exist, has expired, or has not been recorded yet")
        read = [one for one in whole.runs.values() if filters is NO_FILTERS or filters.match(whole, one.run)]
        self._whole.fill(read, fields)
        return read

    def query(
        self,
        workspace: str,
        criteria: RunCriteria,
        limit: int,
        after: Position | None = None,
        fields: Collection[str] = (),
        patience: Patience | None = None,
    ) -> RunPage:
        """The runs that match, from behind `after`: at most `limit`, and as many as fit and are found in time."""
        narrowed = criteria.narrowed()
        if narrowed is None:
            return RunPage([], None, Served(path_of(criteria)))
        served = Served(path_of(narrowed))
        search = RunSearch(self._ask, self._whole, workspace, narrowed)
        found = search.run(after, served, patience or Patience(), at_once=min(limit + 1, BATCH), fields=fields)
        runs = list(islice(found, limit + 1))
        page = fitting(runs[:limit], fields)
        self._whole.fill(page, fields)
        following = position_of(page[-1].run) if len(runs) > len(page) else served.stopped_at
        is_search = served.path == "log" or (served.path in _WALKED and criteria.has_conditions)
        walked = (narrowed.projects, narrowed.window()) if is_search else None
        return RunPage(page, following, served, self._progress(workspace, walked, served, following))

    def traces(  # noqa: PLR0913, PLR0917 each is a part of the question
        self,
        workspace: str,
        project: str,
        window: Window,
        limit: int,
        fields: Collection[str] = (),
        filters: Filters = NO_FILTERS,
        patience: Patience | None = None,
    ) -> TracePage:
        """Traces of a project whose roots started in the window. Raises: NotFound."""
        self._ask.projects.get(workspace, project)
        start_us, end_us, newest_first, after = window
        roots = RunCriteria(projects=(project,), is_root=True, start_us=start_us, end_us=end_us)
        roots = replace(roots, newest_first=newest_first, filters=filters)
        served = Served(path_of(roots))
        search = RunSearch(self._ask, self._whole, workspace, roots)
        heads = list(islice(search.heads(after, served, patience or Patience(), min(limit + 1, BATCH)), limit + 1))
        rows = [TraceRow(read_of(head), head.runs, head.failed_runs, head.first_token_us) for head in heads[:limit]]
        if not all(tells(head, fields) for head in heads[:limit]):
            rows = self._filled(workspace, rows, fields)
        following = position_of(heads[len(rows) - 1].root) if len(heads) > len(rows) else served.stopped_at
        walked = None if filters == NO_FILTERS else ((project,), window)
        return TracePage(rows, following, served, self._progress(workspace, walked, served, following))

    def wholes(self, workspace: str, trace_ids: Sequence[str]) -> list[WholeTrace]:
        """The traces with these ids whose roots are there, in the order asked."""
        traces: dict[str, WholeTrace] = {}
        for start in range(0, len(trace_ids), BATCH):
            traces |= self._whole.many(workspace, trace_ids[start : start + BATCH])
        return [traces[one] for one in trace_ids if one in traces and one in traces[one].runs]

    def matches(self, workspace: str, trace_id: str, filters: Filters) -> bool:
        """Whether the root of a trace matches."""
        whole = None if filters == NO_FILTERS else self._whole.one(workspace, trace_id)
        root = None if whole is None else whole.runs.get(trace_id)
        return filters == NO_FILTERS or (whole is not None and root is not None and filters.match(whole, root.run))

    def _progress(
        self,
        workspace: str,
        walked: tuple[Sequence[str], Window] | None,
        served: Served,
        following: Position | None,
    ) -> Progress | None:
        """How far a search came; None where nothing was walked but what was asked for."""
        if walked is None:
            return None
        if following is None:
            return Progress(served.looked_at)
        projects, window = walked
        return progress_in(self._ask.hours, workspace, projects, window, served.looked_at, following)

    def fill(self, read: Iterable[ReadRun], fields: Collection[str]) -> None:
        """Give runs of whole traces the texts of these payload fields."""
        self._whole.fill(read, fields)

    def fill_previews(self, read: Iterable[ReadRun], sides: Iterable[Literal["inputs", "outputs"]]) -> None:
        """Make the previews that these runs lack: lists' rows have them, a trace's chunks leave them out."""
        known = list(read)
        for side in sides:
            lacking = [one for one in known if side in one.run.fields and getattr(one.run, f"{side}_preview") is None]
            self._whole.fill(lacking, [side])

    def each(self, workspace: str, criteria: RunCriteria) -> tuple[Iterator[tuple[Run, Head | None]], Served]:
        """Every run that matches, with its head where it is a root that was found by it. Raises: TooLarge."""
        narrowed = criteria.narrowed()
        if narrowed is None:
            return iter(()), Served(path_of(criteria))
        served = Served(path_of(narrowed))
        return RunSearch(self._ask, self._whole, workspace, narrowed).each(served), served

    def _filled(self, workspace: str, rows: list[TraceRow], fields: Collection[str]) -> list[TraceRow]:
        """The rows that fit into one answer, with their payloads."""
        traces = self._whole.many(workspace, [row.root.run.id for row in rows])
        for row in rows:
            whole = traces.get(row.root.run.id)
            row.root = row.root if whole is None else whole.runs.get(row.root.run.id, row.root)
        roots = fitting([row.root for row in rows], fields)
        self._whole.fill(roots, fields)
        return rows[: len(roots)]


def row_of(whole: WholeTrace) -> TraceRow:
    """A whole trace, whose root is there, as a list shows it."""
    runs = [read.run for read in whole.runs.values()]
    tokens_us = [time_us for run in runs if (time_us := run.first_token_us) is not None]
    failed = sum(run.status == "error" for run in runs)
    return TraceRow(whole.runs[whole.id], len(runs), failed, min(tokens_us, default=None))
