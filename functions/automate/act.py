"""Acting on what matched: claim, do, say what came of it; some hundred runs at a time, while there is time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from functions.automate.actions import Actions, Bunch, Claimed
from functions.automate.claims import Claims, Matched, Pass
from shared.store.applications import MAX_RUNS, Application, Applications

HasTime = Callable[[], bool]


class OutOfTime(Exception):
    """The time of this pass is over with work at hand: what was claimed is done by the next."""


class Actor:
    """Does what rules say."""

    def __init__(self, claims: Claims, actions: Actions, applications: Applications) -> None:
        self._claims = claims
        self._actions = actions
        self._applications = applications

    def act(self, work: Pass, matched: Sequence[Matched], has_time: HasTime) -> list[Application]:
        """Act on what nobody has acted on; gives all that is done of this pass, now or when it was begun before.

        Raises: OutOfTime.
        """
        before = (one for trace in matched for one in trace.looked.applied_by(work.rule.id))
        done = [one for one in before if one.is_done and one.pass_name == work.name]
        for taken in _bunches(self._claims.claim(work, matched)):
            if not has_time():
                raise OutOfTime
            bunch = Bunch(work.workspace, work.rule, taken, work.since_us, work.until_us)
            done += self._applications.finish(work.workspace, self._actions.take(bunch))
        self._claims.settle(work, matched, done)
        return done


def _bunches(claimed: Iterable[Claimed]) -> Iterator[list[Claimed]]:
    """So many together that a bunch is done in seconds."""
    bunch: list[Claimed] = []
    runs = 0
    for one in claimed:
        if bunch and runs + len(one.application.run_ids) > MAX_RUNS:
            yield bunch
            bunch, runs = [], 0
        bunch.append(one)
        runs += len(one.application.run_ids)
    if bunch:
        yield bunch
