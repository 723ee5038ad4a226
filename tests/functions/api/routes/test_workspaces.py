"""The workspace, its organization, its refused operations, its keys and its prices."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from langsmith.schemas import LangSmithSettings

from shared.base.units import S_PER_DAY, US_PER_DAY
from tests.api_room import ApiRoom
from tests.api_traces import iso, story
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A fresh room."""
    return ApiRoom(tmp_path)


def test_the_clients_settings_are_the_workspaces(room: ApiRoom) -> None:
    """`GET /settings` is parsed by the client's own model."""
    settings = LangSmithSettings(**room.get("/api/v1/settings").json)
    assert (settings.id, settings.display_name, settings.tenant_handle) == (WORKSPACE, "ours", None)


def test_a_key_sees_its_workspace_only(room: ApiRoom) -> None:
    """By each of the paths that ask for it, and as a part of its organization."""
    workspaces = room.get("/workspaces").json
    assert [one["id"] for one in workspaces] == [WORKSPACE]
    assert room.get("/tenants").json == workspaces
    assert room.get("/workspaces/current").json == workspaces[0]
    organization = room.get("/orgs/current").json
    assert organization["id"] == workspaces[0]["organization_id"]
    assert organization["workspaces"] == [WORKSPACE]


def test_a_key_knows_what_it_may_do(room: ApiRoom) -> None:
    """A read-only key has no permission that writes."""
    may_all, may_read = room.get("/me").json, room.get("/me", room.reading_key).json
    assert set(may_read["permissions"]) < set(may_all["permissions"])
    assert all(permission.endswith(":read") for permission in may_read["permissions"])
    assert (may_read["api_key"]["read_only"], may_all["tenant_id"]) == (True, WORKSPACE)


def test_refused_operations_are_listed_newest_first(room: ApiRoom) -> None:
    """Each with what it was and why, up to the limit, and only to their own workspace."""
    lost = post(uuid7(NOON_US), NOON_US)
    room.take(envelope([lost], NOON_US, f"id:{uuid7(NOON_US)}"))
    room.clock.advance(60)
    late = post(uuid7(NOON_US), NOON_US)
    room.take(envelope([late, patch(late, NOON_US + 1)], room.clock.now_us(), f"id:{uuid7(NOON_US)}"))
    items = room.get("/workspaces/current/rejected-operations").json["items"]
    assert [one["run_id"] for one in items] == [late.run_id, lost.run_id]
    assert "does not exist" in items[0]["reason"]
    assert items[0]["received_at"] == "2026-11-20T12:01:00Z"
    assert len(room.get("/workspaces/current/rejected-operations", limit=1).json["items"]) == 1
    assert room.get("/workspaces/current/rejected-operations", room.other_key).json["items"] == []


@pytest.mark.parametrize(("path", "prefix"), [("/api-key", "lsv2_sk_"), ("/api-key/current", "lsv2_pt_")])
def test_a_key_is_shown_once_and_works_until_revoked(room: ApiRoom, path: str, prefix: str) -> None:
    """Its text is in the answer that makes it and nowhere after; revoked, it opens nothing."""
    made = room.post(path, {"description": "ci", "read_only": True}).json
    assert made["key"].startswith(prefix)
    assert room.get("/sessions", made["key"]).status == 200
    assert room.post("/sessions", {"name": "x"}, made["key"]).status == 403
    listed = room.get(path)
    assert made["key"] not in listed.text
    assert made["id"] in [key["id"] for key in listed.json]
    assert room.ask_for("DELETE", f"{path}/{made['id']}").status == 200
    assert room.get("/sessions", made["key"]).status == 401
    assert made["id"] not in [key["id"] for key in room.get(path).json]


def test_a_key_ends_when_it_was_said_to(room: ApiRoom) -> None:
    """A key that has expired opens nothing, and none is made that has expired already."""
    key = room.post("/api-key", {"expires_at": iso(NOON_US + US_PER_DAY)}).json["key"]
    assert room.get("/me", key).json["api_key"]["expires_at"] == "2026-11-21T12:00:00Z"
    room.clock.advance(S_PER_DAY)
    assert room.get("/me", key).status == 401
    assert "expired" in room.get("/me", key).json["detail"]
    refused = room.post("/api-key", {"expires_at": iso(NOON_US)})
    assert (refused.status, "expires_at" in refused.json["detail"]) == (422, True)


def test_a_price_is_per_token(room: ApiRoom) -> None:
    """The table that costs are reckoned from, as decimal text; each row has an id of its own that stays."""
    rows = room.get("/model-price-map").json
    [row] = [row for row in rows if row["match_pattern"] == "gpt-4o"]
    assert (Decimal(row["prompt_cost"]), Decimal(row["completion_cost"])) == (Decimal("2.5e-6"), Decimal("10e-6"))
    assert row["prompt_cost"] == "0.0000025"
    assert len({row["id"] for row in rows}) == len(rows)
    assert room.get("/model-price-map").json == rows


def test_feedback_is_told_with_its_run(room: ApiRoom) -> None:
    """What a client said about a run is summed up by key wherever the run is shown."""
    told, boundary = story(), "b0undary"
    room.send(told.body)
    for number, score in enumerate((0.5, 1.0)):
        feedback = uuid7(NOON_US + number * 1000)
        body = {"id": feedback, "run_id": told.root, "trace_id": told.root, "key": "user", "score": score}
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="feedback.{feedback}"\r\n'
        part += f"Content-Type: application/json\r\n\r\n{json.dumps(body)}\r\n--{boundary}--\r\n"
        room.send(part, "/runs/multipart", f"multipart/form-data; boundary={boundary}")
    stats = room.get(f"/runs/{told.root}").json["feedback_stats"]["user"]
    assert (stats["n"], stats["avg"], stats["min"], stats["max"]) == (2, 0.75, 0.5, 1.0)
    asked = {"project_ids": [room.project()], "is_root": True, "selects": ["FEEDBACK_STATS"]}
    assert room.post("/v2/runs/query", asked).json["items"][0]["feedback_stats"]["user"] == stats
    assert room.get(f"/runs/{told.llm}").json["feedback_stats"] is None
