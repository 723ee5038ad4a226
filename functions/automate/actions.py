"""What rules do with runs. Each action has names that follow from rule and run, so that doing it again is nothing.

An action that cannot be done says why, and the next one is taken; where a store does not answer, all waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from functions.automate.look import Looked
from shared.base.clock import Clock
from shared.base.errors import Rejected
from shared.queues.item import RunRef, item_id
from shared.retention.kept import Kept
from shared.rules.outcome import Outcome, failed, skipped, success
from shared.rules.rule import Action, Rule
from shared.runs.run import Run
from shared.store.annotation_queues import AnnotationQueues
from shared.store.applications import Application
from shared.store.datasets import Datasets
from shared.store.deliveries import Deliveries, Delivery, Kind, delivery_id
from shared.store.fates import fate_key, kept_in
from shared.store.parallel import side_by_side
from shared.store.ports import Store
from shared.store.questions import Questions

CAP_REACHED = "The monthly cap of this rule is reached: it is not kept longer by it."


class Claimed(NamedTuple):
    """An application that is to be done, and its trace."""

    application: Application
    looked: Looked

    @property
    def runs(self) -> list[Run]:
        """Its runs that may be read."""
        there = self.looked.whole.runs
        return [there[run_id].run for run_id in self.application.run_ids if run_id in there]


@dataclass(frozen=True)
class Bunch:
    """Applications of one rule that are done together, in a pass that looked at [`since_us`, `until_us`)."""

    workspace: str
    rule: Rule
    claimed: Sequence[Claimed]
    since_us: int
    until_us: int


class Actions:
    """Takes the actions of rules."""

    def __init__(self, store: Store, ask: Questions, clock: Clock) -> None:
        periods = ask.traces.periods
        self._table = store.traces
        self._queues = AnnotationQueues(store, clock, periods)
        self._datasets = Datasets(store, ask.traces, clock)
        self._deliveries = Deliveries(store.deliveries, store.traces, clock)
        self._upgrades = ask.upgrades
        self._clock = clock
        self._takes: dict[Action, Callable[[Bunch], list[Outcome]]] = {
            "queue": self._queue,
            "dataset": self._copy,
            "webhooks": lambda bunch: self._tell(bunch, "webhook", len(bunch.rule.webhooks)),
            "alerts": lambda bunch: self._tell(bunch, "alert", len(bunch.rule.alerts)),
            "extend": self._extend,
        }

    def take(self, bunch: Bunch) -> list[Application]:
        """Take all actions of the rule, each for all, in their order; gives what came of each application."""
        by_action = {action: self._takes[action](bunch) for action in bunch.rule.actions}
        each = (
            {action: outcomes[number] for action, outcomes in by_action.items()} for number in range(len(bunch.claimed))
        )
        return [one.application.done(outcomes) for one, outcomes in zip(bunch.claimed, each, strict=True)]

    def _queue(self, bunch: Bunch) -> list[Outcome]:
        """All at once; where they do not fit in, as many as do."""
        try:
            return self._queued(bunch, bunch.claimed)
        except Rejected:
            return [self._queued_alone(bunch, one) for one in bunch.claimed]

    def _queued_alone(self, bunch: Bunch, one: Claimed) -> Outcome:
        try:
            return self._queued(bunch, [one])[0]
        except Rejected as error:
            return failed(error.message)

    def _queued(self, bunch: Bunch, claimed: Sequence[Claimed]) -> list[Outcome]:
        queue = bunch.rule.queue or ""
        refs = [RunRef(run.id, run.trace_id, run.project, run.start_us) for one in claimed for run in one.runs]
        self._queues.add(bunch.workspace, queue, refs, bunch.rule.name, self._clock.now_us())
        return [success(items=[item_id(queue, run.id) for run in one.runs]) for one in claimed]

    def _copy(self, bunch: Bunch) -> list[Outcome]:
        return [self._copied(bunch, one) for one in bunch.claimed]

    def _copied(self, bunch: Bunch, one: Claimed) -> Outcome:
        rule, examples = bunch.rule, []
        try:
            for run in one.runs:
                added = self._datasets.add_run(
                    bunch.workspace,
                    rule.dataset or "",
                    one.looked.whole,
                    run,
                    prefers_correction=rule.prefers_correction,
                    by=rule.name,
                    at_us=one.application.at_us,
                )
                examples.append(added.id)
        except Rejected as error:
            return failed(error.message)
        return success(examples=examples)

    def _tell(self, bunch: Bunch, kind: Kind, receivers: int) -> list[Outcome]:
        """Hand messages over: what becomes of each is noted under its id when it is delivered."""
        deliveries = [
            [_delivery(bunch, one.application, kind, index) for index in range(receivers)] for one in bunch.claimed
        ]
        side_by_side(self._deliveries.send, [delivery for of_one in deliveries for delivery in of_one])
        return [success(deliveries=[delivery.id for delivery in of_one]) for of_one in deliveries]

    def _extend(self, bunch: Bunch) -> list[Outcome]:
        return side_by_side(lambda one: self._extended(bunch, one), bunch.claimed)

    def _extended(self, bunch: Bunch, one: Claimed) -> Outcome:
        kept = Kept("rule", bunch.rule.id, one.application.at_us, name=bunch.rule.name)
        first = one.looked.kept
        if first is not None and (first.kind, first.id) == (kept.kind, kept.id):
            return _kept_outcome(first, kept)
        if first is None and not one.application.may_extend:
            return skipped(CAP_REACHED)
        # Where something else keeps it, this is noted beside it: should anybody ask why, this rule would have.
        project = one.looked.stored.chunks[0].project
        extended = self._upgrades.extend(bunch.workspace, one.looked.id, kept, project=project)
        if extended.kind == "refused":
            return skipped(extended.sentence)
        one.looked.kept = kept if extended.kind == "first" else first or self._fate_of(bunch.workspace, one.looked.id)
        return _kept_outcome(one.looked.kept, kept)

    def _fate_of(self, workspace: str, trace_id: str) -> Kept | None:
        fate = self._table.get(fate_key(workspace, trace_id), consistent=True)
        return None if fate is None else kept_in(fate)


def _kept_outcome(first: Kept | None, kept: Kept) -> Outcome:
    """What came of an upgrade of a trace that is in the extended tier: it may have been by this very application."""
    if first is not None and (first.kind, first.id, first.at_us) == (kept.kind, kept.id, kept.at_us):
        return success()
    by = "another cause" if first is None else f"a {first.kind}" if first.id != kept.id else "this rule"
    return skipped(f"It is in the extended tier already, by {by}.")


def _delivery(bunch: Bunch, application: Application, kind: Kind, index: int) -> Delivery:
    rule, trace_id, run_ids = application.rule, application.trace_id, application.run_ids
    return Delivery(
        delivery_id(rule, kind, index, trace_id, run_ids),
        bunch.workspace,
        rule,
        kind,
        index,
        trace_id,
        run_ids,
        bunch.since_us,
        bunch.until_us,
    )
