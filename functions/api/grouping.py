"""Groups of runs: by name, type, tag, or the value of a metadata key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.runs.run import Run
from shared.runs.stats import Stats

Attribute = Literal["name", "run_type", "tag", "metadata"]


@dataclass(frozen=True)
class GroupBy:
    """What runs are grouped by, and into how many groups at most: those with the most runs are kept."""

    attribute: Attribute
    path: str | None
    max_groups: int

    def keys_of(self, run: Run) -> Iterable[str]:
        """The groups that a run is in: one, but for tags, of which it may have several or none."""
        if self.attribute == "tag":
            return dict.fromkeys(run.tags or ())
        if self.attribute == "metadata":
            return () if self.path not in run.metadata else (_text(run.metadata[self.path]),)
        return (run.name if self.attribute == "name" else run.run_type,)

    def kept(self, groups: dict[str, Stats]) -> dict[str, Stats]:
        """The groups with the most runs, the largest first."""
        ordered = sorted(groups, key=lambda key: (-groups[key].runs, key))
        return {key: groups[key] for key in ordered[: self.max_groups]}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
