"""What limits keep out, as its owner sees it: refused upgrades, tried again; traces that a sample left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.base.units import S_PER_DAY
from shared.retention.kept import Kept
from shared.usage.sampling import is_drawn
from tests.functions.api.routes.test_usage_limits import LIMIT, STANDING, LimitedRoom
from tests.operations import WORKSPACE, envelope, post, uuid7

UPGRADES = {"limit_type": "monthly_longlived_traces", "limit_value": 1}
REFUSED = "/workspaces/current/refused-upgrades"


class EffectsRoom(LimitedRoom):
    """A room whose traces are upgraded by rules."""

    def trace(self) -> str:  # type: ignore[override]
        """One more trace, recorded."""
        now_us = self.clock.now_us()
        root = uuid7(now_us)
        self.take(envelope([post(root, now_us)], now_us, "shop"))
        return root

    def extended(self, trace_id: str, rule: str = "r-1") -> str:
        """What comes of an upgrade by a rule."""
        kept = Kept("rule", rule, self.clock.now_us(), name="errors", by="automation")
        found = self.ask.projects.named(WORKSPACE, "shop")
        assert found is not None
        return self.ask.upgrades.extend(WORKSPACE, trace_id, kept, project=found.id).kind

    def counted(self) -> None:
        """The meter runs, and everybody knows."""
        self.meter({}, None)
        self.clock.advance(61)


@pytest.fixture
def room(tmp_path: Path) -> EffectsRoom:
    """With three traces."""
    return EffectsRoom(tmp_path)


def test_refused_upgrades_are_listed_in_pages_and_tried_again(room: EffectsRoom) -> None:
    """A raised limit lets them in, in their order, as upgrades of that moment; what is gone is listed no more."""
    limit = room.ask_for("PUT", "/usage-limits", UPGRADES).json
    room.clock.advance(61)
    traces = [room.trace() for _ in range(5)]
    kinds = []
    for one in traces:
        room.clock.advance(1)
        kinds.append(room.extended(one))
    assert kinds == ["first", *["refused"] * 4]
    first = room.get(REFUSED, limit=3).json
    assert [one["trace_id"] for one in first["items"]] == traces[1:4]
    rest = room.get(REFUSED, limit=3, cursor=first["cursor"]).json
    assert ([one["trace_id"] for one in rest["items"]], rest["cursor"]) == (traces[4:], None)
    shown = first["items"][0]
    assert (shown["cause"]["cause"], shown["cause"]["name"], shown["cause"]["by"]) == ("rule", "errors", "automation")
    assert "1 extended traces a month, set by the owner of the workspace" in shown["limit"]
    assert shown["project_id"] == room.project("shop")
    room.counted()
    again = room.post(f"{REFUSED}/retry", {}).json
    assert (again["extended"], "1 extended traces" in again["refused_by"]) == (0, True)
    room.ask_for("PUT", "/usage-limits", {**UPGRADES, "id": limit["id"], "limit_value": 3})
    room.clock.advance(61)
    again = room.post(f"{REFUSED}/retry", {}).json
    assert (again["extended"], again["gone"], "3 extended traces" in again["refused_by"]) == (2, 0, True)
    assert room.get(f"/traces/{traces[1]}/retention").json["trace_tier"] == "longlived"
    assert [one["trace_id"] for one in room.get(REFUSED).json["items"]] == traces[3:]
    room.ask_for("DELETE", f"/usage-limits/{limit['id']}")
    room.clock.advance(15 * S_PER_DAY)
    again = room.post(f"{REFUSED}/retry", {}).json
    assert (again["extended"], again["gone"], again["refused_by"], again["cursor"]) == (0, 2, None, None)
    assert room.get(REFUSED).json == {"items": [], "cursor": None}


def test_an_upgrade_that_came_about_otherwise_is_listed_no_more(room: EffectsRoom) -> None:
    """Refused for one cause, let in for another: trying again finds it there."""
    limit = room.ask_for("PUT", "/usage-limits", {**UPGRADES, "limit_value": 0}).json
    room.clock.advance(61)
    trace = room.trace()
    assert room.extended(trace) == "refused"
    room.ask_for("DELETE", f"/usage-limits/{limit['id']}")
    room.clock.advance(61)
    assert room.extended(trace, "r-2") == "first"
    assert room.post(f"{REFUSED}/retry", {}).json["already"] == 1
    assert room.get(REFUSED).json["items"] == []


def test_another_workspace_sees_none_of_it(room: EffectsRoom) -> None:
    """Neither what was refused nor what was left out."""
    room.ask_for("PUT", "/usage-limits", {**UPGRADES, "limit_value": 0})
    room.clock.advance(61)
    room.extended(room.trace())
    assert room.get(REFUSED, room.other_key).json["items"] == []
    assert room.get("/workspaces/current/left-out", room.other_key).json["by_hour"] == []


def test_beyond_a_limit_a_sample_goes_on_and_the_rest_is_counted(room: EffectsRoom) -> None:
    """Of 200 new traces about a tenth are taken; what is left out is counted by the hour, and billed to nobody."""
    room.ask_for("PUT", "/usage-limits", {**LIMIT, "when_reached": "sample"})
    room.counted()
    room.clock.advance(61)
    before = room.get("/orgs/current/usage/2026-11").json["traces"]
    roots = [uuid7(room.clock.now_us()) for _ in range(200)]
    posts: list[dict[str, Any]] = [{"id": one, "name": "a", "run_type": "chain", "start_time": 1} for one in roots]
    room.send(json.dumps({"post": posts}))
    room.counted()
    taken = sum(is_drawn(one, 0.1) for one in roots)
    left_out = room.get("/workspaces/current/left-out").json
    assert (left_out["traces"], left_out["runs"]) == (200 - taken, 200 - taken)
    assert left_out["by_hour"] == [{"hour": "2026-11-20T12:00:00Z", "traces": 200 - taken, "runs": 200 - taken}]
    assert room.get("/orgs/current/usage/2026-11").json["traces"] == before + taken
    standing = room.get(STANDING).json
    assert (standing["in_reject_set"], standing["limits"][0]["when_reached"]) == (False, "sample")
    assert room.get("/workspaces/current/left-out", month="2026-13").status == 422


def test_base_only_takes_all_and_extends_nothing(room: EffectsRoom) -> None:
    """Its owner sees which limit refuses upgrades; traces go on."""
    room.ask_for("PUT", "/usage-limits", {**LIMIT, "when_reached": "base_only"})
    room.clock.advance(61)
    assert room.sent()[0] == 202
    assert room.extended(room.trace()) == "refused"
    standing = room.get(STANDING).json
    assert (standing["in_reject_set"], standing["usage_limit_type"]) == (True, "user_defined_monthly_traces")


def test_the_standing_names_all_limits(room: EffectsRoom) -> None:
    """The workspace's and the organization's, of traces and of extended ones; the one that refuses traces first."""
    room.ask_for("PUT", "/usage-limits", {**UPGRADES, "limit_value": 0})
    room.ask_for("PUT", "/usage-limits/org", {**LIMIT, "limit_value": 100}, room.owner)
    standing = room.get(STANDING).json
    assert [(one["limit_type"], one["is_reached"], one["used"]) for one in standing["limits"]] == [
        ("monthly_longlived_traces", True, 0),
        ("monthly_traces", False, 3),
    ]
    assert (standing["in_reject_set"], standing["usage_limit_type"], standing["tenant_limit"]) == (
        True,
        "user_defined_monthly_longlived_traces",
        0,
    )
    room.ask_for("PUT", "/usage-limits", LIMIT)
    assert room.get(STANDING).json["usage_limit_type"] == "user_defined_monthly_traces"


def test_an_organization_and_a_workspace_at_a_glance(room: EffectsRoom) -> None:
    """What they are called, the plan, and how much there is."""
    info = room.get("/orgs/current/info", room.owner).json
    assert (info["id"], info["tier"], info["is_personal"]) == (room.organization, "enterprise", False)
    stats = room.get("/workspaces/current/stats").json
    assert (stats["tenant_id"], stats["tracer_session_count"], stats["dataset_count"]) == (WORKSPACE, 1, 0)


def test_owners_are_told_by_the_meter_and_read_it_in_the_standing(room: EffectsRoom) -> None:
    """Once at 80 %, once when it is reached: on the topic, and beside where the workspace stands."""
    room.ask_for("PUT", "/usage-limits", {**LIMIT, "limit_value": 4})
    for _ in range(3):
        room.counted()
    room.use(1)
    room.counted()
    alerts = room.get(STANDING).json["alerts"]
    assert [(one["level"], one["limit_type"]) for one in alerts] == [("reached", "monthly_traces")]
    room.ask_for("PUT", "/usage-limits", {**LIMIT, "limit_value": 5})
    room.counted()
    assert [one["level"] for one in room.get(STANDING).json["alerts"]] == ["reached", "near"]
    assert room.get(STANDING, room.other_key).json["alerts"] == []


def test_the_laptops_organization_can_be_put_on_any_plan(room: EffectsRoom) -> None:
    """It has no limit; Developer without billing stops at 5,000 for all its workspaces; with billing it goes on."""
    assert room.get(STANDING).json["limits"] == []
    free = {"plan": "developer", "has_billing": False}
    room.ask_for("PATCH", "/orgs/current/billing", free, room.owner)
    [stop] = room.get(STANDING).json["limits"]
    assert (stop["limit"], stop["used"], stop["when_reached"], stop["limit_id"]) == (5_000, 3, "reject", None)
    room.use(4_997, workspace=room.sibling)
    room.clock.advance(61)
    status, body, _ = room.sent()
    assert (status, "5,000 traces a month, set by the plan Developer without billing" in body["details"]) == (429, True)
    room.ask_for("PATCH", "/orgs/current/billing", {"plan": "plus"}, room.owner)
    room.clock.advance(61)
    assert room.sent()[0] == 202
