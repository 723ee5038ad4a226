"""The bodies that create and change a project."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import msgspec

from functions.api.schemas.asked import Asked, Moment, optional_uuid
from functions.api.schemas.moments import asked_us
from shared.base.ids import new_uuid
from shared.projects.project import Project
from shared.retention.choices import optional_days
from shared.retention.periods import Periods, Tier
from shared.wire.run_parts import TIERS

WireTier = Literal["longlived", "shortlived"]


class SessionChange(Asked):
    """What to change of a project; a null leaves it as it is, but for the three that then count as above.

    `trace_tier` null is the workspace's default; `longlived_ttl_days` and `ttl_days` null are the days of the tiers.
    """

    name: str | None = None
    description: str | None = None
    extra: dict[str, Any] | None = None
    end_time: Moment | None = None
    default_dataset_id: str | None = None
    trace_tier: WireTier | None = None
    longlived_ttl_days: int | None = None
    ttl_days: int | None = None

    def changed(self, project: Project, now_us: int, periods: Periods) -> Project:
        """The project with these changes, which count for what is received from now on. Raises: Malformed."""
        changed = dataclasses.replace(project, **self._said(), **self._days(periods))
        return changed.in_tier(self._tier, now_us) if "trace_tier" in self.model_fields_set else changed

    @property
    def _tier(self) -> Tier | None:
        return None if self.trace_tier is None else TIERS[self.trace_tier]

    def _days(self, periods: Periods) -> dict[str, Any]:
        """The days that are said of it, null too. Raises: Malformed."""
        said = {"longlived_days": "longlived_ttl_days", "ttl_days": "ttl_days"}
        named = {field: name for field, name in said.items() if name in self.model_fields_set}
        return {field: optional_days(getattr(self, name), name, periods) for field, name in named.items()}

    def _said(self) -> dict[str, Any]:
        said = {
            "name": self.name,
            "description": self.description,
            "extra": None if self.extra is None else msgspec.json.encode(self.extra).decode(),
            "end_us": asked_us(self.end_time, "end_time"),
            "default_dataset_id": optional_uuid(self.default_dataset_id, "default_dataset_id"),
        }
        return {name: value for name, value in said.items() if value is not None}


class SessionCreate(SessionChange):
    """A new project."""

    name: str
    id: str | None = None
    start_time: Moment | None = None
    reference_dataset_id: str | None = None

    def created(self, workspace: str, now_us: int, periods: Periods) -> Project:
        """The project that this asks for. Raises: Malformed."""
        start_us = asked_us(self.start_time, "start_time")
        bare = Project(
            optional_uuid(self.id, "id") or new_uuid(), workspace, self.name, now_us, start_us=start_us or now_us
        )
        dataset = optional_uuid(self.reference_dataset_id, "reference_dataset_id")
        said = self.changed(bare, now_us, periods)
        return dataclasses.replace(said, reference_dataset_id=dataset, tiers_before=None)
