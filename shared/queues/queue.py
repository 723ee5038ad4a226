"""An annotation queue: runs that somebody is to look at, with what they are to look for."""

from __future__ import annotations

from dataclasses import dataclass

MAX_QUEUES = 200
"""Of one workspace: a run's queues are found by asking each of them."""
MAX_ITEMS = 10_000
"""Of one queue, counted as of a minute ago: more is a rule that nobody keeps up with."""


@dataclass(frozen=True, slots=True)
class AnnotationQueue:
    """One queue. `rubric_items` and `metadata` are JSON, as they were sent; times are microseconds."""

    id: str
    name: str
    created_us: int
    updated_us: int
    description: str | None = None
    rubric_instructions: str | None = None
    rubric_items: str | None = None
    metadata: str | None = None
    default_dataset: str | None = None
