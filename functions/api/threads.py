"""Conversations: traces that name the same thread, turn by turn."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from functions.api.reader import Reader, TraceRow, row_of
from functions.api.search import read_of
from functions.api.thread_summary import ThreadSummary
from shared.base.errors import NotFound, TooLarge
from shared.runs.filter.evaluate import evaluate
from shared.runs.filter.expression import Expression
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from shared.runs.stats import Stats
from shared.store.filters import NO_FILTERS, Filters
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.threads import Threads
from shared.store.walk import Position, Window
from shared.store.whole import WholeTrace

MAX_TURNS_LISTED = 20_000
"""Traces that one list of threads looks at: each is a head of half a kilobyte."""
MAX_TURNS_READ = 1_000
"""Traces that one list reads whole, since their feedback or metadata is too much for their heads."""


@dataclass
class Turn(TraceRow):
    """A trace as a turn in a list of threads, with what is known of its root without reading more."""

    head: Head
    known: Known

    @classmethod
    def of_head(cls, head: Head) -> Turn:
        """What a head tells."""
        known = Known(head.root, head.totals, head.feedback_on_root, has_totals=True)
        return cls(read_of(head), head.runs, head.failed_runs, head.first_token_us, head, known)

    def read(self, whole: WholeTrace) -> None:
        """Take over what the whole trace tells."""
        read = whole.runs.get(whole.id)
        if read is not None:  # a head has previews, which a trace has not
            self.root.feedback = read.feedback
            self.known = dataclasses.replace(whole.known(read.run), run=self.head.root)


@dataclass
class Thread:
    """One conversation. `turns` are its traces, the newest first."""

    id: str
    turns: list[TraceRow] = field(default_factory=list)

    @property
    def stats(self) -> Stats:
        """What its turns add up to."""
        return summed([self])

    @property
    def feedback(self) -> list[bytes]:
        """The JSON texts of the feedback about its turns, by their roots."""
        return [text for turn in self.turns for text in turn.root.feedback]

    @property
    def position(self) -> Position:
        """Where it stands in a list: at its newest turn."""
        return position_of(self.turns[0].root.run)

    @property
    def first(self) -> TraceRow:
        """Its oldest turn."""
        return self.turns[-1]

    @property
    def last(self) -> TraceRow:
        """Its newest turn."""
        return self.turns[0]

    @property
    def failed(self) -> list[TraceRow]:
        """The turns that failed, the newest first."""
        return [turn for turn in self.turns if turn.root.run.status == "error"]


@dataclass(frozen=True)
class ThreadFilters:
    """What a thread must be: some turn meets `on_turn`, all turns together meet `on_thread`."""

    on_turn: Filters = NO_FILTERS
    on_thread: Expression | None = None


class ThreadReader:
    """Questions about threads, for one deployment."""

    def __init__(self, reader: Reader, ask: Questions, threads: Threads) -> None:
        self._reader = reader
        self._ask = ask
        self._threads = threads

    def page(
        self, workspace: str, project: str, window: Window, limit: int, filters: ThreadFilters
    ) -> tuple[list[Thread], Position | None]:
        """The threads with turns in the window, those that spoke last first, and where to go on.

        Raises: NotFound; TooLarge when the window holds more than one list looks at.
        """
        found = list(islice(self.matching(workspace, project, window, filters), limit + 1))
        page = found[:limit]
        self.complete(workspace, page)
        return page, page[-1].position if len(found) > limit else None

    def matching(self, workspace: str, project: str, window: Window, filters: ThreadFilters) -> Iterator[Thread]:
        """The threads that match, from behind the window's position, with all their turns in the window."""
        found = _grouped(self._turns(workspace, project, window._replace(after=None)))
        for thread in found:
            if window.is_behind(thread.position) and self._is_match(workspace, project, thread, filters):
                yield thread

    def groups(self, workspace: str, project: str, window: Window, on_turn: Filters) -> list[Thread]:
        """The threads of those turns alone that match, all of them."""
        turns = self._turns(workspace, project, window)
        return _grouped(turn for turn in turns if self._is_turn(workspace, turn, on_turn))

    def one(self, workspace: str, project: str, thread_id: str, window: Window) -> Thread:
        """A thread with all its turns that started in the window. Raises: NotFound."""
        return Thread(thread_id, [turn for _, turn in self.turns(workspace, project, thread_id, window)])

    def turns(
        self, workspace: str, project: str, thread_id: str, window: Window, on_turn: Filters = NO_FILTERS
    ) -> list[tuple[int, TraceRow]]:
        """Those turns of a thread that match, each with its number among all, which counts from 1, the oldest.

        Raises: NotFound when the thread has no turn at all in this window.
        """
        self._ask.projects.get(workspace, project)
        named = [turn.run_id for turn in self._threads.turns(workspace, project, thread_id, window)]
        wholes = self._reader.wholes(workspace, named)
        there = [one for one in wholes if _is_of(one.runs[one.id].run, project, thread_id)]
        if not there:
            raise NotFound(f"Thread {thread_id} has no traces in this project and time")
        numbered = zip(range(len(there), 0, -1), there, strict=True)
        return [(number, row_of(one)) for number, one in numbered if on_turn.match(one, one.runs[one.id].run)]

    def complete(self, workspace: str, threads: Iterable[Thread]) -> None:
        """Read the turns of which the heads don't tell all. Raises: TooLarge."""
        turns = [turn for thread in threads for turn in thread.turns if isinstance(turn, Turn)]
        lacking = {turn.head.trace_id: turn for turn in turns if not _tells_all(turn)}
        if len(lacking) > MAX_TURNS_READ:
            raise TooLarge(
                f"{len(lacking):,} traces of these threads hold too much feedback or metadata for a list, which reads "
                f"{MAX_TURNS_READ:,}: narrow it by min_start_time"
            )
        for whole in self._reader.wholes(workspace, list(lacking)):
            lacking[whole.id].read(whole)

    def _turns(self, workspace: str, project: str, window: Window) -> Iterator[Turn]:
        """The traces of the window that are in threads. Raises: NotFound; TooLarge."""
        self._ask.projects.get(workspace, project)
        for seen, head in enumerate(self._ask.heads.walk(workspace, project, window)):
            if seen >= MAX_TURNS_LISTED:
                raise TooLarge(f"the window holds more than {MAX_TURNS_LISTED:,} traces: narrow it by min_start_time")
            if head.root.thread_id is not None:
                yield Turn.of_head(head)

    def _is_match(self, workspace: str, project: str, thread: Thread, filters: ThreadFilters) -> bool:
        if not any(self._is_turn(workspace, turn, filters.on_turn) for turn in thread.turns if isinstance(turn, Turn)):
            return False
        if filters.on_thread is None:
            return True
        answer = evaluate(filters.on_thread, _summary(project, thread))
        if answer is None:
            self.complete(workspace, [thread])
            answer = evaluate(filters.on_thread, _summary(project, thread))
        return answer is True

    def _is_turn(self, workspace: str, turn: Turn, filters: Filters) -> bool:
        """Whether a turn matches; its trace is read only where its head does not tell."""
        answer = filters.judge(turn.head.root, turn.head)
        return self._reader.matches(workspace, turn.head.trace_id, filters) if answer is None else answer


def summed(threads: Iterable[Thread]) -> Stats:
    """What all turns of these threads add up to."""
    stats = Stats()
    for thread in threads:
        for turn in thread.turns:
            stats.add(turn.root.run, turn.root.totals, turn.first_token_us)
    return stats


def _is_of(root: Run, project: str, thread_id: str) -> bool:
    return root.thread_id == thread_id and root.project == project


def _tells_all(turn: Turn) -> bool:
    return turn.known.feedback is not None and (turn.known.payload is not None or turn.known.run.has_whole_metadata)


def _summary(project: str, thread: Thread) -> ThreadSummary:
    known = [turn.known for turn in thread.turns if isinstance(turn, Turn)]
    return ThreadSummary(thread.id, project, known, thread.stats)


def _grouped(turns: Iterable[Turn]) -> list[Thread]:
    """The threads of these turns, which come newest first."""
    threads: dict[str, Thread] = {}
    for turn in turns:
        name = str(turn.root.run.thread_id)
        threads.setdefault(name, Thread(name)).turns.append(turn)
    return list(threads.values())
