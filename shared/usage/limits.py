"""Limits of a month: who set them, how near they are, and what is said when one is reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from shared.usage.counts import WARN_SHARE
from shared.usage.month import Month
from shared.usage.plan import Plan, Terms

LimitType = Literal["monthly_traces", "monthly_longlived_traces"]
WhenReached = Literal["reject", "base_only", "sample"]
"""What becomes of new traces beyond a limit of traces: none is taken; each is, in the base tier alone and without
upgrades; or a share of them, drawn by the trace's id."""
TRACES: LimitType = "monthly_traces"
UPGRADES: LimitType = "monthly_longlived_traces"
DEFAULT_RATE = 0.1
"""Of new traces, where somebody chose to have a sample and did not say how large."""
_WORDS: dict[LimitType, str] = {TRACES: "traces", UPGRADES: "extended traces"}


class Limit(msgspec.Struct, frozen=True, omit_defaults=True):
    """So many traces a month, of the whole organization where `workspace` is None. Units: microseconds since 1970.

    `sample_rate` is the share of new traces that is taken beyond it, where `when_reached` says so.
    """

    id: str
    workspace: str | None
    limit_type: LimitType
    limit_value: int
    created_us: int
    updated_us: int
    when_reached: WhenReached = "reject"
    sample_rate: float = DEFAULT_RATE


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a month's traces, or upgrades, are towards one limit.

    `owner` says in words who set it, and so who may lift it; `scope` is the id of what it limits: a workspace, or
    an organization. `reached_us` is when it was first seen to be reached.
    """

    month: str
    used: int
    limit: int
    owner: str
    until_us: int
    scope: str = ""
    limit_id: str = ""
    limit_type: LimitType = TRACES
    is_owners: bool = True
    """Set by an owner, and not by the plan."""
    when_reached: WhenReached = "reject"
    sample_rate: float = DEFAULT_RATE
    reached_us: int | None = None

    @property
    def is_reached(self) -> bool:
        """Whether nothing more is taken."""
        return self.used >= self.limit

    @property
    def is_near(self) -> bool:
        """Whether its owner is to be warned."""
        return self.used >= WARN_SHARE * self.limit

    @property
    def share(self) -> float:
        """How much of it is used: 1 is all."""
        return self.used / self.limit if self.limit else float("inf")

    @property
    def stops_traces(self) -> bool:
        """Whether no trace is taken now."""
        return self.is_reached and self.limit_type == TRACES and self.when_reached == "reject"

    @property
    def samples_traces(self) -> bool:
        """Whether some new traces are left out now."""
        return self.is_reached and self.limit_type == TRACES and self.when_reached == "sample"

    @property
    def stops_upgrades(self) -> bool:
        """Whether no trace comes into the extended tier now."""
        return self.is_reached and (self.limit_type == UPGRADES or self.when_reached == "base_only")

    def at(self, now_us: int) -> Standing:
        """The same as it is then: a month that was not counted yet has used nothing."""
        if now_us < self.until_us:
            return self
        month = Month.of(now_us)
        return msgspec.structs.replace(self, month=month.text, used=0, until_us=month.end_us, reached_us=None)

    def with_more(self, count: int) -> Standing:
        """The same with so many more used."""
        return msgspec.structs.replace(self, used=self.used + count)

    @property
    def noun(self) -> str:
        """What it counts, in words."""
        return _WORDS[self.limit_type]

    @property
    def warning(self) -> str:
        """What its owner is told from 80 % on."""
        return (
            f"{self.used:,} of the {self.limit:,} {self.noun} that {self.owner} allows in {self.month} are used. "
            f"{self.consequence}"
        )

    @property
    def consequence(self) -> str:
        """What happens beyond it."""
        if self.limit_type == UPGRADES:
            return "Beyond it nothing more is upgraded; what is refused is listed"
        return {
            "reject": "Beyond it no trace is taken",
            "base_only": "Beyond it traces are taken in the base tier alone, and nothing is upgraded",
            "sample": f"Beyond it {self.sample_rate:.0%} of new traces are taken",
        }[self.when_reached]

    @property
    def sentence(self) -> str:
        """What a client is told that is refused."""
        return (
            f"The limit of {self.limit:,} {self.noun} a month, set by {self.owner}, is reached: "
            f"{self.used:,} counted in {self.month}. It begins anew with the next month (UTC); until then its owner "
            "may raise it"
        )


class Used(NamedTuple):
    """What was used in a month: by one workspace, and by its whole organization."""

    workspace: int
    organization: int
    workspace_upgrades: int = 0
    organization_upgrades: int = 0

    def of(self, limit_type: LimitType, *, is_whole: bool) -> int:
        """How many count towards such a limit."""
        if limit_type == UPGRADES:
            return self.organization_upgrades if is_whole else self.workspace_upgrades
        return self.organization if is_whole else self.workspace


class Place(NamedTuple):
    """The ids of a workspace and its organization."""

    workspace: str
    organization: str


def standings_of(
    month: Month, terms: Terms, plan: Plan, limits: Iterable[Limit], used: Used, place: Place
) -> list[Standing]:
    """Where a workspace stands towards each limit that counts for it, the nearest first."""
    found = [_by(month, one, used, place) for one in limits]
    if plan.stops_without_billing and not terms.has_billing:
        owner = f"the plan {plan.name} without billing"
        count, most = used.organization, plan.included_traces
        stop = Standing(month.text, count, most, owner, month.end_us, place.organization, f"plan-{plan.id}")
        found.append(msgspec.structs.replace(stop, is_owners=False))
    return sorted(found, key=lambda one: -one.share)


def first_reached(standings: Sequence[Standing], before: Sequence[Standing], now_us: int) -> list[Standing]:
    """The same with the moments at which they were reached: those that are known, else now."""
    known = {_id(one): one.reached_us for one in before if one.is_reached}
    return [
        msgspec.structs.replace(one, reached_us=known.get(_id(one)) or now_us) if one.is_reached else one
        for one in standings
    ]


def _id(standing: Standing) -> tuple[str, int, str, str]:
    return standing.limit_id, standing.limit, standing.month, standing.when_reached


def _by(month: Month, limit: Limit, used: Used, place: Place) -> Standing:
    is_whole = limit.workspace is None
    return Standing(
        month=month.text,
        used=used.of(limit.limit_type, is_whole=is_whole),
        limit=limit.limit_value,
        owner="the owner of the organization" if is_whole else "the owner of the workspace",
        until_us=month.end_us,
        scope=place.organization if is_whole else place.workspace,
        limit_id=limit.id,
        limit_type=limit.limit_type,
        when_reached=limit.when_reached,
        sample_rate=limit.sample_rate,
    )
