"""The body of v1's `POST /runs/query`."""

from __future__ import annotations

from typing import Literal

from functions.api.criteria import RunCriteria
from functions.api.errors import BadRequest, NotSupportedYet
from functions.api.schemas.asked import Asked, Moment, optional_uuid, uuids_of
from functions.api.schemas.moments import asked_us
from shared.store.filters import Filters

MAX_LIMIT = 100
_NOT_YET = ("query", "search_filter")
_NARROWING = ("session", "id", "parent_run", "trace", "reference_example")


class RunQuery(Asked):
    """Which runs, which fields of them, in which order. A null asks for nothing."""

    id: list[str] | None = None
    trace: str | None = None
    parent_run: str | None = None
    run_type: str | None = None
    session: list[str] | None = None
    reference_example: list[str] | None = None
    execution_order: int | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    error: bool | None = None
    is_root: bool | None = None
    query: str | None = None
    filter: str | None = None
    trace_filter: str | None = None
    tree_filter: str | None = None
    search_filter: str | None = None
    cursor: str | None = None
    limit: int | None = None
    select: list[str] | None = None
    order: Literal["asc", "desc"] | None = None
    skip_pagination: bool | None = None

    @property
    def page_size(self) -> int:
        """How many runs to answer: clients pass their user's limit on, however large."""
        return max(1, min(self.limit or MAX_LIMIT, MAX_LIMIT))

    def criteria(self) -> RunCriteria:
        """What is asked for; ids, where given, are all that is asked, as LangSmith has it.

        Raises: BadRequest when nothing narrows it; NotSupportedYet; Malformed.
        """
        self.refuse(_NOT_YET)
        if not any(getattr(self, name) for name in _NARROWING):
            raise BadRequest(
                "At least one of 'session', 'id', 'parent_run', 'trace', or 'reference_example' must be specified"
            )
        if self.id:
            return RunCriteria(ids=uuids_of(self.id, "id"), newest_first=self.order != "asc")
        trace_id = optional_uuid(self.trace, "trace")
        return RunCriteria(
            projects=uuids_of(self.session, "session"),
            trace_ids=() if trace_id is None else (trace_id,),
            parent_run_id=optional_uuid(self.parent_run, "parent_run"),
            run_type=self.run_type,
            reference_examples=uuids_of(self.reference_example, "reference_example"),
            start_us=asked_us(self.start_time, "start_time"),
            end_us=asked_us(self.end_time, "end_time"),
            has_error=self.error,
            is_root=self._is_root(),
            newest_first=self.order != "asc",
            filters=Filters.parsed(self.filter, self.trace_filter, self.tree_filter),
        )

    def _is_root(self) -> bool | None:
        """Order of execution is a field of old clients: the first is the root."""
        if self.execution_order is None:
            return self.is_root
        if self.execution_order != 1:
            raise NotSupportedYet(["execution_order other than 1"])
        return True
