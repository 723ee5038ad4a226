"""What a query over runs asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from shared.runs.run import START_SLACK_US, Run
from shared.runs.times import LAST_US
from shared.store.filters import NO_FILTERS, Filters
from shared.store.walk import Position, Window

_FOREVER_US = 253_402_300_799_000_000  # the end of the year 9999


@dataclass(frozen=True)
class RunCriteria:
    """All given criteria hold together. Times are microseconds; None and empty ask for nothing."""

    projects: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    trace_ids: tuple[str, ...] = ()
    parent_run_id: str | None = None
    run_type: str | None = None
    reference_examples: tuple[str, ...] = ()
    start_us: int | None = None
    end_us: int | None = None
    has_error: bool | None = None
    is_root: bool | None = None
    newest_first: bool = True
    filters: Filters = NO_FILTERS

    @property
    def has_conditions(self) -> bool:
        """Whether more is asked than index rows are made for: each run on the way must be looked at."""
        return bool(self.filters != NO_FILTERS or self.run_type or self.reference_examples)

    def matches(self, run: Run) -> bool:
        """Whether a run meets the structural criteria: all but the filters."""
        return all(meets(run) for meets in self._checks)

    @cached_property
    def _checks(self) -> list[Callable[[Run], bool]]:
        """What is asked of each run, and nothing else: a scan asks it of a million."""
        checks: list[tuple[bool, Callable[[Run], bool]]] = [
            (bool(self.ids), lambda run: run.id in self.ids),
            (bool(self.projects), lambda run: run.project in self.projects),
            (bool(self.trace_ids), lambda run: run.trace_id in self.trace_ids),
            (self.parent_run_id is not None, lambda run: run.parent_run_id == self.parent_run_id),
            (self.run_type is not None, lambda run: run.run_type == self.run_type),
            (bool(self.reference_examples), lambda run: run.reference_example_id in self.reference_examples),
            (self.start_us is not None, lambda run: run.asked_start_us >= (self.start_us or 0)),
            (self.end_us is not None, lambda run: run.asked_start_us <= (self.end_us or 0)),
            (self.has_error is not None, lambda run: (run.status == "error") is self.has_error),
            (self.is_root is not None, lambda run: run.is_root is self.is_root),
        ]
        return [meets for is_asked, meets in checks if is_asked]

    def window(self, after: Position | None = None) -> Window:
        """The stretch of time that is asked for."""
        end_us = _FOREVER_US if self.end_us is None else self.end_us
        return Window(max(0, self.start_us or 0), end_us, self.newest_first, after)

    def walk(self, after: Position | None = None) -> Window:
        """The stretch of places in which every run lies that started in the window (`Run.asked_start_us`)."""
        start_us, end_us, newest_first, _ = self.window()
        last_us = min(end_us + START_SLACK_US, LAST_US - 1)  # the moment behind it must be one that keys can write
        return Window(max(0, start_us - START_SLACK_US), last_us, newest_first, after)

    def narrowed(self) -> RunCriteria | None:
        """The same question, with what its filter asks for said as criteria too; None where nothing can match.

        Law: it matches what this matches. It only makes a cheaper path visible.
        """
        more = self.filters.bounds
        if _contradict(self.has_error, more.has_error) or _contradict(self.is_root, more.is_root):
            return None
        ids, trace_ids = _both(self.ids, more.ids), _both(self.trace_ids, more.trace_ids)
        if ids is None or trace_ids is None:
            return None
        return dataclasses.replace(
            self,
            ids=ids,
            trace_ids=trace_ids,
            start_us=max((time for time in (self.start_us, more.start_us) if time is not None), default=None),
            end_us=min((time for time in (self.end_us, more.end_us) if time is not None), default=None),
            has_error=more.has_error if self.has_error is None else self.has_error,
            is_root=more.is_root if self.is_root is None else self.is_root,
        )


def _contradict(one: bool | None, other: bool | None) -> bool:  # noqa: FBT001 two answers to one question
    return one is not None and other is not None and one is not other


def _both(asked: tuple[str, ...], bound: frozenset[str] | None) -> tuple[str, ...] | None:
    """The ids that are in both; None where none can be. An empty tuple asks for nothing."""
    if bound is None:
        return asked
    both = tuple(sorted(bound)) if not asked else tuple(one for one in asked if one in bound)
    return both or None
