"""What a dry run answers: what matched, what it would cost, and what a month would come to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from functions.api.rule_spend import Spend, full_price_usd, upgrade_cost
from functions.api.rule_trial import Day, Found, Sampled
from functions.api.schemas.billing import day_text
from functions.api.schemas.moments import utc
from shared.base.units import US_PER_DAY
from shared.rules.cap import upgrades_within
from shared.rules.rule import Rule
from shared.usage.aws_cost import measured
from shared.usage.forecast import Forecast, forecast
from shared.wire.money import amount
from shared.wire.run_parts import WIRE_TIERS

MONTH_DAYS = 30
_NONE = Day()
_SOURCE = "LangSmith's list price; {aws}"


class Tried(NamedTuple):
    """A dry run as far as it has come.

    `first_day` is the first day (since 1970) of which all could be seen: it is whole, its project was there, and
    nothing of it had ended yet. Units: times are microseconds.
    """

    rule: Rule
    found: Found
    since_us: int
    until_us: int
    reached_us: int | None
    first_day: int
    spends: list[Spend]
    capped_at: Decimal
    """Dollars for 1,000 upgrades, as the cap counts them: by the organization's plan."""

    @property
    def whole_days(self) -> range:
        """The days that a forecast goes by: all seen, over, and looked at."""
        first = self.first_day
        if self.reached_us is not None:
            first = max(first, self.reached_us // US_PER_DAY + 1)
        return range(first, self.until_us // US_PER_DAY)

    def counts(self, name: str) -> list[int]:
        """One column of the whole days."""
        return [getattr(self.found.days.get(day, _NONE), name) for day in self.whole_days]

    def did(self, day: int) -> int:
        """How many traces the rule upgraded on a day."""
        return sum(spend.by_day(self.rule.id).get(day, 0) for spend in self.spends)


def trial_object(tried: Tried, *, is_known: bool) -> dict[str, Any]:
    """All that is found so far; `is_known` where the rule exists, and so did something."""
    found = tried.found
    upgrades = found.total("upgrades")
    return {
        "rule_id": tried.rule.id,
        "since": utc(tried.since_us),
        "until": utc(tried.until_us),
        "traces": found.total("traces"),
        "matched": {"traces": found.total("matched"), "runs": found.matched_runs},
        "acted_on": {"traces": found.total("drawn"), "runs": found.drawn_runs},
        "extended_already": found.extended,
        "upgrades": upgrades,
        "upgraded_by_this_rule": found.own_upgrades,
        "sample": [_sampled(one) for one in found.sample],
        "by_day": list(_by_day(tried, is_known=is_known)),
        "price": _price(found.total("drawn"), found.extended + upgrades, upgrades),
        "month": _month(tried),
        "cap": _cap(tried),
        "did": _did(tried) if is_known else None,
    }


def _sampled(one: Sampled) -> dict[str, Any]:
    return {
        "trace_id": one.trace_id,
        "run_id": one.run_id,
        "session_id": one.project,
        "run_name": one.name,
        "run_type": one.run_type,
        "status": one.status,
        "start_time": utc(one.start_us),
        "matched_runs": one.matched_runs,
        "is_drawn": one.is_drawn,
        "trace_tier": WIRE_TIERS[one.tier],
    }


def _by_day(tried: Tried, *, is_known: bool) -> Iterator[dict[str, Any]]:
    """Each day of the window that was looked at, the oldest first, also those of nothing."""
    first_us = tried.since_us if tried.reached_us is None else tried.reached_us
    last = max(tried.until_us // US_PER_DAY, *tried.found.days, 0)
    for number in range(first_us // US_PER_DAY, last + 1):
        day = tried.found.days.get(number, _NONE)
        yield {
            "day": day_text(number),
            "traces": day.traces,
            "matched": day.matched,
            "acted_on": day.drawn,
            "upgrades": day.upgrades,
            "did": tried.did(number) if is_known else None,
        }


def _price(traces: int, extended: int, upgrades: int) -> dict[str, Any]:
    """What the traces that it acts on cost: altogether at LangSmith, and more because of the rule there and here."""
    extra = upgrade_cost(upgrades)
    return {
        "langsmith_usd": amount(full_price_usd(traces, extended)),
        "langsmith_extra_usd": amount(extra.list_price_usd),
        "aws_extra_usd": amount(extra.aws_usd),
        "source": _SOURCE.format(aws=measured().upgrade_source),
    }


def _month(tried: Tried) -> dict[str, Any] | None:
    """What a month of such days comes to; None before a whole day was seen."""
    days = tried.whole_days
    if not len(days):
        return None
    acted_on = forecast(0, tried.counts("drawn"), MONTH_DAYS)
    upgrades = forecast(0, tried.counts("upgrades"), MONTH_DAYS)
    return {
        "days": MONTH_DAYS,
        "from_days": len(days),
        "acted_on": _range(acted_on),
        "upgrades": _range(upgrades),
        "langsmith_extra_usd": _priced(upgrades, "list_price_usd"),
        "aws_extra_usd": _priced(upgrades, "aws_usd"),
    }


def _cap(tried: Tried) -> dict[str, Any] | None:
    """What the rule's cap would do to a month of such days; None where it has none."""
    cap = tried.rule.monthly_cap_usd
    if cap is None:
        return None
    allowed = upgrades_within(cap, tried.capped_at)
    days = tried.counts("upgrades")
    expected = forecast(0, days, MONTH_DAYS) if days else None
    a_day = sum(days) / len(days) if days else 0
    is_reached = allowed is not None and expected is not None and expected.middle > allowed
    return {
        "monthly_cap_usd": amount(cap),
        "upgrades": allowed,
        "refused": None if expected is None or allowed is None else _range(_beyond(expected, allowed)),
        "reached_on_day": math.floor(allowed / a_day) + 1 if is_reached and allowed is not None else None,
    }


def _did(tried: Tried) -> dict[str, Any]:
    """What the rule did over the whole days that the forecast goes by."""
    days = tried.whole_days
    upgrades = sum(map(tried.did, days))
    cost = upgrade_cost(upgrades)
    return {
        "days": len(days),
        "upgrades": upgrades,
        "forecast_upgrades": sum(tried.counts("upgrades")),
        "langsmith_extra_usd": amount(cost.list_price_usd),
        "aws_extra_usd": amount(cost.aws_usd),
    }


def _beyond(expected: Forecast, allowed: int) -> Forecast:
    low, middle, high = (max(0, one - allowed) for one in (expected.low, expected.middle, expected.high))
    return Forecast(0, low, middle, high)


def _range(expected: Forecast) -> dict[str, int]:
    return {"low": expected.low, "middle": expected.middle, "high": expected.high}


def _priced(expected: Forecast, name: Literal["list_price_usd", "aws_usd"]) -> dict[str, str | None]:
    return {end: amount(getattr(upgrade_cost(count), name)) for end, count in _range(expected).items()}
