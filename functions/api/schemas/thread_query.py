"""What is asked about threads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.api.criteria import RunCriteria
from functions.api.errors import BadRequest
from functions.api.schemas.asked import Asked, Moment, uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.thread_summary import parsed_thread_filter
from functions.api.threads import ThreadFilters
from shared.base.units import US_PER_DAY
from shared.store.filters import Filters
from shared.store.walk import Position, Window

MAX_PAGE = 100


class ThreadsAsked(Asked):
    """Which threads of a project: those that spoke in the last day, where no time is given."""

    project_id: str
    filter: str | None = None
    thread_filter: str | None = None
    trace_filter: str | None = None
    tree_filter: str | None = None
    ai_search: str | None = None
    min_start_time: Moment | None = None
    max_start_time: Moment | None = None

    def project(self) -> str:
        """The project. Raises: Malformed."""
        return uuid_of(self.project_id, "project_id")

    def filters(self) -> ThreadFilters:
        """What some turn must be, and all turns together. Raises: FilterError, NotSupportedYet."""
        self.refuse(["ai_search"])
        on_turn = Filters.parsed(self.filter, self.trace_filter, self.tree_filter)
        return ThreadFilters(on_turn, parsed_thread_filter(self.thread_filter))

    def span_us(self, now_us: int) -> tuple[int, int | None]:
        """The first and last start that is asked for."""
        start_us = asked_us(self.min_start_time, "min_start_time")
        return now_us - US_PER_DAY if start_us is None else start_us, asked_us(self.max_start_time, "max_start_time")


class ThreadQuery(ThreadsAsked):
    """The body of `POST /v2/threads/query`."""

    page_size: int = Field(default=20, ge=1)
    cursor: str | None = None


class ThreadStatsQuery(ThreadsAsked):
    """The body of `POST /v2/threads/stats`: at least one statistic is selected."""

    select: list[str] = Field(min_length=1)


class TurnQuery(Asked):
    """The parameters of `GET /v2/threads/{thread_id}/traces`."""

    project_id: str
    filter: str | None = None
    trace_filter: str | None = None
    tree_filter: str | None = None
    selects: list[str] | None = None
    page_size: int = Field(default=20, ge=1)
    cursor: str | None = None

    def project(self) -> str:
        """The project. Raises: Malformed."""
        return uuid_of(self.project_id, "project_id")

    def filters(self) -> Filters:
        """What a turn must be. Raises: FilterError."""
        return Filters.parsed(self.filter, self.trace_filter, self.tree_filter)


class RunGroupQuery(Asked):
    """The body of v1's `POST /runs/group`."""

    session_id: str
    group_by: Literal["conversation"] = "conversation"
    filter: str | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=10, ge=1, le=MAX_PAGE)

    def window(self) -> Window:
        """The time that is asked for. Raises: Malformed."""
        return between(asked_us(self.start_time, "start_time"), asked_us(self.end_time, "end_time"))


def between(start_us: int | None, end_us: int | None, after: Position | None = None) -> Window:
    """A window, newest first. Raises: BadRequest when it ends before it starts."""
    if start_us is not None and end_us is not None and end_us < start_us:
        raise BadRequest("the window ends before it starts")
    return RunCriteria(start_us=start_us, end_us=end_us).window(after)
