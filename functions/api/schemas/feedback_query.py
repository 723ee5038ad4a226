"""Which feedback a list is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from functions.api.schemas.asked import Asked, Moment, optional_uuid, uuids_of
from functions.api.schemas.moments import asked_us
from shared.feedback.feedback import Feedback

MAX_LIMIT = 100


class FeedbackQuery(Asked):
    """The parameters of `GET /feedback`. Those of one name are alternatives; different ones all hold."""

    run: list[str] | None = None
    session: list[str] | None = None
    key: list[str] | None = None
    source: list[str] | None = None
    user: list[str] | None = None
    has_comment: bool | None = None
    has_score: bool | None = None
    level: Literal["run", "session"] | None = None
    comparative_experiment_id: str | None = None
    min_created_at: Moment | None = None
    max_created_at: Moment | None = None
    include_user_names: bool | None = None
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=MAX_LIMIT, ge=1)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that are asked for; none asks for all."""
        return uuids_of(self.run, "run")

    @property
    def sessions(self) -> tuple[str, ...]:
        """The projects that are asked for; none asks for all."""
        return uuids_of(self.session, "session")

    def span_us(self) -> tuple[int | None, int | None]:
        """When it was made: from, and to, both included. Raises: Malformed."""
        return asked_us(self.min_created_at, "min_created_at"), asked_us(self.max_created_at, "max_created_at")

    def chosen(self, feedback: Iterable[Feedback]) -> Iterator[Feedback]:
        """Those that are asked for, in the order given. Raises: Malformed."""
        experiment = optional_uuid(self.comparative_experiment_id, "comparative_experiment_id")
        start_us, end_us = self.span_us()
        runs, sessions = set(self.runs), set(self.sessions)
        for one in feedback:
            if (
                (not runs or one.run_id in runs)
                and (not sessions or one.project in sessions)
                and (not self.key or one.key in self.key)
                and (not self.source or one.source.get("type") in self.source)
                and (not self.user or one.source.get("user_id") in self.user)
                and self.has_comment in (None, bool(one.fields.get("comment")))
                and self.has_score in (None, one.score is not None)
                and self.level in (None, "session" if one.run_id is None else "run")
                and experiment in (None, one.fields.get("comparative_experiment_id"))
                and (start_us is None or one.created_us >= start_us)
                and (end_us is None or one.created_us <= end_us)
            ):
                yield one
