"""What an organization used, as far as the caller sees it: the counts of its workspaces, named and priced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from functions.api.auth import Caller
from shared.access.workspace import Workspace
from shared.base.units import US_PER_DAY
from shared.store.billing import Billing
from shared.store.tally import usage_prices
from shared.store.usage import UsageRows
from shared.usage.aws_cost import cost_of_traces, list_price_usd
from shared.usage.counts import FINAL_AFTER_US, Counted, MonthUse, Upgraded, together
from shared.usage.forecast import Forecast, forecast
from shared.usage.invoice import Invoice, invoice_of
from shared.usage.month import Month
from shared.usage.plan import Plan, Terms, shipped

LIST_PLAN = "plus"
"""Whose rates are LangSmith's price list, whatever plan the organization is on."""
_FORECAST_DAYS = 14


class Found(NamedTuple):
    """One hour's count of one workspace."""

    workspace: str
    hour: int
    group: Counted


class OrganizationUse:
    """The workspaces that the caller's key sees, and what they used."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        control = caller.room.store.control
        self._rows = UsageRows(control)
        self._billing = Billing(control, caller.room.clock)
        self._read: dict[Month, dict[str, MonthUse]] = {}

    @cached_property
    def workspaces(self) -> list[Workspace]:
        """Those that are seen, the oldest first: the key's own, or all of its organization."""
        seen = self.siblings if self._caller.key.is_organization_wide else [self._own]
        return sorted(seen, key=lambda one: (one.created_us, one.id))

    @cached_property
    def siblings(self) -> list[Workspace]:
        """All of the organization."""
        known = self._caller.room.ask.access.workspaces()
        return [one for one in known if one.organization == self._own.organization]

    @cached_property
    def _own(self) -> Workspace:
        return self._caller.room.ask.access.workspace(self._caller.workspace)

    @property
    def organization(self) -> str:
        """Its id."""
        return self._own.organization

    @property
    def is_whole(self) -> bool:
        """Whether the caller sees all workspaces of the organization."""
        return len(self.workspaces) == len(self.siblings)

    def terms(self) -> Terms:
        """What counts now."""
        return self._billing.terms(self.organization)

    def choose(self, terms: Terms) -> None:
        """Let other terms count. Raises: Malformed."""
        self._billing.choose(self.organization, terms)

    def plan(self, month: Month) -> Plan:
        """What a month is billed by."""
        return self._billing.plan(self.organization, month)

    def of(self, month: Month) -> dict[str, MonthUse]:
        """What each workspace used in a month."""
        if month not in self._read:
            self._read[month] = {one.id: self._rows.month(one.id, month) for one in self.workspaces}
        return self._read[month]

    def found(self, months: Sequence[Month]) -> Iterator[Found]:
        """Each count of these months."""
        for month in months:
            for workspace, use in self.of(month).items():
                for hour in use.hours:
                    yield from (Found(workspace, hour.hour, group) for group in hour.groups)

    def upgrades(self, months: Sequence[Month]) -> Iterator[tuple[str, Upgraded]]:
        """Each count of upgrades of these months, with its workspace."""
        for month in months:
            for workspace, use in self.of(month).items():
                yield from ((workspace, one) for one in use.upgrades)

    def invoice(self, month: Month) -> Invoice:
        """What the month costs by the plan, as far as it is counted."""
        whole = together(self.of(month))
        return invoice_of(month, self.plan(month), whole.traces, whole.upgraded)

    def is_final(self, month: Month) -> bool:
        """Whether nothing can change the month's counts any more."""
        return self._caller.now_us > month.end_us + FINAL_AFTER_US

    def aws_cost(self, month: Month) -> dict[str, Decimal]:
        """About what AWS bills for the same, by what it is paid for."""
        whole = together(self.of(month))
        return cost_of_traces(whole.traces, whole.requests, whole.upgraded, usage_prices())

    def can_forecast(self, month: Month) -> bool:
        """Whether there is a whole day to go by, or nothing to be forecast."""
        return self._caller.now_us >= month.end_us or len(self._whole_days(self._caller.now_us)) > 0

    def forecasts(self, month: Month) -> tuple[Forecast, Forecast]:
        """How many traces and upgrades the month will come to."""
        now_us = self._caller.now_us
        days_left = max(0.0, (month.end_us - max(now_us, month.start_us)) / US_PER_DAY)
        whole = together(self.of(month))
        if not days_left:
            return forecast(whole.traces, [], 0), forecast(whole.upgraded, [], 0)
        traces, upgrades = self._by_day([month.before, month])
        days = self._whole_days(now_us)
        return (
            forecast(whole.traces, [traces.get(day, 0) for day in days], days_left),
            forecast(whole.upgraded, [upgrades.get(day, 0) for day in days], days_left),
        )

    def _whole_days(self, now_us: int) -> range:
        """The last days that are over, since there is a workspace."""
        today = now_us // US_PER_DAY
        first = min(one.created_us for one in self.workspaces) // US_PER_DAY + 1
        return range(max(first, today - _FORECAST_DAYS), today)

    def _by_day(self, months: Sequence[Month]) -> tuple[dict[int, int], dict[int, int]]:
        traces: dict[int, int] = {}
        upgrades: dict[int, int] = {}
        for found in self.found(months):
            day = found.hour // 24
            traces[day] = traces.get(day, 0) + found.group.traces
        for _, one in self.upgrades(months):
            upgrades[one.day] = upgrades.get(one.day, 0) + one.traces
        return traces, upgrades


def at_list_price(traces: int, upgrades: int) -> Decimal:
    """LangSmith's price for the same, nothing included."""
    return list_price_usd(shipped()[LIST_PLAN], traces, upgrades)


def invoiced(plan: Plan, month: Month, traces: int, upgrades: int) -> Decimal:
    """What so many would cost by the plan."""
    return invoice_of(month, plan, traces, upgrades).total_usd
