"""The bodies of `POST /runs/stats` and its kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.api.errors import BadRequest
from functions.api.grouping import GroupBy
from functions.api.schemas.asked import Asked
from functions.api.schemas.run_query_v1 import RunQuery
from functions.api.schemas.stats import FEEDBACK_STATS

MAX_GROUPS = 100


class Grouping(Asked):
    """By what runs are grouped: their name, type, tags, or the value of one metadata key (`path`)."""

    attribute: Literal["name", "run_type", "tag", "metadata"]
    path: str | None = None
    max_groups: int = Field(default=5, ge=1, le=MAX_GROUPS)


class StatsQuery(RunQuery):
    """Which runs are summed up, and by which groups."""

    group_by: Grouping | None = None

    def grouping(self) -> GroupBy | None:
        """The grouping that is asked for. Raises: BadRequest."""
        if self.group_by is None:
            return None
        if self.group_by.attribute == "metadata" and not self.group_by.path:
            raise BadRequest("group_by: metadata needs a path, the metadata key to group by")
        return GroupBy(self.group_by.attribute, self.group_by.path, self.group_by.max_groups)

    @property
    def wants_feedback(self) -> bool:
        """Whether feedback is to be summed up too: where nothing is selected, everything is."""
        return self.select is None or FEEDBACK_STATS in self.select
