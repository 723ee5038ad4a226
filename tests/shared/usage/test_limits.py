"""Limits: the one that is nearest counts, and says who set it."""

from __future__ import annotations

import pytest

from shared.usage.limits import Limit, Place, Standing, Used, standings_of
from shared.usage.month import Month
from shared.usage.plan import Terms, plan_of

NOVEMBER = Month(2026, 11)
FREE = Terms("developer", has_billing=False)
PAID = Terms("developer")


def limit(value: int, workspace: str | None = "W") -> Limit:
    """An owner's limit."""
    return Limit("L", workspace, "monthly_traces", value, 0, 0)


def standing(terms: Terms, *limits: Limit, used: Used) -> Standing | None:
    """Where the workspace stands."""
    return next(iter(standings_of(NOVEMBER, terms, plan_of(terms), limits, used, Place("W", "O"))), None)


def test_the_nearest_limit_counts() -> None:
    """By its share: 60 of 100 in the workspace is nearer than 1,000 of 5,000 in the organization."""
    found = standing(FREE, limit(100), limit(4_000, None), used=Used(60, 1_000))
    assert found is not None
    assert (found.used, found.limit, found.owner) == (60, 100, "the owner of the workspace")
    found = standing(FREE, limit(100), limit(4_000, None), used=Used(60, 3_999))
    assert found is not None
    assert (found.limit, found.is_owners) == (4_000, True)


@pytest.mark.parametrize(
    ("used", "is_near", "is_reached"),
    [(3_999, False, False), (4_000, True, False), (4_999, True, False), (5_000, True, True)],
)
def test_a_plan_without_billing_stops_at_what_is_included(used: int, is_near: bool, is_reached: bool) -> None:
    """It warns from 80 % on, and says which plan it is; who pays goes on."""
    found = standing(FREE, used=Used(used, used))
    assert found is not None
    assert (found.is_near, found.is_reached) == (is_near, is_reached)
    assert "Developer without billing" in found.sentence
    assert standing(PAID, used=Used(used, used)) is None


def test_a_limit_of_nought_is_reached_at_once() -> None:
    """It is how one stops a workspace."""
    found = standing(PAID, limit(0), limit(10), used=Used(0, 0))
    assert found is not None
    assert found.is_reached
