"""Plans: how many traces a month are included, and what one more costs. All of it is data, in `plans.json`."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from shared.base.errors import Malformed
from shared.usage.month import Month

_FILE = Path(__file__).with_name("plans.json")
_MOST_USD = Decimal(1_000)
_MOST_TRACES = 10**12


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """The terms of one plan.

    Units: dollars per 1,000 traces, beyond the `included_traces` of a month; upgrades are never included.
    `is_custom` plans have terms of their own for each organization: those here count where nothing else was agreed.
    """

    id: str
    name: str
    included_traces: int
    base_usd_per_1000: Decimal
    upgrade_usd_per_1000: Decimal
    stops_without_billing: bool = False
    is_custom: bool = False


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an owner chose: a plan, and for a custom one what was agreed, where that differs.

    `has_billing` where somebody pays for what is not included: without it, the Developer plan stops there.
    """

    plan: str
    has_billing: bool = True
    included_traces: int | None = None
    base_usd_per_1000: Decimal | None = None
    upgrade_usd_per_1000: Decimal | None = None


class Change(msgspec.Struct, frozen=True):
    """The terms from a moment on."""

    since_us: int
    terms: Terms


DEFAULT = Terms("enterprise")
"""Of an organization where nobody chose: whoever runs this pays AWS, so nothing stops and nothing is owed."""


class _File(msgspec.Struct):
    read_on: str
    source: str
    plans: list[Plan]


@cache
def shipped() -> dict[str, Plan]:
    """The plans that we ship, by their id."""
    file = msgspec.json.decode(_FILE.read_bytes(), type=_File)
    return {plan.id: plan for plan in file.plans}


def plan_of(terms: Terms) -> Plan:
    """The plan with all that was agreed. Raises: Malformed, which says what cannot be."""
    plan = shipped().get(terms.plan)
    if plan is None:
        raise Malformed(f"plan: {terms.plan[:40]!r} is none of {', '.join(shipped())}")
    own = {
        name: value
        for name in ("included_traces", "base_usd_per_1000", "upgrade_usd_per_1000")
        if (value := getattr(terms, name)) is not None
    }
    if own and not plan.is_custom:
        raise Malformed(f"{next(iter(own))}: the terms of {plan.name} are fixed; only enterprise has terms of its own")
    _check(own)
    return msgspec.structs.replace(plan, **own)


def terms_of(month: Month, changes: list[Change]) -> Terms:
    """The terms that a month is billed by: those at its end, or the last there are."""
    known = [change for change in changes if change.since_us < month.end_us]
    return max(known, key=lambda change: change.since_us).terms if known else DEFAULT


def _check(own: dict[str, int | Decimal]) -> None:
    for name, value in own.items():
        most = _MOST_TRACES if name == "included_traces" else _MOST_USD
        if not 0 <= value <= most:
            raise Malformed(f"{name}: {value} is not between 0 and {most:,}")
