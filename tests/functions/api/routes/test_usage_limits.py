"""Limits: set by an owner or a plan, reached by what the meter counts, said by receive, and gone with the month."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.receive.app import build as build_receive
from infra.local.answer import answer_of
from infra.local.http_event import Request, http_event
from infra.local.routes import Match
from infra.topology import RECEIVE
from shared.base.ids import new_uuid
from shared.base.units import US_PER_S
from shared.store.counted import reads_counted
from shared.store.tally import Meter
from shared.usage.month import Month
from tests.api_room import RECEIVE_SETTINGS
from tests.functions.api.routes.test_billing import BilledRoom
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

NOVEMBER = Month(2026, 11)
LIMIT = {"limit_type": "monthly_traces", "limit_value": 3}
STANDING = "/workspaces/current/usage_limits"


class LimitedRoom(BilledRoom):
    """A room with three traces in one of its organization's workspaces."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.use(3)
        self.reads = Meter()
        self.receive = build_receive(RECEIVE_SETTINGS, reads_counted(self.store, self.reads), self.clock)

    def sent(self, key: str = "") -> tuple[int, Any, dict[str, str]]:
        """What a client hears that sends one more trace: status, body, headers."""
        run = {"id": uuid7(NOON_US), "name": "a", "run_type": "chain", "start_time": "2026-11-20T12:00:00Z"}
        headers = [("x-api-key", key or self.key), ("content-type", "application/json")]
        request = Request("POST", "/runs", "", headers, json.dumps(run).encode())
        answer = answer_of(self.receive(http_event(request, Match(RECEIVE, "POST /runs"), NOON_US, "id"), None))
        return answer.status, json.loads(answer.body), {name.decode(): value.decode() for name, value in answer.headers}


@pytest.fixture
def room(tmp_path: Path) -> LimitedRoom:
    """With three traces."""
    return LimitedRoom(tmp_path)


def test_a_limit_is_listed_changed_and_lifted(room: LimitedRoom) -> None:
    """A scope has one; setting it again changes it."""
    made = room.ask_for("PUT", "/usage-limits", LIMIT).json
    assert (made["tenant_id"], made["limit_type"], made["limit_value"]) == (WORKSPACE, "monthly_traces", 3)
    changed = room.ask_for("PUT", "/usage-limits", {**LIMIT, "id": made["id"], "limit_value": 9}).json
    assert (changed["id"], changed["limit_value"]) == (made["id"], 9)
    assert room.get("/usage-limits").json == [changed]
    assert room.get("/usage-limits/org").json == []
    assert room.ask_for("DELETE", f"/usage-limits/{made['id']}").status == 204
    assert room.get("/usage-limits").json == []


def test_a_reached_limit_is_429_and_says_whose_it_is(room: LimitedRoom) -> None:
    """Which limit, its owner, and when it begins anew; and nothing of it is queued."""
    assert room.sent()[0] == 202
    room.ask_for("PUT", "/usage-limits", LIMIT)
    room.clock.advance(61)
    status, body, headers = room.sent()
    assert (status, headers["retry-after"]) == (429, "60")
    for words in ("3 traces a month", "the owner of the workspace", "next month"):
        assert words in body["details"]
    standing = room.get(STANDING).json
    assert (standing["in_reject_set"], standing["usage_limit_type"]) == (True, "user_defined_monthly_traces")
    assert (standing["used"], standing["tenant_limit"], standing["resets_at"]) == (3, 3, "2026-12-01T00:00:00Z")
    depth = room.store.operations.depth()
    assert depth.waiting == 1


def test_a_limit_is_reached_by_what_the_meter_counts(room: LimitedRoom) -> None:
    """Below it all is taken; from 80 % on it warns; one more counted trace, and a minute later it is 429."""
    room.ask_for("PUT", "/usage-limits", {**LIMIT, "limit_value": 5})
    assert not room.get(STANDING).json["is_near"]
    room.use(1)
    assert room.get(STANDING).json["is_near"]
    assert room.sent()[0] == 202
    room.use(1)
    room.clock.advance(61)
    assert room.sent()[0] == 429


def test_a_raised_or_lifted_limit_lets_traces_in_again(room: LimitedRoom) -> None:
    """Within a minute."""
    made = room.ask_for("PUT", "/usage-limits", LIMIT).json
    assert room.sent()[0] == 429
    room.ask_for("PUT", "/usage-limits", {**LIMIT, "limit_value": 4})
    room.clock.advance(61)
    assert room.sent()[0] == 202
    room.ask_for("DELETE", f"/usage-limits/{made['id']}")
    assert room.get(STANDING).json["tenant_limit"] is None


def test_a_new_month_begins_anew(room: LimitedRoom) -> None:
    """At its first moment, before the meter has run."""
    room.ask_for("PUT", "/usage-limits", LIMIT)
    assert room.sent()[0] == 429
    room.clock.advance((NOVEMBER.end_us - NOON_US) / US_PER_S)
    assert room.sent()[0] == 202
    assert not room.get(STANDING).json["in_reject_set"]


def test_an_organizations_limit_counts_all_its_workspaces(room: LimitedRoom) -> None:
    """And is set by who manages the organization."""
    path = "/usage-limits/org"
    assert room.ask_for("PUT", path, LIMIT).status == 403
    made = room.ask_for("PUT", path, {**LIMIT, "limit_value": 4}, room.owner).json
    assert (made["tenant_id"], room.get(path).json) == (None, [made])
    assert room.sent()[0] == 202
    room.use(1, workspace=room.sibling)
    room.clock.advance(61)
    status, body, _ = room.sent()
    assert (status, "the owner of the organization" in body["details"]) == (429, True)
    assert room.sent(room.other_key)[0] == 202
    assert room.ask_for("DELETE", f"/usage-limits/{made['id']}").status == 403


def test_the_free_plan_has_a_limit_until_somebody_pays(room: LimitedRoom) -> None:
    """Of what is included in it."""
    free = {"plan": "developer", "has_billing": False}
    room.ask_for("PATCH", "/orgs/current/billing", free, room.owner)
    standing = room.get(STANDING).json
    assert (standing["tenant_limit"], standing["owner"]) == (5_000, "the plan Developer without billing")
    room.ask_for("PATCH", "/orgs/current/billing", {**free, "has_billing": True}, room.owner)
    assert room.get(STANDING).json["tenant_limit"] is None


def test_limits_that_cannot_be_are_refused(room: LimitedRoom) -> None:
    """An unknown type or id, a negative number, a choice that makes no sense."""
    upgrades = {**LIMIT, "limit_type": "monthly_longlived_traces"}
    for body in (
        {**LIMIT, "limit_value": -1},
        {**LIMIT, "limit_type": "tokens"},
        {**LIMIT, "id": "mine"},
        {**LIMIT, "when_reached": "shout"},
        {**LIMIT, "sample_rate": 0.5},
        {**LIMIT, "when_reached": "sample", "sample_rate": 1},
        {**LIMIT, "when_reached": "sample", "sample_rate": 0},
        {**upgrades, "when_reached": "sample"},
        {**upgrades, "when_reached": "base_only"},
    ):
        assert room.ask_for("PUT", "/usage-limits", body).status == 422, body
    assert room.ask_for("PUT", "/usage-limits", {**LIMIT, "id": new_uuid()}).status == 404
    assert room.ask_for("DELETE", f"/usage-limits/{new_uuid()}").status == 404


def test_receive_asks_for_the_standing_once_a_minute(room: LimitedRoom) -> None:
    """A request costs what it did before."""
    room.sent()
    room.reads.reset()
    for _ in range(5):
        room.sent()
    assert room.reads.total().read_units == 0
    room.clock.advance(61)
    room.sent()
    assert room.reads.total().read_units <= 1
