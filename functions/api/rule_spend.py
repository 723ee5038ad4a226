"""What rules' upgrades of a month cost: at LangSmith's list price, and in the owner's AWS account."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from functions.api.usage_reader import LIST_PLAN
from shared.rules.cap import price_of
from shared.store.ports import Table
from shared.store.tally import usage_prices
from shared.store.usage import UsageRows
from shared.usage.aws_cost import measured
from shared.usage.month import Month
from shared.usage.plan import shipped


class Cost(NamedTuple):
    """Dollars of the same: by LangSmith's list price with nothing included, and about what AWS bills more."""

    list_price_usd: Decimal
    aws_usd: Decimal


class Spend:
    """The upgrades of one month and workspace, as last counted: by rule and day, and by cause."""

    def __init__(self, control: Table, workspace: str, month: Month) -> None:
        counted, self.counted_at_us = UsageRows(control).upgrades(workspace, month)
        self.month = month
        self._by_rule: dict[str, Counter[int]] = {}
        self.by_cause: Counter[str] = Counter()
        for one in counted:
            self.by_cause[one.cause] += one.traces
            if one.cause == "rule":
                self._by_rule.setdefault(one.cause_id, Counter())[one.day] += one.traces

    @property
    def rules(self) -> list[str]:
        """The rules that upgraded any trace, those with the most first."""
        return sorted(self._by_rule, key=lambda rule: (-self.of(rule), rule))

    def of(self, rule_id: str) -> int:
        """How many traces a rule upgraded."""
        return sum(self._by_rule.get(rule_id, Counter()).values())

    def by_day(self, rule_id: str) -> dict[int, int]:
        """The same by day, counted since 1970."""
        return dict(sorted(self._by_rule.get(rule_id, Counter()).items()))


def upgrade_cost(upgrades: int) -> Cost:
    """What so many upgrades cost more than the same traces in the base tier."""
    return Cost(price_of(upgrades, usd_per_1000_upgrades()), upgrades * _aws_upgrade_usd())


def full_price_usd(traces: int, upgrades: int) -> Decimal:
    """LangSmith's list price of these traces altogether, so many of them extended."""
    plan = shipped()[LIST_PLAN]
    return price_of(traces, plan.base_usd_per_1000) + price_of(upgrades, plan.upgrade_usd_per_1000)


def usd_per_1000_upgrades() -> Decimal:
    """LangSmith's list price of them."""
    return shipped()[LIST_PLAN].upgrade_usd_per_1000


def _aws_upgrade_usd() -> Decimal:
    return sum(measured().upgrade.usd(usage_prices()).values(), Decimal(0))
