"""Usage in small steps: by workspace, project, key or user, over any stretch of time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from functions.api.schemas.moments import utc
from functions.api.usage_reader import Found, OrganizationUse
from shared.base.errors import Malformed
from shared.base.units import US_PER_DAY, US_PER_HOUR
from shared.usage.month import months_between

Grouping = Literal["workspace", "project", "user", "api_key"]
MAX_DAYS = 400
_HOURLY_DAYS = 3
"""Up to so long a stretch is told by the hour, beyond it by the day."""
_HOURS_PER_DAY = 24
_DIMENSIONS: dict[Grouping, Callable[[Found], dict[str, str | None]]] = {
    "workspace": lambda found: {"workspace_id": found.workspace},
    "project": lambda found: {"workspace_id": found.workspace, "project_id": found.group.project},
    "api_key": lambda found: {"workspace_id": found.workspace, "api_key_id": found.group.key_id or None},
    # Who sends is a key: there are no users beside keys.
    "user": lambda found: {"workspace_id": found.workspace, "user_id": None},
}


class Stretch(NamedTuple):
    """What is asked for: whole hours of [start, end), and the workspaces, all that are seen where none is named."""

    start_us: int
    end_us: int
    group_by: Grouping
    workspaces: frozenset[str]

    @property
    def step_hours(self) -> int:
        """The stride."""
        return 1 if self.end_us - self.start_us <= _HOURLY_DAYS * US_PER_DAY else _HOURS_PER_DAY


def stretch_of(start_us: int, end_us: int, group_by: Grouping, workspaces: frozenset[str]) -> Stretch:
    """The question, if it can be answered. Raises: Malformed."""
    if not start_us < end_us:
        raise Malformed("end_time: must be later than start_time")
    if end_us - start_us > MAX_DAYS * US_PER_DAY:
        raise Malformed(f"end_time: is more than {MAX_DAYS} days after start_time; ask for less at once")
    return Stretch(start_us, end_us, group_by, workspaces)


def granular_of(use: OrganizationUse, asked: Stretch) -> dict[str, Any]:
    """The traces of each step and group that has any, in order."""
    hours = range(asked.start_us // US_PER_HOUR, -(-asked.end_us // US_PER_HOUR))
    sums: dict[tuple[int, tuple[tuple[str, str | None], ...]], int] = {}
    for found in use.found(months_between(asked.start_us, asked.end_us)):
        if found.hour in hours and (not asked.workspaces or found.workspace in asked.workspaces):
            group = tuple(_DIMENSIONS[asked.group_by](found).items())
            at = found.hour // asked.step_hours * asked.step_hours, group
            sums[at] = sums.get(at, 0) + found.group.traces
    rows = sorted(sums.items(), key=lambda row: (row[0][0], -row[1], str(row[0][1])))
    is_hourly = asked.step_hours == 1
    return {
        "stride": {"days": 0 if is_hourly else 1, "hours": 1 if is_hourly else 0},
        "usage": [
            {"time_bucket": utc(hour * US_PER_HOUR), "dimensions": dict(group), "traces": traces}
            for (hour, group), traces in rows
        ],
    }


def granular_csv(granular: dict[str, Any], group_by: Grouping) -> str:
    """The same as RFC 4180 text."""
    out = io.StringIO()
    names = [f"{group_by}_id"] if group_by == "workspace" else ["workspace_id", f"{group_by}_id"]
    rows = csv.writer(out)
    rows.writerow(["time_bucket", *names, "traces"])
    for row in granular["usage"]:
        rows.writerow([row["time_bucket"].isoformat(), *(row["dimensions"][name] for name in names), row["traces"]])
    return out.getvalue()
