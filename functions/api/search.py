"""Finds the runs that match a question, in order, reading no more rows than it takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from functions.api.criteria import RunCriteria
from functions.api.plan import Candidate, Path, candidates
from shared.base.errors import TooLarge
from shared.runs.run import Run
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.walk import Position
from shared.store.whole import ReadRun, WholeTrace, WholeTraces

_BATCH = 100
MAX_LOOKED_AT = 100_000
"""A page that has something on it stops here, with a cursor: about a second of scanning."""
MAX_IN_VAIN = 1_000_000
"""A scan that has found nothing at all stops here: clients take an empty page for the end."""


@dataclass
class Served:
    """How an answer was found: through which rows, and how many runs were looked at.

    `stopped_at` is set where the search stopped at its limit rather than at the end.
    """

    path: Path
    looked_at: int = 0
    found: int = 0
    stopped_at: Position | None = None

    def must_stop(self) -> bool:
        """Whether the search has looked at enough. Raises: TooLarge when it did so in vain."""
        if self.looked_at >= MAX_IN_VAIN and not self.found:
            raise TooLarge(
                f"{MAX_IN_VAIN:,} runs were looked at and none matched: narrow the question by start_time and "
                "end_time, or by run_type, is_root or error"
            )
        return self.looked_at >= MAX_LOOKED_AT and self.found > 0


class RunSearch:
    """One question of one workspace."""

    def __init__(self, ask: Questions, whole: WholeTraces, workspace: str, criteria: RunCriteria) -> None:
        self._ask = ask
        self._whole = whole
        self._workspace = workspace
        self._criteria = criteria

    def run(
        self, after: Position | None, served: Served, *, at_once: int, fields: Collection[str] = ()
    ) -> Iterator[ReadRun]:
        """What matches, from behind `after`, with all that these fields need. Traces are read `at_once` together."""
        if served.path == "ids":
            yield from self._ordered(self._named(self._criteria.ids), after)
        elif served.path == "trace":
            yield from self._ordered(self._traces(), after)
        else:
            alive = [one for one in self._criteria.projects if self._whole.is_alive(self._workspace, one)]
            criteria = dataclasses.replace(self._criteria, projects=tuple(alive))
            walked = candidates(self._ask, self._workspace, criteria, after)
            yield from self._walked(walked, served, at_once, fields)

    def each(self, served: Served) -> Iterator[tuple[Run, Head | None]]:
        """What matches, in order, all of it, without reading a trace where its row tells enough. Raises: TooLarge."""
        if served.path in ("ids", "trace"):
            yield from ((read.run, None) for read in self.run(None, served, at_once=_BATCH))
            return
        for batch in self._undecided(candidates(self._ask, self._workspace, self._criteria, None), served, _BATCH):
            unsure = sorted({one.trace_id for one, is_match in batch if not is_match})
            traces = self._whole.many(self._workspace, unsure)
            for one, is_match in batch:
                if is_match and one.run is not None:
                    yield one.run, one.head
                elif one.trace_id in traces and (read := self._match(traces[one.trace_id], one.position.run_id)):
                    yield read.run, one.head
            if served.looked_at > MAX_IN_VAIN:
                raise TooLarge(f"more than {MAX_IN_VAIN:,} runs would be counted: narrow the question by start_time")

    def _walked(
        self, walked: Iterator[Candidate], served: Served, at_once: int, fields: Collection[str]
    ) -> Iterator[ReadRun]:
        traces: dict[str, WholeTrace] = {}
        for batch in self._undecided(walked, served, at_once):
            unread = {one.trace_id for one, is_match in batch if not (is_match and tells(one.head, fields))}
            traces.update(self._whole.many(self._workspace, sorted(unread - traces.keys())))
            for one, is_match in batch:
                if is_match and one.head is not None and one.trace_id not in unread:
                    served.found += 1
                    yield read_of(one.head)
                elif one.trace_id in traces and (read := self._match(traces[one.trace_id], one.position.run_id)):
                    served.found += 1
                    yield read

    def _undecided(
        self, walked: Iterator[Candidate], served: Served, at_once: int
    ) -> Iterator[list[tuple[Candidate, bool]]]:
        """The candidates that their own row does not rule out, each with whether it is a match for certain.

        In batches, which are closed early where much was looked at and little is in them.
        """
        batch: list[tuple[Candidate, bool]] = []
        for one in walked:
            served.looked_at += 1
            answer = None if one.run is None else self._judge(one)
            if answer is not False:
                batch.append((one, answer is True))
            if len(batch) >= at_once or served.looked_at % MAX_LOOKED_AT == 0:
                yield batch
                batch = []
                if served.must_stop():
                    served.stopped_at = one.position
                    return
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
