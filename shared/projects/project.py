"""A project groups traces; the wire calls it a session."""

from __future__ import annotations

from dataclasses import dataclass

from shared.base.errors import Malformed
from shared.retention.periods import Tier

DEFAULT_NAME = "default"
MAX_NAME_CHARS = 1_000

BY_NAME = "name:"
BY_ID = "id:"
"""How a reference begins that names a project: a name is made a project on the way, an id is not."""


@dataclass(frozen=True, slots=True)
class Project:
    """One project.

    `extra` is the JSON text of what the client keeps with it. `shards` is over how many partitions
    its hours and days are spread: one takes about 1,000 writes a second.
    """

    id: str
    workspace: str
    name: str
    created_us: int
    description: str | None = None
    extra: str | None = None
    start_us: int | None = None
    end_us: int | None = None
    reference_dataset_id: str | None = None
    default_dataset_id: str | None = None
    trace_tier: Tier | None = None
    shards: int = 1
    deleted_us: int | None = None


def check_name(name: str) -> str:
    """The name, if a project may have it. Raises: Malformed."""
    if not name.strip():
        raise Malformed("A project's name must not be empty")
    if len(name) > MAX_NAME_CHARS:
        raise Malformed(f"A project's name may have {MAX_NAME_CHARS} characters; this one has {len(name)}")
    return name
