"""The retire room: traces whose own days are over → erased, each with a receipt (ADR 16).

A tier's days are kept by TTL and lifecycle, which know two periods. Fewer days, of a project or of a workspace's
extended tier, are kept by this room: once a day it looks through the heads of the projects that have them, and asks
for an erasure of what is over, as a person would. Asked again before that is done, it finds it hidden, and asks for
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from functions.retire.settings import RetireSettings
from shared.base.clock import Clock
from shared.base.units import US_PER_DAY
from shared.projects.project import Project
from shared.retention.choices import Choice
from shared.retention.periods import Periods, Tier
from shared.store.erased import packed
from shared.store.erasure import MAX_TRACES, PART_TRACES, Erasure, Erasures
from shared.store.ports import Store
from shared.store.questions import Questions, open_questions
from shared.store.walk import Window

Handler = Callable[[dict[str, Any], object], dict[str, int]]
_TIERS: tuple[Tier, ...] = ("base", "extended")


def build(settings: RetireSettings, store: Store, clock: Clock) -> Handler:
    """The handler of the schedule's events; it answers with how many traces it has erased."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    erasures = Erasures(store, clock, settings.settle_s)
    room = _Room(ask, erasures, clock, settings.traces_per_run)

    def handle(_event: dict[str, Any], _context: object) -> dict[str, int]:
        return {"traces": sum(room.retire(workspace.id) for workspace in ask.access.workspaces())}

    return handle


def days_of(project: Project, choice: Choice, periods: Periods) -> dict[Tier, int]:
    """The days of a project's traces by their tier, where they are fewer than the tier's."""
    longlived = project.longlived_days or choice.longlived_days or periods.extended_days
    said = {"base": project.ttl_days or periods.base_days, "extended": min(project.ttl_days or longlived, longlived)}
    return {tier: said[tier] for tier in _TIERS if said[tier] < periods.days(tier)}


class _Room:
    def __init__(self, ask: Questions, erasures: Erasures, clock: Clock, traces_per_run: int) -> None:
        self._ask = ask
        self._erasures = erasures
        self._clock = clock
        self._traces_per_run = traces_per_run

    def retire(self, workspace: str) -> int:
        """Have what is over in a workspace erased; says how many traces."""
        choice, periods = self._ask.retention.choice(workspace, self._clock.now_us()), self._ask.traces.periods
        erased = 0
        for project in self._ask.projects.all(workspace):
            days = days_of(project, choice, periods)
            over = list(islice(self._over(project, days), self._traces_per_run)) if days else []
            for begin in range(0, len(over), MAX_TRACES):
                self._erase(project, over[begin : begin + MAX_TRACES])
            erased += len(over)
        return erased

    def _over(self, project: Project, days: dict[Tier, int]) -> Iterator[str]:
        """The traces of a project whose days are over, by their ids. Days count from the first receipt."""
        now_us = self._clock.now_us()
        window = Window(0, now_us - min(days.values()) * US_PER_DAY + US_PER_DAY, newest_first=False)
        for head in self._ask.heads.walk(project.workspace, project.id, window):
            if head.tier in days and head.born_us + days[head.tier] * US_PER_DAY <= now_us:
                yield head.trace_id

    def _erase(self, project: Project, trace_ids: Sequence[str]) -> None:
        now_us = self._clock.now_us()
        erasure = Erasure(
            id=self._erasures.new_id(),
            workspace=project.workspace,
            kind="traces",
            asked_us=now_us,
            key_id="",
            key_description=f"retention of project {project.name}",
            project=project.id,
            trace_ids=packed(trace_ids),
            parts=-(-len(trace_ids) // PART_TRACES),
            found_us=now_us,
        )
        self._erasures.begin(erasure)
