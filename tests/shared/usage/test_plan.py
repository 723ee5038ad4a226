"""Plans: what is included and what one more costs, all of it data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.base.errors import Malformed
from shared.usage.month import Month
from shared.usage.plan import DEFAULT, Change, Terms, plan_of, shipped, terms_of


def test_the_shipped_plans_are_those_that_are_known() -> None:
    """Developer 5,000, Plus 10,000, at $0.50 and $4.50 a thousand; only Developer stops where nobody pays."""
    included = {name: plan.included_traces for name, plan in shipped().items()}
    assert included == {"developer": 5_000, "plus": 10_000, "enterprise": 0}
    rates = {(plan.base_usd_per_1000, plan.upgrade_usd_per_1000) for plan in shipped().values()}
    assert rates == {(Decimal("0.50"), Decimal("4.50"))}
    assert [name for name, plan in shipped().items() if plan.stops_without_billing] == ["developer"]


def test_only_enterprise_has_terms_of_its_own() -> None:
    """What was agreed counts there, and is refused elsewhere."""
    agreed = plan_of(Terms("enterprise", included_traces=1_000_000, base_usd_per_1000=Decimal("0.2")))
    assert (agreed.included_traces, agreed.base_usd_per_1000) == (1_000_000, Decimal("0.2"))
    assert agreed.upgrade_usd_per_1000 == Decimal("4.50")
    with pytest.raises(Malformed, match="only enterprise"):
        plan_of(Terms("plus", included_traces=7))


@pytest.mark.parametrize(
    "terms",
    [Terms("gold"), Terms("enterprise", included_traces=-1), Terms("enterprise", base_usd_per_1000=Decimal(-1))],
)
def test_terms_that_cannot_be_are_refused(terms: Terms) -> None:
    """By name."""
    with pytest.raises(Malformed):
        plan_of(terms)


def test_a_month_is_billed_by_the_terms_at_its_end() -> None:
    """A change on its last moment counts for all of it, one a moment later for the next."""
    november = Month(2026, 11)
    changes = [Change(november.end_us - 1, Terms("plus")), Change(november.end_us, Terms("developer"))]
    months = (november.before, november, november.next)
    assert [terms_of(month, changes).plan for month in months] == [DEFAULT.plan, "plus", "developer"]
