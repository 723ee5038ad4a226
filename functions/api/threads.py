"""Conversations: traces that name the same thread, turn by turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from functions.api.filters import Filters
from functions.api.reader import Reader, TraceRow
from shared.base.errors import NotFound, TooLarge
from shared.runs.stats import Stats
from shared.store.questions import Questions
from shared.store.runlog import position_of
from shared.store.threads import Threads
from shared.store.walk import Position, Window

MAX_TURNS_LISTED = 20_000
"""Traces that one list of threads looks at: each is a head of half a kilobyte."""
_BATCH = 1_000


@dataclass
class Thread:
    """One conversation. `turns` are its traces, the newest first."""

    id: str
    turns: list[TraceRow] = field(default_factory=list)

    @property
    def stats(self) -> Stats:
        """What its turns add up to."""
        stats = Stats()
        for turn in self.turns:
            stats.add(turn.root.run, turn.root.totals, turn.first_token_us)
        return stats

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


class ThreadReader:
    """Questions about threads, for one deployment."""

    def __init__(self, reader: Reader, ask: Questions, threads: Threads) -> None:
        self._reader = reader
        self._ask = ask
        self._threads = threads

    def page(
        self, workspace: str, project: str, window: Window, limit: int, filters: Filters
    ) -> tuple[list[Thread], Position | None]:
        """The threads with turns in the window, those that spoke last first, and where to go on.

        Raises: NotFound; TooLarge when the window holds more traces than one list looks at.
        """
        behind = window.after
        found = _grouped(self._turns(workspace, project, window._replace(after=None), filters))
        rest = [thread for thread in found if behind is None or thread.position < behind]
        page = rest[:limit]
        return page, page[-1].position if len(rest) > limit else None

    def one(self, workspace: str, project: str, thread_id: str, window: Window) -> Thread:
        """A thread with all its turns that started in the window. Raises: NotFound."""
        self._ask.projects.get(workspace, project)
        turns = self._threads.turns(workspace, project, thread_id, window)
        rows = self._reader.named(workspace, [turn.run_id for turn in turns])
        kept = [row for row in rows if row.root.run.thread_id == thread_id and row.root.run.project == project]
        if not kept:
            raise NotFound(f"Thread {thread_id} has no traces in this project and time")
        return Thread(thread_id, kept)

    def _turns(self, workspace: str, project: str, window: Window, filters: Filters) -> Iterable[TraceRow]:
        """The traces of the window that are in threads."""
        seen = 0
        while True:
            rows, position = self._reader.traces(workspace, project, window, _BATCH, (), filters)
            seen += len(rows)
            yield from (row for row in rows if row.root.run.thread_id is not None)
            if position is None:
                return
            if seen >= MAX_TURNS_LISTED:
                raise TooLarge(f"the window holds more than {MAX_TURNS_LISTED:,} traces: narrow it by min_start_time")
            window = window._replace(after=position)


def _grouped(turns: Iterable[TraceRow]) -> Sequence[Thread]:
    """The threads of these turns, which come newest first."""
    threads: dict[str, Thread] = {}
    for turn in turns:
        name = str(turn.root.run.thread_id)
        threads.setdefault(name, Thread(name)).turns.append(turn)
    return list(threads.values())
