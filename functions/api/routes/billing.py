"""What was used, what it costs, and by which plan."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import uuids_of
from functions.api.schemas.billing import PlanChoice, billing_of, invoice_shown, metered_of, month_of
from functions.api.schemas.granular import Grouping, Stretch, granular_csv, granular_of, stretch_of
from functions.api.schemas.moments import asked_us
from functions.api.usage_reader import OrganizationUse
from shared.store.usage_limits import UsageLimits
from shared.usage.invoice import as_csv
from shared.usage.month import Month, months_between

routes = APIRouter(prefix="/orgs/current")

CSV_TYPE = "text/csv"
_MOST_MONTHS = 13
Ids = Annotated[list[str] | None, Query()]


@routes.get("/billing")
async def read_billing(caller: CallerIn) -> Response:
    """The organization's plan, and those there are."""
    return json_v1(billing_of(OrganizationUse(caller)))


@routes.patch("/billing")
async def change_billing(caller: CallerIn, asked: PlanChoice) -> Response:
    """Be on another plan from this month on. Raises: NotAllowed, Malformed."""
    caller.key.check_organization_wide()
    use = OrganizationUse(caller)
    use.choose(asked.terms())
    UsageLimits(caller.room.store.control, caller.room.clock).review(use.organization, use.siblings)
    return json_v1(billing_of(use))


@routes.get("/billing/usage")
async def read_usage(caller: CallerIn, starting_on: str | None = None, ending_before: str | None = None) -> Response:
    """Traces and upgrades by day and workspace; of this month, where no time is given."""
    stretch = _stretch(caller, starting_on, ending_before, ("starting_on", "ending_before"))
    months = months_between(stretch.start_us, stretch.end_us)
    return json_v1(metered_of(OrganizationUse(caller), months, stretch.start_us, stretch.end_us))


@routes.get("/billing/granular-usage")
async def read_granular(
    caller: CallerIn,
    start_time: str | None = None,
    end_time: str | None = None,
    workspace_ids: Ids = None,
    group_by: Grouping = "workspace",
) -> Response:
    """Traces by the hour or day, and by workspace, project or key."""
    stretch = _stretch(caller, start_time, end_time, ("start_time", "end_time"), group_by, workspace_ids)
    return json_v1(granular_of(OrganizationUse(caller), stretch))


@routes.get("/billing/granular-usage/export")
async def export_granular(
    caller: CallerIn,
    start_time: str | None = None,
    end_time: str | None = None,
    workspace_ids: Ids = None,
    group_by: Grouping = "workspace",
) -> Response:
    """The same as CSV."""
    stretch = _stretch(caller, start_time, end_time, ("start_time", "end_time"), group_by, workspace_ids)
    return _csv(granular_csv(granular_of(OrganizationUse(caller), stretch), group_by), "usage.csv")


@routes.get("/billing/invoices")
async def list_invoices(caller: CallerIn) -> Response:
    """The invoices of the last months, the newest first."""
    use = OrganizationUse(caller)
    first_us = min(one.created_us for one in use.workspaces)
    months = months_between(first_us, caller.now_us + 1)[-_MOST_MONTHS:]
    return json_v1([invoice_shown(use, use.invoice(month)) for month in reversed(months)])


@routes.get("/billing/invoices/{month}")
async def read_invoice(caller: CallerIn, month: str, format: Literal["json", "csv"] = "json") -> Response:  # noqa: A002 its name in the URL
    """One invoice. Raises: Malformed."""
    asked, use = Month.read(month), OrganizationUse(caller)
    if format == "csv":
        return _csv(as_csv(use.invoice(asked)), f"invoice-{asked.text}.csv")
    return json_v1(invoice_shown(use, use.invoice(asked)))


@routes.get("/usage/{month}")
async def read_month(caller: CallerIn, month: str) -> Response:
    """All that the usage view shows of a month. Raises: Malformed."""
    return json_v1(month_of(caller, OrganizationUse(caller), Month.read(month)))


def _stretch(
    caller: Caller,
    start: str | None,
    end: str | None,
    names: tuple[str, str],
    group_by: Grouping = "workspace",
    workspaces: list[str] | None = None,
) -> Stretch:
    start_us, end_us = asked_us(start, names[0]), asked_us(end, names[1])
    end_us = caller.now_us + 1 if end_us is None else end_us
    start_us = Month.of(end_us - 1).start_us if start_us is None else start_us
    return stretch_of(start_us, end_us, group_by, frozenset(uuids_of(workspaces, "workspace_ids")))


def _csv(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, 200, headers, CSV_TYPE)
