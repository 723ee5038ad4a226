"""Finds the runs that match a question, in order, reading no more rows than it takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from functions.api.criteria import RunCriteria
from functions.api.patience import Patience
from functions.api.plan import Candidate, Path, candidates
from functions.api.recent_traces import RecentTraces
from shared.base.errors import TooLarge
from shared.runs.run import Run
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.walk import Position
from shared.store.whole import ReadRun, WholeTrace, WholeTraces

BATCH = 100
"""Traces that are read together: waiting for so many answers takes as long as for a few."""
MAX_COUNTED = 1_000_000
"""Statistics over more are refused."""
_LOOK_UP_EVERY = 50
"""Runs between two looks at the clock: less than a millisecond of them."""

_Batch = list[tuple[Candidate, bool]]


@dataclass
class Served:
    """How an answer was found: through which rows, and how many runs were looked at.

    `stopped_at` is set where the search stopped because its time was over rather than at the end.
    """

    path: Path
    looked_at: int = 0
    found: int = 0
    stopped_at: Position | None = None


class RunSearch:
    """One question of one workspace."""

    def __init__(self, ask: Questions, whole: WholeTraces, workspace: str, criteria: RunCriteria) -> None:
        self._ask = ask
        self._whole = whole
        self._recent = RecentTraces(whole, workspace)
        self._workspace = workspace
        self._criteria = criteria

    def run(
        self,
        after: Position | None,
        served: Served,
        patience: Patience,
        *,
        at_once: int,
        fields: Collection[str] = (),
    ) -> Iterator[ReadRun]:
        """What matches, from behind `after`, with all that these fields need, until the patience is over.

        Traces are read `at_once` together, and more of them the longer nothing comes of it.
        """
        if served.path == "ids":
            yield from self._ordered(self._named(self._criteria.ids), after)
        elif served.path == "trace":
            yield from self._ordered(self._traces(), after)
        else:
            alive = [one for one in self._criteria.projects if self._whole.is_alive(self._workspace, one)]
            criteria = dataclasses.replace(self._criteria, projects=tuple(alive))
            walked = candidates(self._ask, self._workspace, criteria, after)
            batches = self._undecided(walked, served, at_once, patience)
            yield from self._matching(batches, served, fields)

    def each(self, served: Served) -> Iterator[tuple[Run, Head | None]]:
        """What matches, in order, all of it, without reading a trace where its row tells enough. Raises: TooLarge."""
        if served.path in ("ids", "trace"):
            yield from ((read.run, None) for read in self.run(None, served, Patience(), at_once=BATCH))
            return
        for batch in self._undecided(candidates(self._ask, self._workspace, self._criteria, None), served, BATCH):
            yield from ((run, one.head) for one, run in self._decided(batch))
            if served.looked_at > MAX_COUNTED:
                raise TooLarge(f"more than {MAX_COUNTED:,} runs would be counted: narrow the question by start_time")

    def heads(self, after: Position | None, served: Served, patience: Patience, at_once: int) -> Iterator[Head]:
        """The heads of the traces whose roots match, from behind `after`, until the patience is over."""
        walked = candidates(self._ask, self._workspace, self._criteria, after)
        for batch in self._undecided(walked, served, at_once, patience):
            for one, _ in self._decided(batch):
                if one.head is not None:
                    served.found += 1
                    yield one.head

    def _decided(self, batch: _Batch) -> Iterator[tuple[Candidate, Run]]:
        """The candidates that match, with the run as it is known; a trace is read only where its row does not tell."""
        traces = self._read({one.trace_id: None for one, is_match in batch if not is_match}, batch)
        for one, is_match in batch:
            if is_match and one.run is not None:
                yield one, one.run
            elif one.trace_id in traces and (read := self._match(traces[one.trace_id], one.position.run_id)):
                yield one, read.run

    def _matching(self, batches: Iterable[_Batch], served: Served, fields: Collection[str]) -> Iterator[ReadRun]:
        for batch in batches:
            unread = {one.trace_id: None for one, is_match in batch if not (is_match and tells(one.head, fields))}
            traces = self._read(unread, batch)
            for one, is_match in batch:
                if is_match and one.head is not None and one.trace_id not in unread:
                    served.found += 1
                    yield read_of(one.head)
                elif one.trace_id in traces and (read := self._match(traces[one.trace_id], one.position.run_id)):
                    served.found += 1
                    yield read

    def _read(self, trace_ids: Collection[str], batch: _Batch) -> Mapping[str, WholeTrace]:
        """These traces, with the payloads that it takes to tell which runs of the batch match, fetched together."""
        traces = self._recent.read(trace_ids)
        filters = self._criteria.filters
        unsure = [one for one, is_match in batch if not is_match and one.trace_id in traces]
        wholes = ((traces[one.trace_id], one.position.run_id) for one in unsure)
        self._whole.open((whole, filters.unopened(whole, run_id)) for whole, run_id in wholes)
        return traces

    def _undecided(
        self, walked: Iterator[Candidate], served: Served, at_once: int, patience: Patience | None = None
    ) -> Iterator[_Batch]:
        """The candidates that their own row does not rule out, each with whether it is a match for certain.

        In batches, the last of which is closed early where the patience is over.
        """
        batch: _Batch = []
        for one in walked:
            served.looked_at += 1
            answer = None if one.run is None else self._judge(one)
            if answer is not False:
                batch.append((one, answer is True))
            is_time = served.looked_at % _LOOK_UP_EVERY == 0 or len(batch) >= at_once
            if is_time and patience is not None and patience.is_over(has_found=served.found > 0):
                yield batch
                served.stopped_at = one.position
                return
            if len(batch) >= at_once:
                yield batch
                batch, at_once = [], min(2 * at_once, BATCH)
        yield batch

    def _judge(self, one: Candidate) -> bool | None:
        if one.run is None or not self._criteria.matches(one.run):
            return None if one.run is None else False
        return self._criteria.filters.judge(one.run, one.head)

    def _match(self, whole: WholeTrace, run_id: str) -> ReadRun | None:
        read = whole.runs.get(run_id)
        if read is None or not self._criteria.matches(read.run):
            return None
        return read if self._criteria.filters.match(whole, read.run) else None

    def _named(self, ids: Collection[str]) -> Iterator[ReadRun]:
        for run_id in dict.fromkeys(ids):
            trace_id = self._ask.locator.trace_of(self._workspace, run_id)
            whole = None if trace_id is None else self._whole.one(self._workspace, trace_id)
            if whole is not None and (read := self._match(whole, run_id)):
                yield read

    def _traces(self) -> Iterator[ReadRun]:
        trace_ids: tuple[str, ...] = self._criteria.trace_ids
        if not trace_ids and self._criteria.parent_run_id is not None:
            found = self._ask.locator.trace_of(self._workspace, self._criteria.parent_run_id)
            trace_ids = () if found is None else (found,)
        for whole in self._whole.many(self._workspace, trace_ids).values():
            yield from (read for run_id in whole.runs if (read := self._match(whole, run_id)))

    def _ordered(self, read: Iterable[ReadRun], after: Position | None) -> list[ReadRun]:
        window = self._criteria.window(after)
        behind = [one for one in read if window.is_behind(position_of(one.run))]
        return sorted(behind, key=lambda one: position_of(one.run), reverse=window.newest_first)


def tells(head: Head | None, fields: Iterable[str]) -> bool:
    """Whether a head holds all that is wanted of its root: no payload, but the feedback where it is not too much."""
    return head is not None and all(name == "feedback" and head.feedback is not None for name in fields)


def read_of(head: Head) -> ReadRun:
    """The root of a trace as its head knows it."""
    feedback = [msgspec.json.encode(one) for one in head.feedback_on_root or ()]
    kept = (head.born_us, head.ends_us, head.tier, head.kept_because)
    return ReadRun(head.root, head.totals, *kept, feedback=feedback)
