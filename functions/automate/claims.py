"""Claiming: which runs a rule is about to act on, said under their trace before anything is done.

Whoever finds runs claimed and not done, does them again; whoever comes second to claim, looks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from functions.automate.actions import Claimed
from functions.automate.look import Looked
from shared.base.clock import Clock
from shared.base.errors import Unavailable
from shared.rules.cap import upgrades_within
from shared.rules.rule import Rule
from shared.store.access import Access
from shared.store.applications import MAX_RUNS, Application, Applications
from shared.store.billing import Billing
from shared.store.fates import month_of
from shared.store.ports import Table
from shared.store.rule_caps import RuleCaps

_TRIES = 5


class Matched(NamedTuple):
    """A trace, and which of its runs a rule is for."""

    looked: Looked
    run_ids: Sequence[str]


@dataclass(frozen=True)
class Pass:
    """One pass of a rule, or some of it: its name, and what it looks at.

    The name is the same when it is done again.
    """

    workspace: str
    rule: Rule
    name: str
    since_us: int
    until_us: int


class Claims:
    """Claims runs for rules, and reserves what their caps allow."""

    def __init__(self, control: Table, applications: Applications, access: Access, clock: Clock) -> None:
        self._applications = applications
        self._access = access
        self._billing = Billing(control, clock)
        self._caps = RuleCaps(control)
        self._clock = clock

    def claim(self, work: Pass, matched: Sequence[Matched]) -> list[Claimed]:
        """All that is to be done: what is claimed now, and what was claimed before and not done."""
        begun = [
            Claimed(application, one.looked)
            for one in matched
            for application in one.looked.applied_by(work.rule.id)
            if not application.is_done
        ]
        waiting = {one.looked.id: one for one in matched}
        known = {one.looked.id: one.looked.applied_by(work.rule.id) for one in matched}
        for _ in range(_TRIES):
            wanted = self._wanted(work, waiting.values(), known)
            held = self._applications.claim(work.workspace, wanted)
            lost = {one.trace_id for one, is_held in zip(wanted, held, strict=True) if not is_held}
            begun += [
                Claimed(one, waiting[one.trace_id].looked) for one, is_held in zip(wanted, held, strict=True) if is_held
            ]
            waiting = {trace_id: waiting[trace_id] for trace_id in lost}
            if not waiting:
                return begun
            for trace_id in lost:
                known[trace_id] = self._now_of(work, trace_id)
                mine = {one.application.number for one in begun if one.looked.id == trace_id}
                theirs = (one for one in known[trace_id] if not one.is_done and one.number not in mine)
                begun += [Claimed(one, waiting[trace_id].looked) for one in theirs]
        raise Unavailable(f"others claimed runs of trace {next(iter(waiting))} for rule {work.rule.id} {_TRIES} times")

    def settle(self, work: Pass, matched: Iterable[Matched], done: Sequence[Application]) -> None:
        """Give back what was reserved for traces that the rule did not extend: others had, or a limit refused it."""
        if self._most(work) is None:
            return
        before = [application for one in matched for application in one.looked.applied_by(work.rule.id)]
        extended = {one.trace_id for one in (*before, *done) if _extended(one)}
        unused = {one.trace_id for one in done if one.may_extend} - extended
        self._caps.give_back(work.workspace, work.rule.id, self._month(), work.name, unused)

    def _now_of(self, work: Pass, trace_id: str) -> list[Application]:
        found = self._applications.of_trace(work.workspace, trace_id)
        return [one for one in found if one.rule == work.rule.id]

    def _wanted(
        self, work: Pass, matched: Iterable[Matched], known: Mapping[str, Sequence[Application]]
    ) -> list[Application]:
        """What is claimed next: the runs that nobody has claimed, so many at a time, each under its number."""
        new: list[tuple[Matched, list[str]]] = []
        for one in matched:
            acted = {run_id for application in known[one.looked.id] for run_id in application.run_ids}
            left = [run_id for run_id in one.run_ids if run_id not in acted]
            if left:
                new.append((one, left))
        may_extend = self._may_extend(work, [one.looked for one, _ in new])
        return [
            application
            for one, left in new
            for application in self._numbered(work, one.looked.id, left, known[one.looked.id], may_extend)
        ]

    def _numbered(
        self,
        work: Pass,
        trace_id: str,
        run_ids: Sequence[str],
        known: Sequence[Application],
        may_extend: frozenset[str] | None,
    ) -> list[Application]:
        first = max((one.number + 1 for one in known), default=0)
        now_us = self._clock.now_us()
        claim = Application(work.rule.id, trace_id, first, work.name, (), now_us)
        claim = msgspec.structs.replace(claim, may_extend=may_extend is None or trace_id in may_extend)
        pieces = [tuple(run_ids[at : at + MAX_RUNS]) for at in range(0, len(run_ids), MAX_RUNS)]
        return [
            msgspec.structs.replace(claim, number=first + n, at_us=now_us + n, run_ids=piece)
            for n, piece in enumerate(pieces)
        ]

    def _may_extend(self, work: Pass, traces: Sequence[Looked]) -> frozenset[str] | None:
        """The traces that the rule's cap lets it extend; None where it has none. Who is extended already needs none."""
        most = self._most(work)
        if most is None or not traces:
            return None
        asked = [one.id for one in traces if one.kept is None]
        extended = frozenset(one.id for one in traces if one.kept is not None)
        given = self._caps.reserve(work.workspace, work.rule.id, self._month(), work.name, asked, most)
        return extended | given

    def _most(self, work: Pass) -> int | None:
        """How many upgrades a month the cap allows; None where there is no cap."""
        rule = work.rule
        if rule.monthly_cap_usd is None or not rule.upgrades:
            return None
        organization = self._access.workspace(work.workspace).organization
        return upgrades_within(rule.monthly_cap_usd, self._billing.plan(organization).upgrade_usd_per_1000)

    def _month(self) -> str:
        return month_of(self._clock.now_us())


def _extended(one: Application) -> bool:
    came = one.outcomes.get("extend")
    return came is not None and came.outcome == "success"
