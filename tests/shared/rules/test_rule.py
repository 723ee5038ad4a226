"""What a rule says of itself."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from shared.rules.rule import Alert, Rule, Webhook

ALL = Rule(
    id="r",
    name="all",
    queue="q",
    dataset="d",
    webhooks=(Webhook("https://example.com"),),
    alerts=(Alert("sns"),),
    extends=True,
    monthly_cap_usd=Decimal("0.45"),
)


def test_actions_come_in_their_order() -> None:
    """Queue, dataset, webhook, alert, and the longer life last."""
    assert ALL.actions == ("queue", "dataset", "webhooks", "alerts", "extend")


def test_extend_only_does_nothing_else() -> None:
    """A rule that only extends leaves its other actions out."""
    assert msgspec.structs.replace(ALL, extend_only=True).actions == ("extend",)


@pytest.mark.parametrize(
    ("rule", "upgrades"),
    [
        (Rule(id="r", name="", queue="q"), False),
        (Rule(id="r", name="", queue="q", extend_for_queue=True), True),
        (Rule(id="r", name="", extend_for_queue=True), False),
        (Rule(id="r", name="", dataset="d", extend_for_dataset=True), True),
        (Rule(id="r", name="", webhooks=(Webhook("https://a"),), extend_for_webhook=True), True),
        (Rule(id="r", name="", webhooks=(Webhook("https://a"),), extend_for_webhook=False), False),
        (Rule(id="r", name="", extends=True), True),
        (Rule(id="r", name="", extend_only=True), True),
    ],
)
def test_a_rule_upgrades_by_its_own_switch_or_that_of_an_action_it_has(rule: Rule, *, upgrades: bool) -> None:
    """The switch of an action that the rule does not have means nothing."""
    assert rule.upgrades is upgrades


def test_a_rule_survives_being_stored() -> None:
    """Encoded and decoded it is the same, money included."""
    assert msgspec.json.decode(msgspec.json.encode(ALL), type=Rule) == ALL
