"""The bodies that create and change a project."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import msgspec

from functions.api.schemas.asked import Asked, Moment, optional_uuid
from functions.api.schemas.moments import asked_us
from functions.api.schemas.run_parts import TIERS
from shared.base.ids import new_uuid
from shared.projects.project import Project

WireTier = Literal["longlived", "shortlived"]


class SessionChange(Asked):
    """What to change of a project; a null leaves it as it is."""

    name: str | None = None
    description: str | None = None
    extra: dict[str, Any] | None = None
    end_time: Moment | None = None
    default_dataset_id: str | None = None
    trace_tier: WireTier | None = None

    def changed(self, project: Project) -> Project:
        """The project with these changes. Raises: Malformed."""
        return dataclasses.replace(project, **self._said())

    def _said(self) -> dict[str, Any]:
        said = {
            "name": self.name,
            "description": self.description,
            "extra": None if self.extra is None else msgspec.json.encode(self.extra).decode(),
            "end_us": asked_us(self.end_time, "end_time"),
            "default_dataset_id": optional_uuid(self.default_dataset_id, "default_dataset_id"),
            "trace_tier": None if self.trace_tier is None else TIERS[self.trace_tier],
        }
        return {name: value for name, value in said.items() if value is not None}


class SessionCreate(SessionChange):
    """A new project."""

    name: str
    id: str | None = None
    start_time: Moment | None = None
    reference_dataset_id: str | None = None

    def created(self, workspace: str, now_us: int) -> Project:
        """The project that this asks for. Raises: Malformed."""
        start_us = asked_us(self.start_time, "start_time")
        bare = Project(
            optional_uuid(self.id, "id") or new_uuid(), workspace, self.name, now_us, start_us=start_us or now_us
        )
        dataset = optional_uuid(self.reference_dataset_id, "reference_dataset_id")
        return dataclasses.replace(self.changed(bare), reference_dataset_id=dataset)
