"""What a query over runs asks for: the structural part, before any filter language."""

from __future__ import annotations

from dataclasses import dataclass

from shared.runs.run import Run
from shared.store.walk import Position, Window

_FOREVER_US = 253_402_300_799_000_000  # the end of the year 9999
_UNTIMED = ("ids", "trace_id", "parent_run_id")


@dataclass(frozen=True)
class RunCriteria:
    """All given criteria hold together. Times are microseconds; None asks for nothing.

    `ids`, where given, are all that is asked: the rest is ignored, as LangSmith does.
    """

    projects: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    trace_id: str | None = None
    parent_run_id: str | None = None
    run_type: str | None = None
    reference_examples: tuple[str, ...] = ()
    start_us: int | None = None
    end_us: int | None = None
    has_error: bool | None = None
    is_root: bool | None = None
    newest_first: bool = True

    def matches(self, run: Run) -> bool:
        """Whether a run is asked for."""
        if self.ids:
            return run.id in self.ids
        return all(
            (
                not self.projects or run.project in self.projects,
                self.trace_id in (None, run.trace_id),
                self.parent_run_id in (None, run.parent_run_id),
                self.run_type in (None, run.run_type),
                not self.reference_examples or run.fields.get("reference_example_id") in self.reference_examples,
                self.start_us is None or run.start_us >= self.start_us,
                self.end_us is None or run.start_us <= self.end_us,
                self.has_error in (None, run.status == "error"),
                self.is_root in (None, run.is_root),
            )
        )

    def window(self, after: Position | None) -> Window:
        """The stretch of time to walk."""
        end_us = _FOREVER_US if self.end_us is None else self.end_us
        return Window(max(0, self.start_us or 0), end_us, self.newest_first, after)
