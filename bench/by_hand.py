"""A month's use and its invoice, counted by hand beside what the meter says: a difference is no measurement.

By hand is from the requests that were made and the ids that a rule draws: no row that a room wrote is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bench.rooms import WORKSPACE, Refused
from shared.base.clock import Clock
from shared.base.units import US_PER_HOUR
from shared.retention.periods import Periods
from shared.store.archives import is_archive
from shared.store.billing import Billing
from shared.store.ports import Item, Store
from shared.store.questions import open_questions
from shared.store.usage import UsageRows
from shared.store.usage_audit import recount_hour
from shared.usage.invoice import TRACES, UPGRADES, Invoice, invoice_of
from shared.usage.month import Month
from shared.usage.plan import Terms

_USD_PER_1000 = Decimal("0.50")
_UPGRADE_USD_PER_1000 = Decimal("4.50")
"""The rates of LangSmith's price list, written down once more: `plans.json` is held against them."""


@dataclass(frozen=True)
class Agreed:
    """A plan, and what it is to include a month."""

    terms: Terms
    included: int


PLUS = Agreed(Terms("plus"), 10_000)


@dataclass(frozen=True)
class ByHand:
    """What is to be billed. `received_us` has the moment at which each trace was received, by its id."""

    received_us: Mapping[str, int]
    requests: int
    rule: str
    upgraded: Collection[str]
    agreed: Agreed = PLUS

    @property
    def by_hour(self) -> dict[int, int]:
        """Traces by the hour, since 1970, in which they were received."""
        return dict(Counter(time_us // US_PER_HOUR for time_us in self.received_us.values()))

    @property
    def amounts_usd(self) -> tuple[Decimal, Decimal]:
        """Dollars for traces beyond the included ones, and for upgrades."""
        beyond = max(0, len(self.received_us) - self.agreed.included)
        return beyond * _USD_PER_1000 / 1000, len(self.upgraded) * _UPGRADE_USD_PER_1000 / 1000

    def check_put_by(self, rows: Collection[Item]) -> None:
        """Whether the traces that were upgraded were put by, and no others. Raises: Refused."""
        put_by = {row.pk[-36:] for row in rows if is_archive(row)}
        _same("traces put by for long", put_by, set(self.upgraded))

    def check_bill(self, store: Store, clock: Clock, month: Month) -> Invoice:
        """The invoice of the month, when it and the counts below it are as by hand. Raises: Refused."""
        use = UsageRows(store.control).month(WORKSPACE, month)
        _same("traces by the hour", {one.hour: one.traces for one in use.hours if one.traces}, self.by_hour)
        _same("requests", use.requests, self.requests)
        causes = Counter((group.cause, group.cause_id) for group in use.upgrades for _ in range(group.traces))
        _same("upgrades by cause", causes, Counter({("rule", self.rule): len(self.upgraded)}))
        organization = open_questions(store, clock, Periods()).access.workspace(WORKSPACE).organization
        invoice = invoice_of(month, Billing(store.control, clock).plan(organization, month), use.traces, use.upgraded)
        lines = [(line.metric, line.quantity, line.amount_usd) for line in invoice.lines]
        traces_usd, upgrades_usd = self.amounts_usd
        by_hand = [(TRACES, len(self.received_us), traces_usd), (UPGRADES, len(self.upgraded), upgrades_usd)]
        _same("lines of the invoice", lines, by_hand)
        _same("exact sum of the invoice", invoice.exact_usd, traces_usd + upgrades_usd)
        return invoice

    def check_audit(self, store: Store, clock: Clock, hour: int) -> int:
        """Whether the audit, out of the traces' own rows, finds the same in an hour: how many. Raises: Refused."""
        traces = open_questions(store, clock, Periods()).traces
        verified, after = 0, ""
        while True:
            page = recount_hour(store.traces, traces, WORKSPACE, hour, clock.now_us(), after)
            _same("traces that the audit misses", (page.gone, page.unbilled, page.missing_upgrades), (0, 0, []))
            verified += page.verified
            if page.next is None:
                break
            after = page.next
        _same("traces of an hour that the audit found", verified, self.by_hour.get(hour, 0))
        return verified


def _same(what: str, found: object, by_hand: object) -> None:
    if found != by_hand:
        raise Refused(f"{what}: {str(found)[:300]}, by hand {str(by_hand)[:300]}")
