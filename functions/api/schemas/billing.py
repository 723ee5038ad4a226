"""Plans, invoices and usage: bodies that come in, objects that go out. Money is text of exact decimals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from functions.api.auth import Caller
from functions.api.schemas.asked import Asked
from functions.api.schemas.moments import utc
from functions.api.usage_reader import Found, OrganizationUse, at_list_price, invoiced
from shared.base.units import US_PER_DAY
from shared.store.annotation_queues import AnnotationQueues
from shared.store.rules import Rules
from shared.usage.aws_cost import measured
from shared.usage.counts import add_up, together
from shared.usage.forecast import Forecast
from shared.usage.invoice import TRACES, UPGRADES, Invoice
from shared.usage.month import Month
from shared.usage.plan import Plan, Terms, plan_of, shipped

METRICS = {
    name: str(uuid.uuid5(uuid.UUID("4a5b9f0e-7a0c-4b53-9d6c-5d7e0a3f9b62"), name)) for name in (TRACES, UPGRADES)
}
"""The ids of the two metrics: the same in every deployment."""
_HOURS_PER_DAY = 24
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Usd = Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=12, decimal_places=6)]


class PlanChoice(Asked):
    """The plan to be on, and for enterprise what was agreed."""

    plan: str
    has_billing: bool = True
    included_traces: int | None = None
    base_usd_per_1000: Usd | None = None
    upgrade_usd_per_1000: Usd | None = None

    def terms(self) -> Terms:
        """The same, read."""
        return Terms(**self.model_dump())


def billing_of(use: OrganizationUse) -> dict[str, Any]:
    """The organization's plan, and those there are."""
    terms = use.terms()
    return {
        "organization_id": use.organization,
        "plan": plan_shown(plan_of(terms)),
        "has_billing": terms.has_billing,
        "plans": [plan_shown(plan) for plan in shipped().values()],
    }


def plan_shown(plan: Plan) -> dict[str, Any]:
    """A plan with all its terms."""
    return {name: getattr(plan, name) for name in Plan.__struct_fields__}


def invoice_shown(use: OrganizationUse, invoice: Invoice) -> dict[str, Any]:
    """An invoice, line by line."""
    return {
        "month": invoice.month.text,
        "is_final": use.is_final(invoice.month),
        "is_whole": use.is_whole,
        "plan": plan_shown(invoice.plan),
        "currency": "USD",
        "lines": [
            {
                "metric": line.metric,
                "quantity": line.quantity,
                "included": min(line.quantity, line.included),
                "billable": line.billable,
                "usd_per_1000": line.usd_per_1000,
                "amount_usd": line.amount_usd,
            }
            for line in invoice.lines
        ],
        "total_usd": invoice.total_usd,
    }


def metered_of(use: OrganizationUse, months: list[Month], start_us: int, end_us: int) -> list[dict[str, Any]]:
    """The two metrics day by day, by workspace, as LangSmith's billing says it."""
    counts: dict[tuple[int, str], dict[str, int]] = {}
    days = range(start_us // US_PER_DAY, -(-end_us // US_PER_DAY))
    for found in use.found(months):
        _add(counts, (found.hour // _HOURS_PER_DAY, TRACES), found.workspace, found.group.traces)
    for workspace, one in use.upgrades(months):
        _add(counts, (one.day, UPGRADES), workspace, one.traces)
    return [
        _metric_row(use.organization, day, metric, counts.get((day, metric), {})) for day in days for metric in METRICS
    ]


def month_of(caller: Caller, use: OrganizationUse, month: Month) -> dict[str, Any]:
    """All that the usage view shows of a month."""
    whole, invoice = together(use.of(month)), use.invoice(month)
    aws, (traces, upgrades) = use.aws_cost(month), use.forecasts(month)
    return {
        "month": month.text,
        "is_final": use.is_final(month),
        "is_whole": use.is_whole,
        "traces": whole.traces,
        "upgrades": whole.upgraded,
        "requests": whole.requests,
        "invoice": invoice_shown(use, invoice),
        "list_price_usd": at_list_price(whole.traces, whole.upgraded),
        "aws": {"usd": sum(aws.values(), Decimal(0)), "by": aws, "source": measured().source},
        "forecast": _forecast(invoice.plan, month, traces, upgrades) if use.can_forecast(month) else None,
        "by_day": [*_by_day(use, month)],
        "by_workspace": _named(use, month, "workspace", {one.id: one.name for one in use.workspaces}),
        "by_project": _named(use, month, "project", _project_names(caller, use)),
        "by_key": _named(use, month, "key", _key_names(caller, use)),
        "by_tier": {
            "extended_from_birth": sum(found.group.traces for found in use.found([month]) if found.group.is_extended)
        },
        "by_cause": _by_cause(use, month, _cause_names(caller, use)),
    }


def day_text(day: int) -> str:
    """A day since 1970, such as `2026-11-20`."""
    return f"{_EPOCH + timedelta(days=day):%Y-%m-%d}"


def _metric_row(organization: str, day: int, metric: str, groups: dict[str, int]) -> dict[str, Any]:
    return {
        "customer_id": organization,
        "billable_metric_id": METRICS[metric],
        "billable_metric_name": metric,
        "start_timestamp": utc(day * US_PER_DAY),
        "end_timestamp": utc((day + 1) * US_PER_DAY),
        "value": sum(groups.values()),
        "groups": groups,
    }


def _forecast(plan: Plan, month: Month, traces: Forecast, upgrades: Forecast) -> dict[str, Any]:
    ends = {name: (getattr(traces, name), getattr(upgrades, name)) for name in ("low", "middle", "high")}
    return {
        "traces": {name: both[0] for name, both in ends.items()},
        "upgrades": {name: both[1] for name, both in ends.items()},
        "invoice_usd": {name: invoiced(plan, month, *both) for name, both in ends.items()},
        "list_price_usd": {name: at_list_price(*both) for name, both in ends.items()},
    }


def _by_day(use: OrganizationUse, month: Month) -> Iterator[dict[str, Any]]:
    traces = add_up((day_text(one.hour // _HOURS_PER_DAY), one.group.traces) for one in use.found([month]))
    upgrades = add_up((day_text(one.day), one.traces) for _, one in use.upgrades([month]))
    for day in range(month.start_us // US_PER_DAY, month.end_us // US_PER_DAY):
        name = day_text(day)
        if name in traces or name in upgrades:
            yield {"day": name, "traces": traces.get(name, 0), "upgrades": upgrades.get(name, 0)}


def _named(use: OrganizationUse, month: Month, kind: str, names: dict[str, str]) -> list[dict[str, Any]]:
    """The month by workspace, project or key, the most traces first, each at LangSmith's price list."""
    traces = add_up((_id_of(found, kind), found.group.traces) for found in use.found([month]))
    upgrades = add_up(_upgrades_by(use, month, kind))
    return [
        {
            "id": one,
            "name": names.get(one),
            "traces": traces.get(one, 0),
            "upgrades": upgrades.get(one, 0) if kind != "key" else None,
            "list_price_usd": at_list_price(traces.get(one, 0), upgrades.get(one, 0)),
        }
        for one in dict.fromkeys([*traces, *upgrades])
    ]


def _id_of(found: Found, kind: str) -> str:
    if kind == "workspace":
        return found.workspace
    return found.group.project if kind == "project" else found.group.key_id


def _upgrades_by(use: OrganizationUse, month: Month, kind: str) -> Iterable[tuple[str, int]]:
    """Which key an upgrade is owed to is not known."""
    for workspace, one in use.upgrades([month]):
        if kind != "key":
            yield (workspace if kind == "workspace" else one.project), one.traces


def _by_cause(use: OrganizationUse, month: Month, names: dict[str, str]) -> list[dict[str, Any]]:
    sums = add_up((f"{one.cause}#{one.cause_id}", one.traces) for _, one in use.upgrades([month]))
    causes = ((name.partition("#"), upgrades) for name, upgrades in sums.items())
    return [
        {
            "cause": cause,
            "cause_id": cause_id or None,
            "name": names.get(cause_id),
            "upgrades": count,
            "list_price_usd": at_list_price(0, count),
        }
        for (cause, _, cause_id), count in causes
    ]


def _cause_names(caller: Caller, use: OrganizationUse) -> dict[str, str]:
    """What rules, queues and projects are called that many traces have as their cause."""
    room = caller.room
    rules = Rules(room.store.control, room.clock)
    queues = AnnotationQueues(room.store, room.clock, room.ask.traces.periods)
    of_rules = {one.id: one.name for workspace in use.workspaces for one in rules.all(workspace.id)}
    of_queues = {one.id: one.name for workspace in use.workspaces for one in queues.all(workspace.id)}
    return of_rules | of_queues | _project_names(caller, use)


def _project_names(caller: Caller, use: OrganizationUse) -> dict[str, str]:
    projects = caller.room.ask.projects
    return {project.id: project.name for one in use.workspaces for project in projects.all(one.id)}


def _key_names(caller: Caller, use: OrganizationUse) -> dict[str, str]:
    access = caller.room.ask.access
    return {key.id: key.description or key.short for one in use.workspaces for key in access.keys_of(one.id)}


def _add(counts: dict[tuple[int, str], dict[str, int]], at: tuple[int, str], workspace: str, traces: int) -> None:
    groups = counts.setdefault(at, {})
    groups[workspace] = groups.get(workspace, 0) + traces
