"""The bodies of v2's `runs/query` and `traces/query`."""

from __future__ import annotations

from pydantic import Field

from functions.api.criteria import RunCriteria
from functions.api.errors import BadRequest
from functions.api.schemas.asked import Asked, Moment, optional_uuid, uuid_of, uuids_of
from functions.api.schemas.moments import asked_us
from shared.base.units import US_PER_DAY
from shared.store.filters import Filters
from shared.store.walk import Position, Window

MAX_RUNS = 1_000
MAX_TRACES = 100
MAX_EXPORTED = 5_000
_NOT_YET = ("ai_search",)


class _Query(Asked):
    """What both have: filters to come, a window, a page."""

    trace_filter: str | None = None
    tree_filter: str | None = None
    ai_search: str | None = None
    min_feedback_modified_at: Moment | None = None
    max_feedback_modified_at: Moment | None = None
    min_start_time: Moment | None = None
    max_start_time: Moment | None = None
    selects: list[str] | None = None
    cursor: str | None = None

    def span_us(self, now_us: int) -> tuple[int, int | None]:
        """The first and last start that is asked for: the last day, where nothing is said.

        There is no end where none is said, so that a client whose clock is ahead of ours finds what it sent.
        """
        start_us = asked_us(self.min_start_time, "min_start_time")
        return now_us - US_PER_DAY if start_us is None else start_us, asked_us(self.max_start_time, "max_start_time")

    def _of_feedback(self, filters: Filters) -> Filters:
        """The filters, whose conditions on feedback see what was modified in the time that is asked for.

        Raises: BadRequest when there are none.
        """
        since_us = asked_us(self.min_feedback_modified_at, "min_feedback_modified_at")
        until_us = asked_us(self.max_feedback_modified_at, "max_feedback_modified_at")
        if since_us is None and until_us is None:
            return filters
        if not filters.ask_of_feedback:
            raise BadRequest(
                "min_feedback_modified_at and max_feedback_modified_at narrow conditions on feedback, and the filters "
                'have none: add one, like eq(feedback_key, "correct")'
            )
        return filters.when_said(since_us, until_us)


class RunQueryV2(_Query):
    """Which runs, and which properties of them."""

    project_ids: list[str] | None = None
    reference_dataset_id: str | None = None
    ids: list[str] | None = None
    trace_id: str | None = None
    run_type: str | None = None
    is_root: bool | None = None
    has_error: bool | None = None
    filter: str | None = None
    reference_examples: list[str] | None = None
    page_size: int = Field(default=100, ge=1)

    def criteria(self, span_us: tuple[int, int | None]) -> RunCriteria:
        """What is asked for in this span. Raises: BadRequest, NotSupportedYet, Malformed.

        Runs that are named by id or trace are found however old they are, unless a time is given.
        """
        self.refuse([*_NOT_YET, "reference_dataset_id"])
        if not self.project_ids:
            raise BadRequest("project_ids: name at least one project")
        start_us, end_us = span_us
        trace_id = optional_uuid(self.trace_id, "trace_id")
        is_named = bool(self.ids or self.trace_id) and self.min_start_time is None
        return RunCriteria(
            projects=uuids_of(self.project_ids, "project_ids"),
            ids=uuids_of(self.ids, "ids"),
            trace_ids=() if trace_id is None else (trace_id,),
            run_type=None if self.run_type is None else self.run_type.lower(),
            reference_examples=uuids_of(self.reference_examples, "reference_examples"),
            start_us=None if is_named else start_us,
            end_us=end_us,
            has_error=self.has_error,
            is_root=self.is_root,
            filters=self._of_feedback(Filters.parsed(self.filter, self.trace_filter, self.tree_filter)),
        )


class RunExport(RunQueryV2):
    """Which runs are exported: those of all time, where no time is given."""

    page_size: int = Field(default=MAX_EXPORTED, ge=1)

    def span_us(self, _now_us: int) -> tuple[int, int | None]:
        """The first and last start that is asked for."""
        return asked_us(self.min_start_time, "min_start_time") or 0, asked_us(self.max_start_time, "max_start_time")


class TraceRunsQuery(Asked):
    """Which runs of one trace, and which properties of them: the parameters of a GET."""

    project_id: str
    selects: list[str] | None = None
    min_start_time: Moment | None = None
    max_start_time: Moment | None = None
    filter: str | None = None

    @property
    def is_of_all_times(self) -> bool:
        """Whether no run is left out for its start."""
        return self.min_start_time is None and self.max_start_time is None

    def criteria(self) -> RunCriteria:
        """What is asked for. Raises: BadRequest, NotSupportedYet, Malformed."""
        if (self.min_start_time is None) != (self.max_start_time is None):
            raise BadRequest("min_start_time and max_start_time: give both or none")
        return RunCriteria(
            projects=(uuid_of(self.project_id, "project_id"),),
            start_us=asked_us(self.min_start_time, "min_start_time"),
            end_us=asked_us(self.max_start_time, "max_start_time"),
            filters=Filters.parsed(self.filter),
        )


class TraceQuery(_Query):
    """Which traces of a project, and which properties of their roots."""

    project_id: str
    trace_ids: list[str] | None = None
    page_size: int = Field(default=20, ge=1)

    def project(self) -> str:
        """The project. Raises: Malformed."""
        return uuid_of(self.project_id, "project_id")

    def filters(self) -> Filters:
        """What the root and any run of its trace must be. Raises: FilterError, BadRequest."""
        return self._of_feedback(Filters.parsed(None, self.trace_filter, self.tree_filter))

    def window(self, span_us: tuple[int, int | None], after: Position | None) -> Window:
        """The stretch of time to walk; its end is not part of it. Raises: NotSupportedYet."""
        self.refuse(_NOT_YET)
        start_us, end_us = span_us
        is_named = bool(self.trace_ids) and self.min_start_time is None
        last_us = None if end_us is None else end_us - 1
        return RunCriteria(start_us=None if is_named else start_us, end_us=last_us).window(after)
