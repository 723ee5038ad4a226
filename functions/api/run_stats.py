"""Statistics of the runs that match a question: from rollups where they know it, else by counting."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from functions.api.criteria import RunCriteria
from functions.api.given_feedback import GivenFeedback
from functions.api.grouping import GroupBy
from functions.api.reader import Reader, row_of
from functions.api.search import Served
from shared.runs.run import Run
from shared.runs.stats import Stats
from shared.runs.totals import Totals
from shared.store.heads import Head
from shared.store.rollups import ROOTS, RUNS, Groups, Rollups

ALL = ""
"""The group of all runs, where none is asked for."""
_ROLLED_UP = ("name", "run_type")
_BATCH = 100
Matching = Iterator[tuple[Run, Head | None]]


class Known(NamedTuple):
    """A run, and what is added up of it."""

    run: Run
    totals: Totals | None
    first_token_us: int | None


class RunStats:
    """Sums up runs, for one deployment.

    The tokens and costs of traces (`is_root`) are those of their trees; of other runs their own, so that no
    parent counts its children's again.
    """

    def __init__(self, reader: Reader, rollups: Rollups) -> None:
        self._reader = reader
        self._rollups = rollups

    def of(self, workspace: str, criteria: RunCriteria, given: GivenFeedback | None = None) -> tuple[Stats, Served]:
        """All that match as one; `given` counts the feedback on them, as the group `ALL`. Raises: TooLarge."""
        group = ROOTS if criteria.is_root else RUNS
        if _is_plain(criteria):
            self._join(workspace, criteria, None, given)
            return self._rolled_up(workspace, criteria).get(group, Stats()), Served("rollups")
        groups, served = self._counted(workspace, criteria, None, given)
        return groups.get(ALL, Stats()), served

    def by(
        self, workspace: str, criteria: RunCriteria, grouping: GroupBy, given: GivenFeedback | None = None
    ) -> tuple[Groups, Served]:
        """All that match by group; `given` counts the feedback on them too. Raises: TooLarge."""
        if _is_plain(criteria) and grouping.attribute in _ROLLED_UP and not criteria.is_root:
            self._join(workspace, criteria, grouping, given)
            prefix = f"{grouping.attribute}:"
            rolled_up = self._rolled_up(workspace, criteria)
            groups = {name.removeprefix(prefix): one for name, one in rolled_up.items() if name.startswith(prefix)}
            return grouping.kept(groups), Served("rollups")
        groups, served = self._counted(workspace, criteria, grouping, given)
        return grouping.kept(groups), served

    def _rolled_up(self, workspace: str, criteria: RunCriteria) -> Groups:
        whole: Groups = {}
        for project in criteria.projects:
            for name, stats in self._rollups.over(workspace, project, criteria.window()).items():
                whole.setdefault(name, Stats()).merge(stats)
        return whole

    def _counted(
        self, workspace: str, criteria: RunCriteria, grouping: GroupBy | None, given: GivenFeedback | None
    ) -> tuple[Groups, Served]:
        groups: Groups = defaultdict(Stats)
        matching, served = self._reader.each(workspace, criteria)
        known = self._roots(workspace, matching) if criteria.is_root else self._own(workspace, matching)
        for run, totals, first_token_us in known:
            keys = _groups_of(run, grouping)
            for key in keys:
                groups[key].add(run, totals, first_token_us)
            if given is not None:
                given.count(run.id, keys)
        return dict(groups), served

    def _own(self, workspace: str, matching: Matching) -> Iterator[Known]:
        """Runs with what they used themselves; a root that its head told, with what its tree used."""
        for run, head in matching:
            if head is None:
                yield Known(run, self._rollups.own_totals(workspace, run), None)
            else:
                yield Known(run, head.totals, head.first_token_us)

    def _roots(self, workspace: str, matching: Matching) -> Iterator[Known]:
        """Roots with what their trees used: of those that no head told, the traces are read."""
        while batch := list(islice(matching, _BATCH)):
            unknown = [run.id for run, head in batch if head is None]
            wholes = {whole.id: row_of(whole) for whole in self._reader.wholes(workspace, unknown)}
            for run, head in batch:
                if head is not None:
                    yield Known(run, head.totals, head.first_token_us)
                elif run.id in wholes:
                    yield Known(run, wholes[run.id].root.totals, wholes[run.id].first_token_us)

    def _join(
        self, workspace: str, criteria: RunCriteria, grouping: GroupBy | None, given: GivenFeedback | None
    ) -> None:
        """Count the feedback on runs of a plain question, whose rollups know no run by its id."""
        if given is None:
            return
        inside, unsure = given.split(criteria)
        if grouping is None:
            for run_id in inside:
                given.count(run_id, (ALL,))
        wanted = set(unsure if grouping is None else [*inside, *unsure])
        traces = given.traces_of([run_id for run_id in given.about if run_id in wanted])
        for start in range(0, len(traces), _BATCH):
            named = dataclasses.replace(criteria, trace_ids=tuple(traces[start : start + _BATCH]))
            for run, _ in self._reader.each(workspace, named)[0]:
                if run.id in wanted:
                    given.count(run.id, _groups_of(run, grouping))


def _groups_of(run: Run, grouping: GroupBy | None) -> tuple[str, ...]:
    return (ALL,) if grouping is None else tuple(grouping.keys_of(run))


def _is_plain(criteria: RunCriteria) -> bool:
    """Whether only projects, a window and perhaps roots are asked for: what rollups know."""
    asked = dataclasses.replace(criteria, projects=(), start_us=None, end_us=None, newest_first=True)
    return asked in (RunCriteria(), RunCriteria(is_root=True))
