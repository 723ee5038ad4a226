"""What rules do: in their order, by names that make doing it again nothing, and each says how it went."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from shared.base.ids import new_uuid
from shared.datasets.dataset import Dataset
from shared.queues.queue import AnnotationQueue
from shared.rules.rule import ACTIONS, Alert, Rule, Webhook
from shared.store.annotation_queues import AnnotationQueues
from shared.store.applications import Application
from shared.store.datasets import Datasets
from shared.store.deliveries import delivery_id
from shared.store.rule_caps import RuleCaps
from tests.automate_room import AutomateRoom, failing, sent_at, sound
from tests.operations import WORKSPACE, patch, post, uuid7
from tests.stores import NOON_US

MONTH = "2026-11"


class Shop(AutomateRoom):
    """A queue and a dataset beside the rooms."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.queues = AnnotationQueues(self.store, self.clock, self.ask.traces.periods)
        self.datasets = Datasets(self.store, self.ask.traces, self.clock)
        self.queue = self.queues.create(WORKSPACE, AnnotationQueue(new_uuid(), "review", NOON_US, NOON_US)).id
        self.dataset = self.datasets.create(WORKSPACE, Dataset(new_uuid(), "golden", NOON_US, NOON_US)).id

    def only(self, rule: Rule, trace_id: str) -> Application:
        """The one time that a rule acted on a trace."""
        [application] = [one for one in self.applications.of_trace(WORKSPACE, trace_id) if one.rule == rule.id]
        return application

    def refused(self, rule: Rule, traces: list[str]) -> int:
        """How many of the traces a rule did not extend, and said so."""
        outcomes = [self.only(rule, trace_id).outcomes["extend"] for trace_id in traces]
        return sum(one.outcome == "skipped" and "cap" in str(one.payload["reason"]) for one in outcomes)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """With nothing in it yet."""
    return Shop(tmp_path)


def test_a_rule_takes_all_its_actions_in_their_order(shop: Shop) -> None:
    """Queue, dataset, webhooks, alerts, and the longer life; the trail says what each made."""
    rule = shop.rule(
        filter='eq(status, "error")',
        queue=shop.queue,
        dataset=shop.dataset,
        webhooks=(Webhook("https://example.com/a"), Webhook("https://example.com/b")),
        alerts=(Alert("sns"),),
        extend_for_webhook=True,
    )
    facts = failing()
    run_id, trace_id = facts[1].run_id, sent_at(shop, facts)
    shop.look()
    application = shop.only(rule, trace_id)
    assert tuple(application.outcomes) == ACTIONS
    assert {one.outcome for one in application.outcomes.values()} == {"success"}
    [item] = shop.queues.items(WORKSPACE, shop.queue)
    assert (item.run_id, application.outcomes["queue"].payload) == (run_id, {"items": [item.id]})
    [example] = shop.datasets.some(WORKSPACE, application.outcomes["dataset"].payload["examples"])  # type: ignore[arg-type]
    assert (example.source_run, example.dataset) == (run_id, shop.dataset)
    sent = {one.id: (one.kind, one.index, one.trace_id, one.run_ids) for one in shop.sent()}
    wanted = [("webhook", 0), ("webhook", 1), ("alert", 0)]
    assert sorted(sent.values()) == sorted((kind, index, trace_id, (run_id,)) for kind, index in wanted)
    assert set(sent) == {delivery_id(rule.id, kind, index, trace_id, [run_id]) for kind, index in wanted}  # type: ignore[arg-type]
    assert shop.tier_of(trace_id) == "extended"


def test_a_rule_that_does_not_extend_leaves_the_trace_in_its_tier(shop: Shop) -> None:
    """Its own switch and those of its actions are off: filling a queue keeps nothing longer."""
    rule = shop.rule(queue=shop.queue)
    trace_id = sent_at(shop, sound())
    shop.look()
    assert (shop.tier_of(trace_id), tuple(shop.only(rule, trace_id).outcomes)) == ("base", ("queue",))


def test_an_action_that_cannot_be_done_says_why_and_the_others_are(shop: Shop) -> None:
    """A queue that was deleted is no reason to keep nothing; nor is it tried again and again."""
    rule = shop.rule(queue=new_uuid(), dataset=new_uuid(), extends=True)
    trace_id = sent_at(shop, sound())
    shop.look()
    outcomes = shop.only(rule, trace_id).outcomes
    assert [one.outcome for one in outcomes.values()] == ["error", "error", "success"]
    assert str(rule.queue) in str(outcomes["queue"].payload["reason"])
    shop.clock.advance(600)
    assert shop.look()["applied"] == 0


def test_a_rule_without_an_action_is_not_even_looked_for(shop: Shop) -> None:
    """There is nothing that it could do."""
    shop.rule(extend_only=False)
    sent_at(shop, sound())
    assert shop.look() == {"rules": 0, "looked": 0, "applied": 0}


def test_a_cap_is_a_number_of_upgrades_a_month(shop: Shop) -> None:
    """At $4.50 per 1,000, two cents are four; the rest are told why not, and their other actions are taken."""
    rule = shop.rule(queue=shop.queue, extends=True, monthly_cap_usd=Decimal("0.02"))
    traces = [sent_at(shop, sound(NOON_US + n)) for n in range(6)]
    shop.look()
    assert [shop.tier_of(one) for one in traces].count("extended") == 4
    assert shop.refused(rule, traces) == 2
    assert len(shop.queues.items(WORKSPACE, shop.queue)) == 6
    assert RuleCaps(shop.store.control).taken(WORKSPACE, rule.id, MONTH) == 4
    shop.clock.advance(11 * 86_400)
    december = sent_at(shop, sound(shop.clock.now_us()))
    shop.look()
    assert shop.tier_of(december) == "extended"


def test_what_another_cause_keeps_is_not_taken_from_the_cap(shop: Shop) -> None:
    """Of two rules, the second finds the trace kept: it costs it nothing."""
    first = shop.rule(monthly_cap_usd=Decimal("0.02"))
    shop.clock.advance(1)
    second = shop.rule(monthly_cap_usd=Decimal("0.02"))
    trace_id = sent_at(shop, sound())
    shop.look()
    caps = RuleCaps(shop.store.control)
    taken = [caps.taken(WORKSPACE, rule.id, MONTH) for rule in (first, second)]
    assert (shop.tier_of(trace_id), taken) == ("extended", [1, 0])


def test_many_runs_are_acted_on_some_hundred_at_a_time(shop: Shop) -> None:
    """A trace with a thousand runs is claimed in pieces, kept once, and counted once against the cap."""
    rule = shop.rule(extends=True, monthly_cap_usd=Decimal(1))
    facts = failing()
    starts = [NOON_US + n for n in range(500)]
    leaves = [post(uuid7(start_us), start_us, facts[0], name="leaf") for start_us in starts]
    trace_id = sent_at(shop, [*facts, *leaves, *(patch(one, NOON_US + 900) for one in leaves)])
    shop.look()
    applications = shop.applications.of_trace(WORKSPACE, trace_id)
    assert [(one.number, len(one.run_ids), one.outcomes["extend"].outcome) for one in applications] == [
        (0, 500, "success"),
        (1, 2, "skipped"),
    ]
    assert RuleCaps(shop.store.control).taken(WORKSPACE, rule.id, MONTH) == 1
