"""Which projects a list is asked for, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from pydantic import Field

from functions.api.errors import BadRequest
from functions.api.schemas.asked import Asked, Moment, uuids_of
from shared.projects.project import Project
from shared.runs.stats import Stats

SortBy = Literal[
    "name",
    "start_time",
    "last_run_start_time",
    "latency_p50",
    "latency_p99",
    "error_rate",
    "feedback",
    "runs_count",
]
_NOT_YET = ("filter", "tag_value_id", "stats_filter", "facets")

BY_STATS: dict[str, Callable[[Stats], Any]] = {
    "last_run_start_time": lambda stats: stats.last_start_us or None,
    "latency_p50": lambda stats: stats.latency_us.percentile(0.5),
    "latency_p99": lambda stats: stats.latency_us.percentile(0.99),
    "error_rate": lambda stats: stats.failed / stats.runs if stats.runs else None,
    "runs_count": lambda stats: stats.runs,
}
"""Orders for which every project must be summed up."""


class SessionQuery(Asked):
    """The parameters of `GET /sessions`."""

    id: list[str] | None = None
    name: str | None = None
    name_contains: str | None = None
    reference_dataset: list[str] | None = None
    reference_free: bool | None = None
    dataset_version: str | None = None
    metadata: str | None = None
    filter: str | None = None
    tag_value_id: list[str] | None = None
    stats_filter: str | None = None
    facets: bool | None = None
    sort_by_feedback_key: str | None = None
    sort_by_feedback_source: Literal["session", "run"] | None = None
    sort_by: SortBy = "start_time"
    sort_by_desc: bool = True
    include_stats: bool = False
    stats_start_time: Moment | None = None
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1)

    def check(self) -> None:
        """Nothing, if it can be answered. Raises: NotSupportedYet, BadRequest."""
        self.refuse(_NOT_YET)
        if self.sort_by == "feedback" and not self.sort_by_feedback_key:
            raise BadRequest("sort_by_feedback_key: name the feedback key whose mean score to sort by")

    def chosen(self, projects: list[Project]) -> list[Project]:
        """Those of the projects that are asked for. Raises: Malformed, BadRequest."""
        ids, datasets = uuids_of(self.id, "id"), uuids_of(self.reference_dataset, "reference_dataset")
        entries = self._entries()
        return [
            one
            for one in projects
            if (not ids or one.id in ids)
            and self.name in (None, one.name)
            and (not self.name_contains or self.name_contains.lower() in one.name.lower())
            and (not datasets or one.reference_dataset_id in datasets)
            and (self.reference_free is None or self.reference_free == (one.reference_dataset_id is None))
            and (not entries or entries.items() <= _metadata(one).items())
        ]

    def _entries(self) -> dict[str, Any]:
        """What the project's metadata must hold."""
        try:
            entries = msgspec.json.decode(self.metadata, type=dict[str, Any]) if self.metadata else {}
        except msgspec.DecodeError as error:
            raise BadRequest(f"metadata: this is not a JSON object: {error}") from None
        return entries if self.dataset_version is None else {**entries, "dataset_version": self.dataset_version}


def _metadata(project: Project) -> dict[str, Any]:
    extra = msgspec.json.decode(project.extra) if project.extra else {}
    metadata = extra.get("metadata")
    return metadata if type(metadata) is dict else {}
