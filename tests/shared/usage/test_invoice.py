"""Invoices: exact, and rounded once."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.usage.invoice import TRACES, as_csv, invoice_of
from shared.usage.month import Month
from shared.usage.plan import shipped

NOVEMBER = Month(2026, 11)
COUNTS = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("plan", "traces", "upgrades", "total"),
    [
        ("developer", 5_000, 0, "0.00"),
        ("developer", 5_001, 0, "0.00"),
        ("developer", 5_010, 0, "0.01"),
        ("plus", 10_000, 1_000, "4.50"),
        ("plus", 12_000, 2_000, "10.00"),
        ("plus", 10_000, 1, "0.00"),
        ("plus", 10_000, 2, "0.01"),
        ("enterprise", 1_000, 1_000, "5.00"),
    ],
)
def test_totals_are_those_by_hand(plan: str, traces: int, upgrades: int, total: str) -> None:
    """Included traces are free, upgrades never; an extended trace is $5.00 a thousand in total."""
    assert invoice_of(NOVEMBER, shipped()[plan], traces, upgrades).total_usd == Decimal(total)


@given(COUNTS, COUNTS)
def test_lines_are_exact(traces: int, upgrades: int) -> None:
    """A tenth of a cent is 2 traces: no line loses any, and the total is within half a cent of their sum."""
    invoice = invoice_of(NOVEMBER, shipped()["plus"], traces, upgrades)
    assert invoice.lines[0].amount_usd * 2_000 == max(0, traces - 10_000)
    assert invoice.lines[1].amount_usd * 2_000 == upgrades * 9
    assert abs(invoice.total_usd - invoice.exact_usd) <= Decimal("0.005")


def test_the_csv_adds_up() -> None:
    """A line for each metric and one for the total, which is their sum."""
    rows = list(csv.DictReader(as_csv(invoice_of(NOVEMBER, shipped()["plus"], 12_000, 2_000)).splitlines()))
    assert [row["metric"] for row in rows][::2] == [TRACES, "Total"]
    assert rows[0]["billable"] == "2000"
    assert Decimal(rows[2]["amount_usd"]) == sum(Decimal(row["amount_usd"]) for row in rows[:2]) == Decimal(10)
