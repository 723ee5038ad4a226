"""Looking at some traces for the rules that want to, and letting each act on what it is for.

What fails for one rule stops that rule alone, until its next pass; it says so where its owner looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from functions.automate.act import Actor, HasTime, OutOfTime
from functions.automate.course import Course
from functions.automate.look import Looked, Lookout
from shared.base.errors import ServiceError
from shared.base.log import logger
from shared.store.rule_matches import open_payloads
from shared.store.whole import WholeTraces

LOOK_TRACES = 25
"""Read at once: a trace may have 25,000 runs."""
Asked = tuple[str, Sequence[Course]]
"""A trace, and the rules that want to look at it."""


class Rounds:
    """Takes rules round traces."""

    def __init__(self, lookout: Lookout, wholes: WholeTraces, actor: Actor, has_time: HasTime) -> None:
        self._lookout = lookout
        self._wholes = wholes
        self._actor = actor
        self.has_time = has_time

    def go(self, workspace: str, asked: Sequence[Asked], until_us: int) -> int:
        """Look at these traces, some at a time; what rules have done is in their courses.

        Says how many there was time for, the first: of these, all is done by those rules that were not cut.
        """
        is_alive = cache(partial(self._wholes.is_alive, workspace))
        for at in range(0, len(asked), LOOK_TRACES):
            some = asked[at : at + LOOK_TRACES]
            wanted = {trace_id: [one for one in courses if not one.is_over] for trace_id, courses in some}
            going = list({id(one): one for courses in wanted.values() for one in courses}.values())
            if not going:
                continue
            if not self.has_time():
                for one in (one for _, courses in asked for one in courses):
                    one.is_over = True
                return at
            there = {trace_id: courses for trace_id, courses in wanted.items() if courses}
            self.guarded(going, partial(self._round, workspace, there, going, until_us, is_alive))
        return len(asked)

    def guarded(self, courses: Sequence[Course], call: Callable[[], None]) -> None:
        """Do something for these rules; where it fails, they go no further in this pass."""
        try:
            call()
        except OutOfTime:
            _stop(courses, "")
        except Exception as error:  # noqa: BLE001 the outermost loop: a rule that fails must not take others down with it
            logger.exception("rules failed", extra={"rules": [one.rule.id for one in courses]})
            _stop(courses, error.message if isinstance(error, ServiceError) else repr(error))

    def _round(
        self,
        workspace: str,
        wanted: Mapping[str, Sequence[Course]],
        going: Sequence[Course],
        until_us: int,
        is_alive: Callable[[str], bool],
    ) -> None:
        """Read the traces once for all rules."""
        looked = self._lookout.look(workspace, list(wanted), is_alive)
        for course in going:
            own = [one for one in looked if any(course is other for other in wanted[one.id])]
            self.guarded([course], partial(self._act, course, own, until_us))

    def _act(self, course: Course, looked: Sequence[Looked], until_us: int) -> None:
        asked = [(one.whole, course.filters, course.rule.project) for one in looked]
        open_payloads(self._wholes, asked)
        course.looked += len(looked)
        course.done += self._actor.act(course.work(until_us), course.matched(looked), self.has_time)


def _stop(courses: Sequence[Course], error: str) -> None:
    for one in courses:
        one.is_over, one.was_cut, one.error = True, True, error
