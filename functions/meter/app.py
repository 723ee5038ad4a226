"""The meter room: follows the feed of each workspace and counts what it finds anew.

Everything it writes overwrites what it wrote before about the same hour, so running twice, overlapping, or
stopping midway changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from functions.meter.settings import MeterSettings
from shared.base.clock import Clock
from shared.retention.periods import Periods
from shared.store.ports import Store
from shared.store.questions import open_questions
from shared.store.rollups import Rollups
from shared.store.usage import UsageMeter

Handler = Callable[[dict[str, Any], object], dict[str, int]]


def build(settings: MeterSettings, store: Store, clock: Clock) -> Handler:
    """The handler of the schedule's events; it answers with how much it counted."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    rollups = Rollups(store.traces, store.control, ask, clock, ask.prices)

    usage = UsageMeter(store.traces, store.control, clock)

    def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
        workspaces = ask.access.workspaces()
        # What is billed comes first: statistics that are not counted in time are counted by who reads them.
        counts = [usage.follow(workspace.id, workspace.created_us) for workspace in workspaces]
        hours = [rollups.follow(workspace.id) for workspace in workspaces]
        return {"workspaces": len(hours), "hours": sum(hours), "counts": sum(counts)}

    return handle
