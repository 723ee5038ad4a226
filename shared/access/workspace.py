"""A workspace owns projects, keys and traces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace of an organization."""

    id: str
    name: str
    organization: str
    created_us: int
