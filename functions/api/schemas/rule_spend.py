"""What rules and other causes spent in a month, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from functions.api.rule_spend import Spend, upgrade_cost, usd_per_1000_upgrades
from functions.api.schemas.billing import day_text
from functions.api.schemas.moments import utc
from shared.rules.rule import Rule
from shared.wire.money import amount


def spend_object(spend: Spend, rules: Sequence[Rule]) -> dict[str, Any]:
    """Each rule that is there, or that upgraded anything; those with the most upgrades first. And each cause."""
    known = {one.id: one for one in rules}
    idle = [one.id for one in rules if not spend.of(one.id)]
    return {
        "month": spend.month.text,
        "counted_at": utc(spend.counted_at_us or None),
        "langsmith_usd_per_1000_upgrades": amount(usd_per_1000_upgrades()),
        "rules": [_of_rule(spend, one, known.get(one)) for one in [*spend.rules, *idle]],
        "by_cause": [{"cause": cause, **_cost(count)} for cause, count in spend.by_cause.most_common()],
        "total": _cost(spend.by_cause.total()),
    }


def _of_rule(spend: Spend, rule_id: str, rule: Rule | None) -> dict[str, Any]:
    """One rule; without a name where it is gone."""
    return {
        "rule_id": rule_id,
        "display_name": None if rule is None else rule.name,
        "monthly_cap_usd": None if rule is None else amount(rule.monthly_cap_usd),
        **_cost(spend.of(rule_id)),
        "by_day": [{"day": day_text(day), "upgrades": count} for day, count in spend.by_day(rule_id).items()],
    }


def _cost(upgrades: int) -> dict[str, Any]:
    cost = upgrade_cost(upgrades)
    return {
        "upgrades": upgrades,
        "langsmith_extra_usd": amount(cost.list_price_usd),
        "aws_extra_usd": amount(cost.aws_usd),
    }
