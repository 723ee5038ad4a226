"""Whatever dies, comes twice, overlaps or comes in another order: all ends as after one clean pass."""

from __future__ import annotations

import dataclasses
import json
import tempfile
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.ids import new_receipt
from shared.datasets.dataset import Dataset
from shared.queues.queue import AnnotationQueue
from shared.rules.rule import Rule, Webhook
from shared.runs.fact import Envelope, FeedbackFact
from shared.store.annotation_queues import AnnotationQueues
from shared.store.datasets import Datasets
from shared.store.ports import Objects, Queue
from shared.store.rule_caps import RuleCaps
from tests.automate_room import AutomateRoom, failing, sound
from tests.erase_room import Watched, after, watched
from tests.operations import KEY_ID, WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US

ANY = settings(max_examples=40, deadline=None)
MS_US = 1_000
QUEUE, DATASET = str(uuid.uuid4()), str(uuid.uuid4())
RULES = (
    Rule(id=str(uuid.uuid4()), name="errors", filter='eq(status, "error")', extends=True),
    Rule(
        id=str(uuid.uuid4()),
        name="review",
        filter='or(eq(run_type, "tool"), eq(feedback_key, "user"))',
        queue=QUEUE,
        dataset=DATASET,
        webhooks=(Webhook("https://example.com"),),
        extend_for_dataset=True,
    ),
    Rule(id=str(uuid.uuid4()), name="some", sampling_rate=0.5, trace_filter='eq(name, "agent")', extend_only=True),
    Rule(id=str(uuid.uuid4()), name="few", extend_only=True, monthly_cap_usd=Decimal("0.01")),
)
FIRST, SECOND, PLAIN = failing(NOON_US + 1), failing(NOON_US + 2), [sound(NOON_US + n) for n in range(3, 7)]
LATE = post(uuid7(NOON_US + 50), NOON_US + 50, FIRST[0], name="late", run_type="tool")
ALL_TRACES = [facts[0].run_id for facts in (FIRST, SECOND, *PLAIN)]


class Died(BaseException):
    """The process ended here: nothing catches that."""


def feedback(run_id: str, number: int) -> Envelope:
    """A request with feedback that does not ask for a longer life."""
    body = {"id": uuid7(NOON_US), "key": "user", "score": 1, "run_id": run_id, "trace_id": run_id}
    text = json.dumps({**body, "extend_trace_retention": False}).encode()
    fact = FeedbackFact(str(body["id"]), run_id, run_id, text)
    return Envelope(new_receipt(NOON_US + number * MS_US), WORKSPACE, KEY_ID, [], feedback=[fact])


STORY = [
    envelope([FIRST[0], *SECOND[:2]], NOON_US + MS_US),
    envelope(FIRST[1:], NOON_US + 2 * MS_US),
    envelope(SECOND[2:], NOON_US + 3 * MS_US),
    envelope([fact for facts in PLAIN for fact in facts], NOON_US + 4 * MS_US),
    envelope([LATE, patch(LATE, NOON_US + 60)], NOON_US + 5 * MS_US),
    feedback(PLAIN[0][0].run_id, 6),
]


def clean(rules: Sequence[Rule] = RULES) -> dict[str, Any]:
    """How all ends where nothing dies, nothing overlaps, and each comes once and in order."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), rules)
        world.tell()
        return world.end()


class World(AutomateRoom):
    """The rooms with four rules, a queue and a dataset."""

    def __init__(self, folder: Path, rules: Sequence[Rule] = RULES) -> None:
        super().__init__(folder)
        self.queues = AnnotationQueues(self.store, self.clock, self.ask.traces.periods)
        self.datasets = Datasets(self.store, self.ask.traces, self.clock)
        self.queues.create(WORKSPACE, AnnotationQueue(QUEUE, "review", NOON_US, NOON_US))
        self.datasets.create(WORKSPACE, Dataset(DATASET, "golden", NOON_US, NOON_US))
        self.of_rules = []
        for rule in rules:
            self.clock.advance(0.001)
            self.of_rules.append(self.rules.write(WORKSPACE, rule))

    def tell(self, envelopes: Sequence[Envelope] = tuple(STORY)) -> None:
        """Record requests, each alone, a while after each other."""
        for one in envelopes:
            self.clock.advance(0.01)
            assert self.take(one) == []

    def watch(self, on_call: Callable[[], None]) -> None:
        """A process whose every call of any door is told of."""
        store = watched(self.store, on_call)
        queue, examples = Watched(self.store.deliveries, on_call), Watched(self.store.examples, on_call)
        self.over(dataclasses.replace(store, deliveries=cast("Queue", queue), examples=cast("Objects", examples)))

    def end(self) -> dict[str, Any]:
        """How all ends: two looks of a new process, and what there is then."""
        self.over(self.store)
        self.look()
        self.clock.advance(120)
        self.look()
        self.finish()
        queued = self.queues.items(WORKSPACE, QUEUE)
        examples = self.datasets.examples.listed(WORKSPACE, DATASET)
        return {
            "acted": {rule.name: self.acted(rule) for rule in self.of_rules},
            "done": {rule.name: self._results(rule) for rule in self.of_rules},
            "kept": sorted(one for one in ALL_TRACES if self.tier_of(one) == "extended"),
            "billed": sorted(one.trace_id for one in self.billed()),
            "queued": sorted(one.run_id for one in queued),
            "examples": len(examples),
            "told": {one.id: (one.trace_id, tuple(sorted(one.run_ids))) for one in self.sent()},
            "taken": RuleCaps(self.store.control).taken(WORKSPACE, RULES[3].id, "2026-11"),
        }

    def _results(self, rule: Rule) -> dict[str, list[str]]:
        """By trace, how each action but the longer life ended for each run; that is the same for all of a trace."""
        applications = [one for trace_id in ALL_TRACES for one in self.applications.of_trace(WORKSPACE, trace_id)]
        return {
            f"{one.trace_id} {run_id}": [
                f"{action} {outcome.outcome}" for action, outcome in one.outcomes.items() if action != "extend"
            ]
            for one in applications
            if one.rule == rule.id
            for run_id in one.run_ids
        }


CLEAN, CLEAN_UNCAPPED = clean(), clean(RULES[:3])


def test_one_clean_pass_is_what_it_should_be() -> None:
    """What the laws compare with: each run once by each rule that it is for, what these keep, and nothing else."""
    failed = {FIRST[0].run_id: [FIRST[1].run_id], SECOND[0].run_id: [SECOND[1].run_id]}
    assert CLEAN["acted"]["errors"] == failed
    tools = sorted([FIRST[1].run_id, LATE.run_id, SECOND[1].run_id])
    assert CLEAN["queued"] == sorted([*tools, PLAIN[0][0].run_id])
    assert CLEAN["examples"] == len(CLEAN["queued"])
    assert {trace_id for trace_id, _ in CLEAN["told"].values()} == {*failed, PLAIN[0][0].run_id}
    assert (len(CLEAN["kept"]), CLEAN["taken"]) == (5, 2)
    assert CLEAN["kept"] == CLEAN["billed"]
    assert {result for results in CLEAN["done"].values() for one in results.values() for result in one} == {
        "queue success",
        "dataset success",
        "webhooks success",
    }


@ANY
@given(calls=st.integers(0, 220), again=st.integers(0, 120))
def test_a_pass_that_dies_anywhere_ends_as_if_it_had_not(calls: int, again: int) -> None:
    """Killed before any call of any door, and then once more: the next pass does what is left, and nothing twice."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.tell()
        for deadly in (calls, again):
            world.watch(after(deadly, _die))
            with suppress(Died):
                world.look()
        assert world.end() == CLEAN


@ANY
@given(meet=st.integers(0, 200), calls=st.integers(0, 300))
def test_passes_that_overlap_anywhere_end_as_one(meet: int, calls: int) -> None:
    """A second process makes a whole pass, or dies in one, between any two calls of the first."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), RULES[:3])
        world.tell()

        def second() -> None:
            world.watch(after(calls, _die))
            with suppress(Died):
                world.look()

        world.watch(after(meet, second))
        world.look()
        assert world.end() == CLEAN_UNCAPPED


@ANY
@given(
    order=st.permutations(STORY), doubles=st.lists(st.sampled_from(STORY), max_size=3), looks=st.sets(st.integers(0, 9))
)
def test_neither_order_nor_doubles_nor_looks_between_matter(
    order: list[Envelope], doubles: list[Envelope], looks: set[int]
) -> None:
    """Requests come in any order, some twice, long after each other; rules look in between, or do not."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), RULES[:3])
        for number, one in enumerate([*order, *doubles]):
            world.clock.advance(700)
            assert world.take(one) == []
            if number in looks:
                world.look()
        assert _by_run(world.end()) == _by_run(CLEAN_UNCAPPED)


@ANY
@given(meets=st.lists(st.tuples(st.integers(0, 120), st.sampled_from(STORY)), max_size=4), before=st.integers(0, 3))
def test_what_comes_while_a_pass_is_at_work_is_not_missed(meets: list[tuple[int, Envelope]], before: int) -> None:
    """Requests are recorded between any two calls of a pass: by this one or the next, each is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), RULES[:3])
        world.tell(STORY[:before])
        waiting = dict(meets)
        counted = [0]

        def come() -> None:
            counted[0] += 1
            if counted[0] in waiting:
                world.take(waiting.pop(counted[0]))

        world.watch(come)
        world.look()
        world.tell()
        assert _by_run(world.end()) == _by_run(CLEAN_UNCAPPED)


def _by_run(ended: dict[str, Any]) -> dict[str, Any]:
    """The same, with each run that a webhook was told of, as often as it was: how they were cut may differ."""
    told = sorted((trace_id, run_id) for trace_id, run_ids in ended["told"].values() for run_id in run_ids)
    return {**ended, "told": told}


def _die() -> None:
    raise Died
