"""How long traces are kept: what owners choose, what a trace says of it, and nothing after its end by any route."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from functions.keep.app import build as build_keep
from shared.base.units import S_PER_DAY, US_PER_S
from shared.retention.kept import Kept
from tests.api_room import ApiRoom
from tests.api_traces import Story, story
from tests.keep_room import KEEP_SETTINGS
from tests.operations import WORKSPACE
from tests.stores import NOON_US

OLD = "2000-01-01T00:00:00Z"


class KeptRoom(ApiRoom):
    """An api room with record, keep, and what time deletes by itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.keep = build_keep(KEEP_SETTINGS, self.store, self.clock)

    def finish(self) -> None:
        """Let record and keep do all that waits, also what waits for time to pass."""
        for _ in range(4):
            self.pump()
            messages = self.store.upgrades.receive(10, 60)
            attributes = {"ApproximateReceiveCount": "1"}
            records = [{"messageId": one.id, "body": one.body, "attributes": attributes} for one in messages]
            assert self.keep({"Records": records}, None)["batchItemFailures"] == []
            self.store.upgrades.delete([one.handle for one in messages])
            self.clock.advance(KEEP_SETTINGS.settle_s)

    def let_days_pass(self, days: float) -> None:
        """Let time pass; TTL deletes what is over."""
        self.clock.advance(days * S_PER_DAY)
        traces: Any = self.store.traces
        traces.expire(self.clock.now_us() // US_PER_S)


@pytest.fixture
def room(tmp_path: Path) -> KeptRoom:
    """An empty room."""
    return KeptRoom(tmp_path)


def shown(room: KeptRoom, told: Story, feedback_id: str) -> dict[str, bool]:
    """Which routes show a trace."""
    project = room.project()
    by_id = ("/runs/{root}", "/v2/runs/{root}?project_id={project}")
    page = ("/traces/{root}/skeleton", "/traces/{root}/retention")
    under = ("/v2/traces/{root}/runs?project_id={project}", "/traces/{root}/search?q=refund", "/feedback?run={root}")
    lists = ("/feedback?session={project}", "/feedback/{feedback}", "/runs/{tool}")
    asked: dict[str, tuple[str, object]] = dict.fromkeys((*by_id, *page, *under, *lists), ("GET", None))
    v2 = {"project_ids": [project], "min_start_time": OLD}
    asked |= {
        "/runs/query": ("POST", {"session": [project], "start_time": OLD}),
        "/runs/query?trace": ("POST", {"trace": told.root}),
        "/runs/query?id": ("POST", {"id": [told.tool]}),
        "/runs/query?error": ("POST", {"session": [project], "error": True, "start_time": OLD}),
        "/v2/runs/query": ("POST", v2),
        "/v2/traces/query": ("POST", {"project_id": project, "min_start_time": OLD}),
        "/v2/runs/export": ("POST", v2),
        "/traces/{root}/runs/details": ("POST", {"ids": [told.root]}),
    }
    found = {}
    for path, (method, body) in asked.items():
        words = {"root": told.root, "tool": told.tool, "project": project, "feedback": feedback_id}
        route, _, query = path.format(**words).partition("?")
        pairs = dict(pair.split("=") for pair in query.split("&") if "=" in pair)
        answer = room.ask_for(method, route, body, query=pairs)
        assert answer.status in {200, 404}, (path, answer.text)
        names = told.root in answer.text or told.root.replace("-", "") in answer.text
        found[path] = answer.status == 200 and names and '"missing":["' not in answer.text
    return found


def sent(room: KeptRoom, start_us: int = NOON_US) -> tuple[Story, str]:
    """A trace, and a feedback on it that keeps nothing."""
    told, feedback_id = story(start_us), str(uuid.uuid4())
    room.send(told.body)
    body = {"id": feedback_id, "run_id": told.root, "trace_id": told.root, "key": "k", "extend_trace_retention": False}
    assert room.post("/feedback", body).status == 200
    room.finish()
    return told, feedback_id


@pytest.mark.parametrize(("tier", "days"), [("base", 14), ("extended", 400)])
def test_a_trace_is_shown_by_every_route_until_its_end_and_by_none_after_it(
    room: KeptRoom, tier: str, days: int
) -> None:
    """A day before its end by all of them, from its end on by none, whether TTL has run or not."""
    told, feedback_id = sent(room)
    if tier == "extended":
        kept = Kept("rule", "r-1", room.clock.now_us(), name="errors")
        room.ask.upgrades.extend(WORKSPACE, told.root, kept)
        room.finish()
    room.let_days_pass(days - 1)
    before = shown(room, told, feedback_id)
    assert [path for path, is_shown in before.items() if not is_shown] == []
    room.clock.advance(S_PER_DAY)
    assert [path for path, is_shown in shown(room, told, feedback_id).items() if is_shown] == []
    room.let_days_pass(2)
    assert [path for path, is_shown in shown(room, told, feedback_id).items() if is_shown] == []


def test_a_feedback_that_is_posted_keeps_its_trace(room: KeptRoom) -> None:
    """The run says so by v1, v2 and the page, with the cause, when, and until when."""
    told, _ = sent(room)
    kept_by = {"run_id": told.tool, "trace_id": told.root, "key": "correctness", "score": 1}
    assert room.post("/feedback", kept_by).status == 200
    room.finish()
    run = room.get(f"/runs/{told.llm}").json
    assert (run["trace_tier"], run["ttl_seconds"], run["trace_upgrade"]) == ("longlived", 400 * S_PER_DAY, True)
    assert run["trace_kept_because"] == "Feedback “correctness” was given on 20 November 2026 by api"
    page = room.get(f"/traces/{told.root}/skeleton").json
    assert (page["trace_tier"], page["expires_us"] > NOON_US + 399 * S_PER_DAY * US_PER_S) == ("longlived", True)
    assert page["kept_because"]["sentence"] == run["trace_kept_because"]
    assert (page["kept_because"]["cause"], page["kept_because"]["name"]) == ("feedback", "correctness")
    why = room.get(f"/traces/{told.root}/retention").json
    assert (why["ttl_seconds"], why["kept_because"], why["also_because"]) == (
        400 * S_PER_DAY,
        page["kept_because"],
        [],
    )


def test_feedback_on_a_kept_trace_is_told_among_its_causes(room: KeptRoom) -> None:
    """What asks to be kept is, whatever came first; what asks not to be is not; and none where nothing keeps it."""
    told, _ = sent(room)
    kept_by = {"run_id": told.tool, "trace_id": told.root, "key": "correctness", "score": 1}
    assert room.get(f"/traces/{told.root}/retention").json["also_because"] == []
    room.ask.upgrades.extend(WORKSPACE, told.root, Kept("rule", "r-1", room.clock.now_us(), name="errors"))
    for body in (kept_by, kept_by | {"key": "seen", "extend_trace_retention": False}):
        assert room.post("/feedback", body).status == 200
    room.finish()
    why = room.get(f"/traces/{told.root}/retention").json
    assert why["kept_because"]["cause"] == "rule"
    assert [(one["cause"], one["name"]) for one in why["also_because"]] == [("feedback", "correctness")]


def test_a_project_keeps_its_traces_by_its_own_tier_or_the_one_above(room: KeptRoom) -> None:
    """`trace_tier` of a project, null for the workspace's, which may be the organization's."""
    room.send(story().body)
    project = room.project()
    tiers = []
    for number, change in enumerate(({"trace_tier": "longlived"}, {"name": "default"}, {"trace_tier": None})):
        changed = room.ask_for("PATCH", f"/sessions/{project}", change)
        assert changed.status == 200, changed.text
        room.clock.advance(10)
        told = story(NOON_US + number * 5_000_000)
        room.send(told.body)
        tiers.append((changed.json["trace_tier"], room.get(f"/runs/{told.root}").json["trace_tier"]))
    assert tiers == [("longlived", "longlived"), ("longlived", "longlived"), (None, "shortlived")]


def test_settings_are_read_as_they_were_written(room: KeptRoom) -> None:
    """The organization's row stands first, the workspace's own behind it once there is one."""
    [system] = room.get("/ttl-settings").json
    assert (system["tenant_id"], system["default_trace_tier"], system["configured_by"]) == (
        None,
        "shortlived",
        "system",
    )
    put = room.ask_for("PUT", "/ttl-settings", {"default_trace_tier": "longlived", "feedback_extends_retention": False})
    assert put.status == 200, put.text
    ours = room.get("/ttl-settings").json[1]
    assert ours == put.json
    assert (ours["tenant_id"], ours["default_trace_tier"], ours["configured_by"]) == (WORKSPACE, "longlived", "user")
    assert (ours["feedback_extends_retention"], ours["app_feedback_extends_retention"]) == (False, False)
    assert room.get("/orgs/ttl-settings").json == [system, ours]
    assert room.ask_for("PUT", "/ttl-settings", {}).status == 422


def test_all_projects_can_be_put_under_a_default(room: KeptRoom) -> None:
    """`apply_to_all_projects` takes their own tier away; without it they keep it."""
    room.send(story().body)
    project = room.project()
    room.ask_for("PATCH", f"/sessions/{project}", {"trace_tier": "longlived"})
    for applies, tier in ((False, "longlived"), (True, None)):
        body = {"default_trace_tier": "shortlived", "apply_to_all_projects": applies}
        assert room.ask_for("PUT", "/ttl-settings", body).status == 200
        assert room.get(f"/sessions/{project}").json["trace_tier"] == tier


def test_an_organization_is_changed_by_a_key_that_is_wide(room: KeptRoom) -> None:
    """A key of one workspace speaks for that alone."""
    wide, _ = room.ask.access.create_key(WORKSPACE, "wide", is_organization_wide=True)
    body = {"default_trace_tier": "longlived"}
    assert room.ask_for("PUT", "/orgs/ttl-settings", body).status == 403
    assert room.ask_for("PUT", "/ttl-settings", {**body, "tenant_id": str(uuid.uuid4())}).status == 403
    changed = room.ask_for("PUT", "/orgs/ttl-settings", body, wide)
    assert (changed.status, changed.json["tenant_id"]) == (200, None)
    told = story()
    room.send(told.body)
    assert room.get(f"/runs/{told.root}").json["trace_tier"] == "longlived"


def test_a_workspace_that_goes_by_its_organization_shows_what_counts(room: KeptRoom) -> None:
    """Also where its own choice was taken away, or names something else alone."""
    wide, _ = room.ask.access.create_key(WORKSPACE, "wide", is_organization_wide=True)
    room.ask_for("PUT", "/ttl-settings", {"default_trace_tier": "shortlived"})
    body = {"default_trace_tier": "longlived", "apply_to_all_projects": True}
    assert room.ask_for("PUT", "/orgs/ttl-settings", body, wide).status == 200
    whole, ours = room.get("/ttl-settings").json
    assert (ours["tenant_id"], ours["default_trace_tier"]) == (WORKSPACE, "longlived")
    assert whole["default_trace_tier"] == "longlived"


def test_a_workspace_goes_back_to_what_its_organization_says(room: KeptRoom) -> None:
    """Null for each choice alone, DELETE for all; the row says what the workspace says itself, and what counts."""
    wide, _ = room.ask.access.create_key(WORKSPACE, "wide", is_organization_wide=True)
    room.ask_for("PUT", "/orgs/ttl-settings", {"default_trace_tier": "longlived"}, wide)
    own = {"default_trace_tier": "shortlived", "feedback_extends_retention": False}
    put = room.ask_for("PUT", "/ttl-settings", own).json
    assert (put["default_trace_tier"], put["says"]["default_trace_tier"]) == ("shortlived", "shortlived")
    back = room.ask_for("PUT", "/ttl-settings", {"default_trace_tier": None}).json
    assert (back["default_trace_tier"], back["says"]["default_trace_tier"]) == ("longlived", None)
    assert (back["feedback_extends_retention"], back["configured_by"]) == (False, "user")
    told = story()
    room.send(told.body)
    assert room.get(f"/runs/{told.root}").json["trace_tier"] == "longlived"
    switch = {"default_trace_tier": None, "feedback_extends_retention": None}
    assert room.ask_for("PUT", "/ttl-settings", switch).json["feedback_extends_retention"]
    room.ask_for("PUT", "/ttl-settings", own)
    room.ask_for("PUT", "/workspaces/current/ttl-settings", {"longlived_ttl_days": 90})
    assert room.ask_for("DELETE", "/ttl-settings", key=room.reading_key).status == 403
    _, ours = room.ask_for("DELETE", "/ttl-settings").json
    assert set(ours["says"].values()) == {None}
    assert (ours["default_trace_tier"], ours["longlived_ttl_days"], ours["configured_by"]) == (
        "longlived",
        400,
        "system",
    )


def test_the_extended_tier_may_have_fewer_days(room: KeptRoom) -> None:
    """Of a workspace or a project; never more than objects are kept."""
    assert room.get("/workspaces/current/ttl-settings").json == {
        "tenant_id": WORKSPACE,
        "longlived_ttl_days": 400,
        "is_custom": False,
    }
    changed = room.ask_for("PUT", "/workspaces/current/ttl-settings", {"longlived_ttl_days": 90})
    assert (changed.json["longlived_ttl_days"], changed.json["is_custom"]) == (90, True)
    over = room.ask_for("PUT", "/workspaces/current/ttl-settings", {"longlived_ttl_days": 401})
    assert (over.status, "400" in over.text) == (422, True)
    room.send(story().body)
    project = room.ask_for("PATCH", f"/sessions/{room.project()}", {"ttl_days": 3, "longlived_ttl_days": 30}).json
    assert (project["ttl_days"], project["longlived_ttl_days"]) == (3, 30)
