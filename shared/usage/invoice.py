"""What a month costs by a plan: exact decimals, rounded to cents once, at the total."""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from shared.usage.month import Month
from shared.usage.plan import Plan

TRACES = "LangSmith Traces (Base Charge)"
UPGRADES = "LangSmith Traces (Extended Data Retention Upgrades)"
"""The two metrics by their names on LangSmith's own invoices."""
_CENT = Decimal("0.01")
_CSV_HEAD = ("month", "metric", "quantity", "included", "billable", "usd_per_1000", "amount_usd")


class Line(NamedTuple):
    """One metric of a month. Law: `amount_usd` is exactly `billable * usd_per_1000 / 1000`."""

    metric: str
    quantity: int
    included: int
    usd_per_1000: Decimal

    @property
    def billable(self) -> int:
        """What is beyond the included ones."""
        return max(0, self.quantity - self.included)

    @property
    def amount_usd(self) -> Decimal:
        """Dollars, not rounded."""
        return self.billable * self.usd_per_1000 / 1000


class Invoice(NamedTuple):
    """The two lines of a month: all traces by the month of their receipt, upgrades by the month of the upgrade."""

    month: Month
    plan: Plan
    lines: tuple[Line, Line]

    @property
    def exact_usd(self) -> Decimal:
        """The sum, not rounded."""
        return sum((line.amount_usd for line in self.lines), Decimal(0))

    @property
    def total_usd(self) -> Decimal:
        """The sum in whole cents, half a cent upwards."""
        return self.exact_usd.quantize(_CENT, ROUND_HALF_UP)


def invoice_of(month: Month, plan: Plan, traces: int, upgrades: int) -> Invoice:
    """The invoice of so many traces and upgrades. An extended trace is in both lines: $5.00 per 1,000 in total."""
    base = Line(TRACES, traces, plan.included_traces, plan.base_usd_per_1000)
    return Invoice(month, plan, (base, Line(UPGRADES, upgrades, 0, plan.upgrade_usd_per_1000)))


def as_csv(invoice: Invoice) -> str:
    """The invoice as RFC 4180 text: a line for each metric, and one for the total."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_CSV_HEAD)
    for line in invoice.lines:
        counts = (line.quantity, min(line.quantity, line.included), line.billable)
        rows.writerow((invoice.month.text, line.metric, *counts, line.usd_per_1000, line.amount_usd))
    rows.writerow((invoice.month.text, "Total", "", "", "", "", invoice.total_usd))
    return out.getvalue()
