"""Keys: who may make them, what is said of them, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.base.units import S_PER_HOUR
from tests.api_room import Answered, ApiRoom
from tests.operations import WORKSPACE

PAGE = {"x-tracekeep-page": "1"}


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A fresh room."""
    return ApiRoom(tmp_path)


def own(listed: Answered) -> dict[str, object]:
    """The key that asked, in the list that it got."""
    [found] = [one for one in listed.json if one["is_current"]]
    return dict(found)


def test_a_key_says_when_it_was_last_used(room: ApiRoom) -> None:
    """To the hour, and never where it was not used."""
    [unused] = [one for one in room.get("/api-key").json if one["id"] != own(room.get("/api-key"))["id"]]
    assert unused["last_used_at"] is None
    assert own(room.get("/api-key"))["last_used_at"] == "2026-11-20T12:00:00Z"
    room.clock.advance(S_PER_HOUR - 1)
    assert own(room.get("/api-key"))["last_used_at"] == "2026-11-20T12:00:00Z"
    room.clock.advance(1)
    assert own(room.get("/api-key"))["last_used_at"] == "2026-11-20T13:00:00Z"
    assert room.get("/me").json["api_key"]["last_used_at"] == "2026-11-20T13:00:00Z"


def test_a_key_that_only_sends_traces_is_used_too(room: ApiRoom) -> None:
    """The room that records them notes it; the one that takes them in may not write there."""
    text, sender = room.ask.access.create_key(WORKSPACE, "of an application")
    key, room.key = room.key, text
    room.send('{"post": [{"id": "019a9c9e-1c00-7000-8000-000000000001", "name": "r", "run_type": "chain"}]}')
    room.key = key
    [listed] = [one for one in room.get("/api-key").json if one["id"] == sender.id]
    assert listed["last_used_at"] == "2026-11-20T12:00:00Z"
    assert listed["workspace_names"] == ["ours"]


def test_a_session_uses_its_key(room: ApiRoom) -> None:
    """What the page does is done by the key that signed in."""
    made = room.post("/api-key", {}).json
    room.ask_for("GET", "/me", None, None, headers={"cookie": room.sign_in(made["key"])})
    [listed] = [one for one in room.get("/api-key").json if one["id"] == made["id"]]
    assert listed["last_used_at"] is not None


def test_the_key_that_signs_in_is_not_revoked_unasked(room: ApiRoom) -> None:
    """The page is told that this would sign it out; asked again, it is done, and said."""
    headers = {**PAGE, "cookie": room.sign_in()}
    listed = room.ask_for("GET", "/api-key", None, None, headers=headers)
    path = f"/api-key/{own(listed)['id']}"
    refused = room.ask_for("DELETE", path, None, None, headers=headers)
    assert (refused.status, "even_mine=true" in refused.json["detail"]) == (409, True)
    assert room.get("/me").status == 200
    done = room.ask_for("DELETE", path, None, None, {"even_mine": "true"}, headers)
    assert (done.status, done.json["warning"] is not None) == (200, True)
    assert room.ask_for("GET", "/me", None, None, headers=headers).status == 401


def test_a_client_may_revoke_its_own_key_and_is_warned(room: ApiRoom) -> None:
    """There is no page to be signed out of; another key is revoked without a warning."""
    other = room.post("/api-key", {}).json["id"]
    assert room.ask_for("DELETE", f"/api-key/{other}").json["warning"] is None
    answer = room.ask_for("DELETE", f"/api-key/{own(room.get('/api-key'))['id']}")
    assert (answer.status, "over within a minute" in answer.json["warning"]) == (200, True)


def test_revoking_twice_keeps_the_first_time(room: ApiRoom) -> None:
    """When a key ended is not moved by saying it again."""
    made = room.post("/api-key", {}).json
    room.ask_for("DELETE", f"/api-key/{made['id']}")
    key = room.ask.access.key_with_text(made["key"])
    room.clock.advance(5)
    assert room.ask_for("DELETE", f"/api-key/{made['id']}").status == 200
    assert room.ask.access.key_with_text(made["key"]) == key


def test_only_a_key_of_the_organization_makes_another(room: ApiRoom) -> None:
    """A key of one workspace cannot make one that sees more than itself."""
    refused = room.post("/api-key", {"organization_wide": True})
    assert (refused.status, "whole organization" in refused.json["detail"]) == (403, True)
    text, _ = room.ask.access.create_key(WORKSPACE, "first", is_organization_wide=True)
    made = room.post("/api-key", {"organization_wide": True}, text).json
    assert made["organization_wide"] is True
    assert "workspaces:create" in room.get("/me", made["key"]).json["permissions"]
    assert "workspaces:create" not in room.get("/me").json["permissions"]


def test_a_description_has_an_end(room: ApiRoom) -> None:
    """It stands in a list."""
    assert room.post("/api-key", {"description": "x" * 200}).status == 200
    assert room.post("/api-key", {"description": "x" * 201}).status == 422
