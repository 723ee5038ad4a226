"""The meter room: follows the feed of each workspace and counts what it finds anew.

Where a limit is near or reached, it notes that for the rooms that go by it, and tells its owner once.
It is the one room that looks at the clock every few minutes, so it also has shares taken back whose end has come:
refused since that moment, they still have files.

Everything it writes overwrites what it wrote before about the same hour, so running twice, overlapping, or
stopping midway changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from functions.meter.settings import MeterSettings
from shared.access.workspace import Workspace
from shared.base.clock import Clock
from shared.retention.periods import Periods
from shared.store.limit_alerts import LimitAlerts
from shared.store.ports import Store
from shared.store.questions import open_questions
from shared.store.rollups import Rollups
from shared.store.shares import Shares
from shared.store.usage import UsageMeter
from shared.store.usage_limits import UsageLimits

Handler = Callable[[dict[str, Any], object], dict[str, int]]


def build(settings: MeterSettings, store: Store, clock: Clock) -> Handler:
    """The handler of the schedule's events; it answers with how much it counted."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    rollups = Rollups(store.traces, store.control, ask, clock, ask.prices)
    limits, alerts = UsageLimits(store.control, clock), LimitAlerts(store.control, clock)
    usage = UsageMeter(store.traces, store.control, clock)
    shares = Shares(store.control, store.shares, clock)

    def count_use(organization: str, workspaces: Sequence[Workspace]) -> list[int]:
        began_us, has_limit = clock.now_us(), limits.has_upgrade_limit(organization)
        counts = [usage.follow(one.id, one.created_us, has_limit=has_limit) for one in workspaces]
        alerts.tell(organization, limits.review(organization, workspaces, began_us), store.alerts)
        return counts

    def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
        workspaces = ask.access.workspaces()
        # What is billed comes first: statistics that are not counted in time are counted by who reads them.
        counts = [
            count
            for organization in dict.fromkeys(workspace.organization for workspace in workspaces)
            for count in count_use(organization, [one for one in workspaces if one.organization == organization])
        ]
        hours = [rollups.follow(workspace.id) for workspace in workspaces]
        return {"workspaces": len(hours), "hours": sum(hours), "counts": sum(counts), "ended": shares.send_ended()}

    return handle
