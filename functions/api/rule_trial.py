"""A dry run: what a rule would have done over the last days, found by the code that would do it.

It comes in parts (ADR 14): each walks the heads on from where the one before stopped, newest first, and adds what it
finds to what was found. What was found travels in the cursor, so a part is all that it takes to know everything yet.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from functions.api.patience import Patience
from shared.base.units import US_PER_DAY
from shared.retention.periods import Tier
from shared.rules.rule import Rule
from shared.rules.sampling import is_drawn
from shared.runs.run import Run
from shared.store.filters import Filters
from shared.store.heads import Head
from shared.store.questions import Questions
from shared.store.rule_matches import filters_of, matches, open_payloads
from shared.store.runlog import position_of
from shared.store.walk import Position, Window
from shared.store.whole import WholeTrace, WholeTraces

NEWEST = 10
"""Of the traces in the sample."""
SPREAD = 10
"""Of all others, each as likely as any."""
_SHOWN_CHARS = 100
_BATCH_TRACES = 100
_BATCH_RUNS = 10_000
"""Read together: some tenths of a second."""


class Day(msgspec.Struct, array_like=True):
    """The traces whose roots started on one day (UTC): all, those that match, those drawn, those it would upgrade."""

    traces: int = 0
    matched: int = 0
    drawn: int = 0
    upgrades: int = 0


class Sampled(msgspec.Struct, array_like=True, frozen=True):
    """One trace that matches, by its first run that does."""

    trace_id: str
    run_id: str
    project: str
    name: str
    run_type: str
    status: str
    start_us: int
    matched_runs: int
    is_drawn: bool
    tier: Tier


class Found(msgspec.Struct, array_like=True):
    """What a dry run has found so far; times are microseconds, days are counted since 1970.

    `own_upgrades` of the `upgrades` were made by the very rule, before.
    """

    days: dict[int, Day] = {}
    matched_runs: int = 0
    drawn_runs: int = 0
    extended: int = 0
    own_upgrades: int = 0
    newest: list[Sampled] = []
    spread: list[tuple[bytes, Sampled]] = []

    def total(self, name: str) -> int:
        """The sum of one column of the days."""
        return sum(getattr(day, name) for day in self.days.values())

    @property
    def sample(self) -> list[Sampled]:
        """The newest traces that match, and some of the others, newest first."""
        chosen = [*self.newest, *(one for _, one in self.spread)]
        return sorted(chosen, key=lambda one: (one.start_us, one.trace_id), reverse=True)

    def add_to_sample(self, one: Sampled) -> None:
        """Take a trace into the sample, if it is among those; traces must come newest first."""
        if len(self.newest) < NEWEST:
            self.newest.append(one)
            return
        lot = hashlib.sha256(one.trace_id.encode()).digest()[:8]
        self.spread = heapq.nsmallest(SPREAD, [*self.spread, (lot, one)], key=lambda drawn: drawn[0])


class Part(NamedTuple):
    """Where a part of the dry run stopped: behind which trace, None where there is no more."""

    found: Found
    looked_at: int
    reached: Position | None


class RuleTrial:
    """One rule tried on one workspace; `projects` are those that it is for."""

    def __init__(self, ask: Questions, workspace: str, rule: Rule, projects: Sequence[str]) -> None:
        self._ask = ask
        self._workspace = workspace
        self._rule = rule
        self._projects = projects
        self._filters = filters_of(rule)
        self._on_root = Filters(on_root=self._filters.on_root)
        self._whole = WholeTraces(ask, ask.prices)

    def go_on(self, found: Found, window: Window, patience: Patience) -> Part:
        """Add what is behind `window.after`, until the patience is over. `found` is changed."""
        looked_at, reached = 0, window.after
        for batch in _batches(self._heads(window)):
            for head, whole, runs in self._looked_at(batch):
                self._add(found, head, whole, runs)
            looked_at += len(batch)
            reached = position_of(batch[-1].root)
            if patience.is_over(has_found=True):
                return Part(found, looked_at, reached)
        return Part(found, looked_at, None)

    def _heads(self, window: Window) -> Iterator[Head]:
        walks = (self._ask.heads.walk(self._workspace, project, window) for project in self._projects)
        return heapq.merge(*walks, key=lambda head: position_of(head.root), reverse=window.newest_first)

    def _looked_at(self, heads: Sequence[Head]) -> Iterator[tuple[Head, WholeTrace | None, list[Run]]]:
        """Each head with the runs that match, and its trace, where that had to be read."""
        told = {head.trace_id: self._told(head) for head in heads}
        unread = [head.trace_id for head in heads if told[head.trace_id] is None]
        wholes = self._whole.many(self._workspace, unread)
        project = self._rule.project
        open_payloads(self._whole, [(whole, self._filters, project) for whole in wholes.values()])
        for head in heads:
            whole = wholes.get(head.trace_id)
            found = matches(whole, self._filters, project) if whole is not None else told[head.trace_id]
            yield head, whole, found or []

    def _told(self, head: Head) -> list[Run] | None:
        """The runs of a trace that match, where its head alone tells; None where it does not.

        Why a trace is extended is told by the trace alone.
        """
        root = head.root
        if self._filters.bounds.is_root is not True:
            return [] if self._on_root.judge(root, head) is False else None
        answer = self._filters.judge(root, head)
        if answer is None or (answer and head.tier == "extended"):
            return None
        is_ours = root.status != "pending" and self._rule.project in {None, root.project}
        return [root] if answer and is_ours else []

    def _add(self, found: Found, head: Head, whole: WholeTrace | None, runs: Sequence[Run]) -> None:
        day = found.days.setdefault(head.root.asked_start_us // US_PER_DAY, Day())
        day.traces += 1
        if not runs:
            return
        drawn = is_drawn(self._rule.id, head.trace_id, self._rule.sampling_rate)
        day.matched += 1
        found.matched_runs += len(runs)
        if drawn:
            day.drawn += 1
            found.drawn_runs += len(runs)
            self._price(found, day, whole)
        tier = "base" if whole is None else whole.tier
        found.add_to_sample(_sampled(head.trace_id, runs, tier, is_drawn=drawn))

    def _price(self, found: Found, day: Day, whole: WholeTrace | None) -> None:
        """Whether acting on this trace would upgrade it, or did. One that was not read is in the base tier."""
        kept = None if whole is None else whole.kept
        is_own = kept is not None and (kept.kind, kept.id) == ("rule", self._rule.id)
        is_extended = whole is not None and whole.tier == "extended"
        found.extended += is_extended and not is_own
        found.own_upgrades += is_own
        day.upgrades += self._rule.upgrades and (is_own or not is_extended)


def _batches(heads: Iterator[Head]) -> Iterator[list[Head]]:
    """So many heads as are worth reading together, and no more runs than that."""
    while batch := list(islice(heads, 1)):
        runs = batch[0].runs
        for head in islice(heads, _BATCH_TRACES - 1):
            batch.append(head)
            runs += head.runs
            if runs >= _BATCH_RUNS:
                break
        yield batch


def _sampled(trace_id: str, runs: Sequence[Run], tier: Tier, *, is_drawn: bool) -> Sampled:
    first = runs[0]
    return Sampled(
        trace_id=trace_id,
        run_id=first.id,
        project=first.project,
        name=first.name[:_SHOWN_CHARS],
        run_type=first.run_type,
        status=first.status,
        start_us=first.asked_start_us,
        matched_runs=len(runs),
        is_drawn=is_drawn,
        tier=tier,
    )
