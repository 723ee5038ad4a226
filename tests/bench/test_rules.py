"""Some hundred traces through rules, the keep room and the meter: every count and the invoice are as by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from bench.by_hand import Agreed, ByHand
from bench.rooms import WORKSPACE, Refused
from bench.rules import Minutes
from shared.base.units import US_PER_HOUR
from shared.store import keys
from shared.store.fates import upgrades_in
from shared.store.ports import Key
from shared.usage.month import Month
from shared.usage.plan import Terms

_TRACES, _INCLUDED = 400, 100
_AGREED = Agreed(Terms("enterprise", included_traces=_INCLUDED), _INCLUDED)


@pytest.fixture(scope="module")
def minutes() -> Minutes:
    """All of it, once; nobody changes it for good."""
    minutes = Minutes(_TRACES, _AGREED)
    minutes.run()
    return minutes


def test_the_invoice_is_as_by_hand_to_the_last_decimal(minutes: Minutes) -> None:
    """Traces beyond the included ones at $0.50 per 1,000, what the rule drew at $4.50; and an audit finds the same."""
    invoice = minutes.bill()
    base, upgrades = invoice.lines
    drawn = len(minutes.by_hand().upgraded)
    assert (base.quantity, base.billable, base.amount_usd) == (400, 300, Decimal("0.15"))
    assert (upgrades.quantity, upgrades.amount_usd) == (drawn, drawn * Decimal("0.0045"))
    assert 0 < drawn < _TRACES


def _one_trace_more(by_hand: ByHand) -> ByHand:
    return replace(by_hand, received_us={**by_hand.received_us, "one more": min(by_hand.received_us.values())})


def _one_an_hour_later(by_hand: ByHand) -> ByHand:
    trace_id, time_us = next(iter(by_hand.received_us.items()))
    return replace(by_hand, received_us={**by_hand.received_us, trace_id: time_us + US_PER_HOUR})


def _one_upgrade_less(by_hand: ByHand) -> ByHand:
    return replace(by_hand, upgraded=list(by_hand.upgraded)[1:])


def _another_rule(by_hand: ByHand) -> ByHand:
    return replace(by_hand, rule="another")


def _one_more_is_included(by_hand: ByHand) -> ByHand:
    return replace(by_hand, agreed=replace(by_hand.agreed, included=_INCLUDED + 1))


@pytest.mark.parametrize(
    ("differ", "what"),
    [
        (_one_trace_more, "traces by the hour"),
        (_one_an_hour_later, "traces by the hour"),
        (_one_upgrade_less, "upgrades by cause"),
        (_another_rule, "upgrades by cause"),
        (_one_more_is_included, "lines of the invoice"),
    ],
)
def test_a_difference_of_one_is_no_measurement(minutes: Minutes, differ: Callable[[ByHand], ByHand], what: str) -> None:
    """Whatever differs from the count by hand is named."""
    with pytest.raises(Refused, match=what):
        differ(minutes.by_hand()).check_bill(minutes.counted.store, minutes.clock, _month(minutes))


def test_a_trace_that_was_not_put_by_is_no_measurement(minutes: Minutes) -> None:
    """A fate alone is a promise: its archive must be there."""
    rows = list(minutes.counted.rows.items())
    first = next(row for row in rows if row.sk.startswith(keys.ARCHIVES))
    with pytest.raises(Refused, match="put by"):
        minutes.by_hand().check_put_by([row for row in rows if row is not first])


def test_an_upgrade_without_its_row_for_the_bill_is_found_by_the_audit(minutes: Minutes) -> None:
    """It is named where the invoice would have missed it."""
    month, table = _month(minutes), minutes.counted.store.traces
    trace_id = next(iter(upgrades_in(table, WORKSPACE, month.text))).trace_id
    key = Key(keys.upgraded(WORKSPACE, month.text), trace_id)
    row = table.get(key)
    assert row is not None
    table.delete([key])
    try:
        with pytest.raises(Refused, match=trace_id):
            minutes.by_hand().check_audit(minutes.counted.store, minutes.clock, min(minutes.by_hand().by_hour))
    finally:
        table.put([row])


def _month(minutes: Minutes) -> Month:
    return Month.of(minutes.clock.now_us())
