"""Statistics of the runs that match a question: from rollups where they know it, else by counting."""

from __future__ import annotations

import dataclasses
from collections import defaultdict

from functions.api.criteria import RunCriteria
from functions.api.grouping import GroupBy
from functions.api.reader import Reader
from functions.api.search import Served
from shared.runs.stats import Stats
from shared.store.rollups import ROOTS, RUNS, Groups, Rollups

_ROLLED_UP = ("name", "run_type")


class RunStats:
    """Sums up runs, for one deployment.

    The tokens and costs of traces (`is_root`) are those of their trees; of other runs their own, so that no
    parent counts its children's again.
    """

    def __init__(self, reader: Reader, rollups: Rollups) -> None:
        self._reader = reader
        self._rollups = rollups

    def of(self, workspace: str, criteria: RunCriteria) -> tuple[Stats, Served]:
        """All that match as one. Raises: TooLarge."""
        group = ROOTS if criteria.is_root else RUNS
        if _is_plain(criteria):
            return self._rolled_up(workspace, criteria).get(group, Stats()), Served("rollups")
        groups, served = self._counted(workspace, criteria, None)
        return groups.get("", Stats()), served

    def by(self, workspace: str, criteria: RunCriteria, grouping: GroupBy) -> tuple[Groups, Served]:
        """All that match by group. Raises: TooLarge."""
        if _is_plain(criteria) and grouping.attribute in _ROLLED_UP and not criteria.is_root:
            prefix = f"{grouping.attribute}:"
            rolled_up = self._rolled_up(workspace, criteria)
            groups = {name.removeprefix(prefix): one for name, one in rolled_up.items() if name.startswith(prefix)}
            return grouping.kept(groups), Served("rollups")
        groups, served = self._counted(workspace, criteria, grouping)
        return grouping.kept(groups), served

    def _rolled_up(self, workspace: str, criteria: RunCriteria) -> Groups:
        whole: Groups = {}
        for project in criteria.projects:
            for name, stats in self._rollups.over(workspace, project, criteria.window()).items():
                whole.setdefault(name, Stats()).merge(stats)
        return whole

    def _counted(self, workspace: str, criteria: RunCriteria, grouping: GroupBy | None) -> tuple[Groups, Served]:
        groups: Groups = defaultdict(Stats)
        matching, served = self._reader.each(workspace, criteria)
        for run, head in matching:
            totals = self._rollups.own_totals(run) if head is None else head.totals
            first_token_us = None if head is None else head.first_token_us
            for key in ("",) if grouping is None else grouping.keys_of(run):
                groups[key].add(run, totals, first_token_us)
        return dict(groups), served


def _is_plain(criteria: RunCriteria) -> bool:
    """Whether only projects, a window and perhaps roots are asked for: what rollups know."""
    asked = dataclasses.replace(criteria, projects=(), start_us=None, end_us=None, newest_first=True)
    return asked in (RunCriteria(), RunCriteria(is_root=True))
