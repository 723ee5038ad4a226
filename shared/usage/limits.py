"""Limits of a month: who set them, how near they are, and what is said when one is reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from shared.usage.counts import WARN_SHARE
from shared.usage.month import Month
from shared.usage.plan import Plan, Terms

LimitType = Literal["monthly_traces", "monthly_longlived_traces"]
ENFORCED: LimitType = "monthly_traces"


class Limit(msgspec.Struct, frozen=True):
    """So many traces a month, of the whole organization where `workspace` is None. Units: microseconds since 1970."""

    id: str
    workspace: str | None
    limit_type: LimitType
    limit_value: int
    created_us: int
    updated_us: int


class Standing(msgspec.Struct, frozen=True):
    """How far a month's traces are towards one limit. `owner` says in words who set it, and so who may lift it."""

    month: str
    used: int
    limit: int
    owner: str
    until_us: int
    is_owners: bool = True
    """Set by an owner, and not by the plan."""

    @property
    def is_reached(self) -> bool:
        """Whether nothing more is taken."""
        return self.used >= self.limit

    @property
    def is_near(self) -> bool:
        """Whether its owner is to be warned."""
        return self.used >= WARN_SHARE * self.limit

    @property
    def sentence(self) -> str:
        """What a client is told that is refused."""
        return (
            f"The limit of {self.limit:,} traces a month, set by {self.owner}, is reached: {self.used:,} counted in "
            f"{self.month}. It begins anew with the next month (UTC); until then its owner may raise it"
        )


class Used(NamedTuple):
    """The traces of a month: of one workspace, and of its whole organization."""

    workspace: int
    organization: int


def standing_of(month: Month, terms: Terms, plan: Plan, limits: Iterable[Limit], used: Used) -> Standing | None:
    """The limit that a workspace is nearest to, by its share; None where it has none."""
    found = [_by(month, one, used) for one in limits if one.limit_type == ENFORCED]
    if plan.stops_without_billing and not terms.has_billing:
        owner = f"the plan {plan.name} without billing"
        stop = Standing(month.text, used.organization, plan.included_traces, owner, month.end_us, is_owners=False)
        found.append(stop)
    return max(found, key=lambda one: one.used / max(one.limit, 1) if one.limit else float("inf"), default=None)


def _by(month: Month, limit: Limit, used: Used) -> Standing:
    if limit.workspace is None:
        owner, count = "the owner of the organization", used.organization
    else:
        owner, count = "the owner of the workspace", used.workspace
    return Standing(month.text, count, limit.limit_value, owner, month.end_us)
