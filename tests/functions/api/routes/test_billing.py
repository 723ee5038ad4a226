"""Usage, invoices and plans as they are read: what was sent is what is billed."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from functions.meter.app import build
from functions.meter.settings import MeterSettings
from shared.base.ids import new_uuid
from shared.base.units import S_PER_DAY, US_PER_DAY, US_PER_S
from shared.retention.kept import Kept
from shared.store.fates import upgrade_item
from shared.usage.month import Month
from tests.api_room import ApiRoom
from tests.operations import KEY_ID, WORKSPACE, envelope, post, uuid7
from tests.stores import NOON_US

NOVEMBER = Month(2026, 11)


class BilledRoom(ApiRoom):
    """A room whose meter runs when told to; its `owner` manages the organization."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.owner, _ = self.ask.access.create_key(WORKSPACE, "owner", is_organization_wide=True)
        self.organization = self.ask.access.workspace(WORKSPACE).organization
        self.sibling = self.ask.access.create_workspace("sibling", None, self.organization).id
        self.meter = build(MeterSettings("t", "c", "b", "q", "d", "a"), self.store, self.clock)

    def use(self, traces: int, upgrades: int = 0, workspace: str = WORKSPACE, project: str = "shop") -> None:
        """So many new traces now, and so many upgrades by a rule; then the meter runs."""
        now_us = self.clock.now_us()
        asked = envelope([post(uuid7(now_us), now_us) for _ in range(traces)], now_us, project)
        asked.workspace = workspace
        self.take(asked)
        kept = Kept("rule", "R", now_us)
        found = self.ask.projects.named(workspace, project)
        assert found is not None
        rows = [upgrade_item(workspace, found.id, new_uuid(), kept) for _ in range(upgrades)]
        self.store.traces.put(rows)
        self.meter({}, None)


@pytest.fixture
def room(tmp_path: Path) -> BilledRoom:
    """With 3 traces and 2 upgrades in one workspace, and 2 traces in another."""
    room = BilledRoom(tmp_path)
    room.use(3, 2)
    room.use(2, workspace=room.sibling)
    return room


def test_usage_is_by_day_and_workspace(room: BilledRoom) -> None:
    """Both of LangSmith's metrics, with the workspaces that the key sees."""
    rows = room.get(
        "/orgs/current/billing/usage", room.owner, starting_on="2026-11-20", ending_before="2026-11-21"
    ).json
    assert [(row["billable_metric_name"], row["value"], row["groups"]) for row in rows] == [
        ("LangSmith Traces (Base Charge)", 5, {WORKSPACE: 3, room.sibling: 2}),
        ("LangSmith Traces (Extended Data Retention Upgrades)", 2, {WORKSPACE: 2}),
    ]
    assert {(row["start_timestamp"], row["end_timestamp"]) for row in rows} == {
        ("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")
    }
    own = room.get("/orgs/current/billing/usage", starting_on="2026-11-20").json
    assert [row["groups"] for row in own] == [{WORKSPACE: 3}, {WORKSPACE: 2}]


def test_usage_is_of_this_month_where_no_time_is_given(room: BilledRoom) -> None:
    """Two metrics for each day from the first until today."""
    rows = room.get("/orgs/current/billing/usage", room.owner).json
    assert len(rows) == 20 * 2
    assert sum(row["value"] for row in rows) == 7


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("workspace", {"workspace_id": WORKSPACE}),
        ("api_key", {"workspace_id": WORKSPACE, "api_key_id": KEY_ID}),
        ("user", {"workspace_id": WORKSPACE, "user_id": None}),
    ],
)
def test_granular_usage_has_steps_and_dimensions(
    room: BilledRoom, group_by: str, expected: dict[str, str | None]
) -> None:
    """By the hour for a day, by the day for a month."""
    path = "/orgs/current/billing/granular-usage"
    asked = {"start_time": "2026-11-20", "end_time": "2026-11-21", "group_by": group_by, "workspace_ids": WORKSPACE}
    answer = room.get(path, room.owner, **asked).json
    assert answer["stride"] == {"days": 0, "hours": 1}
    assert answer["usage"] == [{"time_bucket": "2026-11-20T12:00:00Z", "dimensions": expected, "traces": 3}]
    asked["start_time"] = "2026-11-01"
    answer = room.get(path, room.owner, **asked).json
    assert (answer["stride"], answer["usage"][0]["time_bucket"]) == ({"days": 1, "hours": 0}, "2026-11-20T00:00:00Z")
    lines = room.get(f"{path}/export", room.owner, **asked).text.splitlines()
    assert next(csv.DictReader(lines))["traces"] == "3"


@pytest.mark.parametrize(
    "asked",
    [
        {"start_time": "2026-11-21", "end_time": "2026-11-20"},
        {"start_time": "2024-11-21", "end_time": "2026-11-20"},
        {"start_time": "yesterday"},
        {"group_by": "moon"},
        {"workspace_ids": "mine"},
    ],
)
def test_granular_questions_that_cannot_be_answered_are_refused(room: BilledRoom, asked: dict[str, str]) -> None:
    """422, naming the field."""
    assert room.get("/orgs/current/billing/granular-usage", room.owner, **asked).status == 422


def test_the_plan_is_enterprise_until_somebody_chooses(room: BilledRoom) -> None:
    """And a plan is billed by its own terms from the month on in which it is chosen."""
    path = "/orgs/current/billing"
    assert room.get(path, room.owner).json["plan"]["id"] == "enterprise"
    invoice = f"{path}/invoices/2026-11"
    assert room.get(invoice, room.owner).json["total_usd"] == "0.01"
    agreed = {"plan": "enterprise", "included_traces": 1, "base_usd_per_1000": "100", "upgrade_usd_per_1000": 1000}
    assert room.ask_for("PATCH", path, agreed, room.owner).json["plan"]["included_traces"] == 1
    assert room.get(invoice, room.owner).json["total_usd"] == "2.40"
    room.ask_for("PATCH", path, {"plan": "plus"}, room.owner)
    lines = room.get(invoice, room.owner).json["lines"]
    assert [(line["quantity"], line["included"], line["billable"]) for line in lines] == [(5, 5, 0), (2, 0, 2)]


def test_a_plan_is_chosen_by_who_manages_the_organization(room: BilledRoom) -> None:
    """403 for a key of one workspace; 422 for what is no plan."""
    path = "/orgs/current/billing"
    assert room.ask_for("PATCH", path, {"plan": "plus"}).status == 403
    for body in (
        {"plan": "gold"},
        {"plan": "plus", "included_traces": 7},
        {"plan": "enterprise", "included_traces": -1},
    ):
        assert room.ask_for("PATCH", path, body, room.owner).status == 422


def test_invoices_are_by_month_with_the_local_clock(room: BilledRoom) -> None:
    """Traces in the month of their receipt, upgrades in that of the upgrade; a month is final days after its end."""
    room.clock.advance((NOVEMBER.end_us - NOON_US) / US_PER_S)
    room.use(1, 4)
    november, december = (
        room.get(f"/orgs/current/billing/invoices/{m}", room.owner).json for m in ("2026-11", "2026-12")
    )
    assert [line["quantity"] for line in november["lines"]] == [5, 2]
    assert [line["quantity"] for line in december["lines"]] == [1, 4]
    assert not november["is_final"]
    room.clock.advance(4 * S_PER_DAY + 1)
    assert [(one["month"], one["is_final"]) for one in room.get("/orgs/current/billing/invoices", room.owner).json] == [
        ("2026-12", False),
        ("2026-11", True),
    ]
    answer = room.get("/orgs/current/billing/invoices/2026-11", room.owner, format="csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert (rows[-1]["metric"], rows[-1]["amount_usd"]) == ("Total", november["total_usd"])
    assert room.get("/orgs/current/billing/invoices/now", room.owner).status == 422


def test_the_usage_of_a_month_adds_up(room: BilledRoom) -> None:
    """By day, workspace, project, key and cause, with LangSmith's price, the AWS cost, and a forecast."""
    month = room.get("/orgs/current/usage/2026-11", room.owner).json
    assert (month["traces"], month["upgrades"], month["requests"]) == (5, 2, 2)
    assert month["by_day"] == [{"day": "2026-11-20", "traces": 5, "upgrades": 2}]
    for part in ("by_workspace", "by_project", "by_key"):
        assert sum(row["traces"] for row in month[part]) == 5, part
    assert month["by_project"][0]["name"] == "shop"
    gone = {"cause": "rule", "cause_id": "R", "name": None}
    assert month["by_cause"] == [gone | {"upgrades": 2, "list_price_usd": "0.009"}]
    assert Decimal(month["list_price_usd"]) == Decimal("0.0115")
    assert 0 < Decimal(month["aws"]["usd"]) < Decimal(month["list_price_usd"])
    assert month["forecast"] is None  # no day is over yet


def test_the_forecast_goes_by_the_days_that_are_over(room: BilledRoom) -> None:
    """Two traces a day for three days, and the rest of the month alike; a month that is over is what it was."""
    for _ in range(3):
        room.clock.advance(S_PER_DAY)
        room.use(2)
    forecast = room.get("/orgs/current/usage/2026-11", room.owner).json["forecast"]["traces"]
    days_left = (NOVEMBER.end_us - room.clock.now_us()) / US_PER_DAY
    assert forecast["middle"] == 5 + 3 * 2 + round(2 * days_left)
    room.clock.advance((NOVEMBER.end_us - room.clock.now_us()) / US_PER_S)
    over = room.get("/orgs/current/usage/2026-11", room.owner).json["forecast"]["traces"]
    assert over == {"low": 11, "middle": 11, "high": 11}


def test_another_organizations_usage_is_not_seen(room: BilledRoom) -> None:
    """A key of another workspace sees nothing of ours."""
    month = room.get("/orgs/current/usage/2026-11", room.other_key).json
    assert (month["traces"], month["by_project"]) == (0, [])
    asked = {"workspace_ids": WORKSPACE, "start_time": "2026-11-01"}
    assert room.get("/orgs/current/billing/granular-usage", room.other_key, **asked).json["usage"] == []
