"""Reads runs: finds them, merges their traces, and fetches the payloads that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

import msgspec

from functions.api.criteria import RunCriteria
from functions.api.garbage import collection_paused
from functions.api.plan import Candidate, Path, candidates, path_of
from functions.api.project_stats import ProjectStats, stats_of
from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.pricing.prices import PriceTable
from shared.retention.periods import Tier
from shared.runs.preview import preview_of
from shared.runs.run import Run
from shared.runs.totals import Totals
from shared.runs.trace import Trace
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.traces import PayloadAt, StoredTrace
from shared.store.walk import Position, Window

_BATCH = 100
_MANY_RUNS = 1_000
"""From here on it pays to pause the garbage collector."""


@dataclass
class ReadRun:
    """A run with what is known of it through its trace.

    `payloads` holds the JSON text of each payload field that was asked for and that the run has.
    `feedback` holds the JSON text of each feedback about it.
    """

    run: Run
    totals: Totals | None
    born_us: int
    ends_us: int
    tier: Tier
    kept_because: str | None = None
    payloads: dict[str, bytes] = field(default_factory=dict)
    feedback: list[bytes] = field(default_factory=list)


@dataclass
class Served:
    """How an answer was found: through which rows, and how many of them were read."""

    path: Path
    rows: int = 0


@dataclass
class RunPage:
    """Some runs in order; `next` continues behind the last, None where there is no more."""

    runs: list[ReadRun]
    next: Position | None
    served: Served


@dataclass
class TraceRow:
    """A trace in a list: its root, and what its tree adds up to."""

    root: ReadRun
    runs: int
    failed_runs: int
    first_token_us: int | None


class Reader:
    """Questions about runs, for one deployment; each method takes the workspace that asks."""

    def __init__(self, ask: Questions, clock: Clock, prices: PriceTable) -> None:
        self._ask = ask
        self._clock = clock
        self._prices = prices

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
        found = [] if trace_id is None else self._of_trace(workspace, trace_id)
        for one in found:
            if one.run.id == run_id:
                return self._with_payloads([one], fields)[0]
        raise NotFound(f"Run {run_id} does not exist, has expired, or has not been recorded yet")

    def trace(self, workspace: str, trace_id: str, fields: Collection[str] = ()) -> list[ReadRun]:
        """All runs of a trace in order of execution. Raises: NotFound."""
        runs = self._of_trace(workspace, trace_id)
        if not runs:
            raise NotFound(f"Trace {trace_id} does not exist, has expired, or has not been recorded yet")
        return self._with_payloads(runs, fields)

    def query(
        self,
        workspace: str,
        criteria: RunCriteria,
        limit: int,
        after: Position | None = None,
        fields: Collection[str] = (),
    ) -> RunPage:
        """The runs that match, from behind `after`, at most `limit` of them."""
        served = Served(path_of(criteria))
        found = self._found(
            workspace, criteria, after, served, at_once=min(limit + 1, _BATCH), needs_trace=bool(fields)
        )
        runs = list(islice(found, limit + 1))
        page = runs[:limit]
        position = position_of(page[-1].run) if len(runs) > limit else None
        return RunPage(self._with_payloads(page, fields), position, served)

    def traces(
        self, workspace: str, project: str, window: Window, limit: int, fields: Collection[str] = ()
    ) -> tuple[list[TraceRow], Position | None]:
        """The traces of a project whose roots started in the window, and where to go on."""
        self._ask.projects.get(workspace, project)
        heads = list(islice(self._ask.heads.walk(workspace, project, window), limit + 1))
        page = heads[:limit]
        rows = [TraceRow(_of_head(head), head.runs, head.failed_runs, head.first_token_us) for head in page]
        if fields:
            self._fill_roots(workspace, rows, fields)
        return rows, position_of(page[-1].root) if len(heads) > limit else None

    def fill_previews(self, read: Iterable[ReadRun], sides: Iterable[Literal["inputs", "outputs"]]) -> None:
        """Make the previews that these runs lack: lists' rows have them, a trace's chunks leave them out."""
        known = list(read)
        for side in sides:
            lacking = [one for one in known if side in one.run.fields and getattr(one.run, f"{side}_preview") is None]
            self._with_payloads(lacking, [side])

    def project_stats(
        self, workspace: str, project: str, start_us: int | None = None, end_us: int | None = None
    ) -> ProjectStats:
        """What the traces of a project add up to, over a window or over all that is kept."""
        window = RunCriteria(start_us=start_us, end_us=end_us).window(None)
        return stats_of(self._ask.heads.walk(workspace, project, window))

    def _fill_roots(self, workspace: str, rows: list[TraceRow], fields: Collection[str]) -> None:
        traces = self._by_run(workspace, [row.root.run.id for row in rows])
        whole = [(row, full) for row in rows if (full := traces[row.root.run.id].get(row.root.run.id)) is not None]
        for row, full in whole:
            row.root = full
        self._with_payloads([full for _, full in whole], fields)

    def _found(
        self,
        workspace: str,
        criteria: RunCriteria,
        after: Position | None,
        served: Served,
        *,
        at_once: int,
        needs_trace: bool,
    ) -> Iterator[ReadRun]:
        """What matches, in order, read lazily."""
        if served.path == "ids":
            yield from _ordered(self._by_ids(workspace, criteria.ids), criteria, after)
        elif served.path == "trace":
            yield from _ordered(self._by_trace(workspace, criteria), criteria, after)
        else:
            alive = [one for one in criteria.projects if self._is_alive(workspace, one)]
            narrowed = RunCriteria(**{**vars(criteria), "projects": tuple(alive)})
            walked = candidates(self._ask, workspace, narrowed, after)
            yield from self._walked(workspace, criteria, walked, served, at_once=at_once, needs_trace=needs_trace)

    def _walked(
        self,
        workspace: str,
        criteria: RunCriteria,
        walked: Iterator[Candidate],
        served: Served,
        *,
        at_once: int,
        needs_trace: bool,
    ) -> Iterator[ReadRun]:
        traces: dict[str, dict[str, ReadRun]] = {}
        matching = self._matching(criteria, walked, served)
        while batch := list(islice(matching, at_once)):
            unread = {one.trace_id for one in batch if needs_trace or one.head is None} - traces.keys()
            traces.update(self._by_run(workspace, sorted(unread)))
            for one in batch:
                if one.head is not None and not needs_trace:
                    yield _of_head(one.head)
                elif (read := traces[one.trace_id].get(one.position.run_id)) and criteria.matches(read.run):
                    yield read

    def _matching(self, criteria: RunCriteria, walked: Iterator[Candidate], served: Served) -> Iterator[Candidate]:
        for one in walked:
            served.rows += one.rows
            if one.run is None or criteria.matches(one.run):
                yield one

    def _by_run(self, workspace: str, trace_ids: Sequence[str]) -> dict[str, dict[str, ReadRun]]:
        """The runs of each trace by their ids, the traces read side by side; none where it has ended."""
        found = self._ask.traces.load_many(workspace, trace_ids)
        by_run = {one: {read.run.id: read for read in self._read(workspace, stored)} for one, stored in found.items()}
        return {trace_id: by_run.get(trace_id, {}) for trace_id in trace_ids}

    def _by_ids(self, workspace: str, ids: Iterable[str]) -> Iterator[ReadRun]:
        for run_id in dict.fromkeys(ids):
            trace_id = self._ask.locator.trace_of(workspace, run_id)
            found = None if trace_id is None else self._of_run(workspace, trace_id, run_id)
            if found is not None:
                yield found

    def _by_trace(self, workspace: str, criteria: RunCriteria) -> list[ReadRun]:
        trace_id = criteria.trace_id
        if trace_id is None and criteria.parent_run_id is not None:
            trace_id = self._ask.locator.trace_of(workspace, criteria.parent_run_id)
        return [] if trace_id is None else self._of_trace(workspace, trace_id)

    def _of_run(self, workspace: str, trace_id: str, run_id: str) -> ReadRun | None:
        return next((read for read in self._of_trace(workspace, trace_id) if read.run.id == run_id), None)

    def _of_trace(self, workspace: str, trace_id: str) -> list[ReadRun]:
        """The runs of a trace in order; none where it has ended or its project was deleted."""
        stored = self._ask.traces.load(workspace, trace_id)
        return [] if stored is None else self._read(workspace, stored)

    def _read(self, workspace: str, stored: StoredTrace) -> list[ReadRun]:
        with collection_paused(when=sum(chunk.posts for chunk in stored.chunks) > _MANY_RUNS):
            read = _read(Trace(stored.id, stored.merged(), self._prices), stored)
        alive = {project for project in {one.run.project for one in read} if self._is_alive(workspace, project)}
        return [one for one in read if one.run.project in alive]

    def _is_alive(self, workspace: str, project: str) -> bool:
        """Asked of the table each time: what was deleted must be gone at once, whoever deleted it."""
        try:
            self._ask.projects.get(workspace, project)
        except NotFound:
            return False
        return True

    def _with_payloads(self, read: Sequence[ReadRun], fields: Collection[str]) -> list[ReadRun]:
        """The same runs, with the JSON texts of these fields."""
        wanted = [
            (one, name, PayloadAt(value[3], value[1], value[2]))
            for one in read
            for name in fields
            if (value := one.run.fields.get(name)) is not None
        ]
        texts = self._ask.traces.payloads([place for _, _, place in wanted])
        for (one, name, _), text in zip(wanted, texts, strict=True):
            one.payloads[name] = text
            _preview(one.run, name, text)
        return list(read)


def _preview(run: Run, name: str, text: bytes) -> None:
    """Make the preview that the chunks of a trace leave out."""
    if name == "inputs" and run.inputs_preview is None:
        run.fields[name][0] = preview_of("inputs", msgspec.json.decode(text))
    elif name == "outputs" and run.outputs_preview is None:
        run.fields[name][0][0] = preview_of("outputs", msgspec.json.decode(text))


def _ordered(read: Iterable[ReadRun], criteria: RunCriteria, after: Position | None) -> Iterator[ReadRun]:
    """What matches, in the order that is asked for."""
    window = criteria.window(after)
    matching = [one for one in read if criteria.matches(one.run) and window.is_behind(position_of(one.run))]
    return iter(sorted(matching, key=lambda one: position_of(one.run), reverse=window.newest_first))


def _read(trace: Trace, stored: StoredTrace) -> list[ReadRun]:
    kept = (stored.born_us, stored.ends_us, stored.tier, stored.kept_because)
    read = [ReadRun(run, trace.totals.get(run.id), *kept) for run in trace.in_order]
    by_id = {one.run.id: one for one in read}
    for item in stored.feedback:
        about = by_id.get(str(item.attributes["run_id"]))
        if about is not None:
            about.feedback.append(bytes(item.attributes["body"]))  # type: ignore[arg-type]
    return read


def _of_head(head: Head) -> ReadRun:
    return ReadRun(head.root, head.totals, head.born_us, head.ends_us, head.tier, head.kept_because)
