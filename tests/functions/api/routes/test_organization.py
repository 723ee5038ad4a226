"""Several workspaces of one organization, and the keys that see them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.local.answer import answer_of
from infra.local.http_event import Request, http_event
from infra.local.routes import Match
from infra.topology import RECEIVE
from tests.api_room import OTHER_WORKSPACE, ApiRoom
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US


class Organization(ApiRoom):
    """A room with a key of the whole organization, and a second workspace in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.wide, self.wide_key = self.ask.access.create_key(WORKSPACE, "first", is_organization_wide=True)
        self.clock.advance(1)
        self.second: str = self.post("/workspaces", {"display_name": "second"}, self.wide).json["id"]

    def there(self, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401 any JSON
        """Ask by the wide key, in the second workspace."""
        return self.ask_for(method, path, body, self.wide, headers={"x-tenant-id": self.second})


@pytest.fixture
def room(tmp_path: Path) -> Organization:
    """A fresh organization."""
    return Organization(tmp_path)


def test_a_wide_key_sees_all_workspaces_of_its_organization(room: Organization) -> None:
    """The oldest first, and none of another organization; other keys see their own."""
    assert [one["id"] for one in room.get("/workspaces", room.wide).json] == [WORKSPACE, room.second]
    assert {one["organization_id"] for one in room.get("/workspaces", room.wide).json} == {
        room.get("/workspaces/current").json["organization_id"]
    }
    assert [one["id"] for one in room.get("/workspaces").json] == [WORKSPACE]
    assert room.get("/orgs/current", room.wide).json["workspaces"] == [WORKSPACE, room.second]


def test_a_wide_key_acts_in_the_workspace_that_is_named(room: Organization) -> None:
    """What it makes there is there; the keys that it makes there see nothing else."""
    made = room.there("POST", "/sessions", {"name": "p"}).json
    assert made["tenant_id"] == room.second
    assert room.get(f"/sessions/{made['id']}", room.wide).status == 404
    key = room.there("POST", "/api-key", {}).json["key"]
    assert room.get(f"/sessions/{made['id']}", key).status == 200
    assert room.get("/me", key).json["workspace"]["display_name"] == "second"
    assert room.there("GET", "/me").json["tenant_id"] == room.second


def test_a_wide_key_sends_traces_to_the_workspace_that_is_named(room: Organization) -> None:
    """Ingest knows the same keys."""
    run = uuid7(NOON_US)
    headers = {"x-api-key": room.wide, "x-tenant-id": room.second, "content-type": "application/json"}
    body = f'{{"post": [{{"id": "{run}", "name": "r", "run_type": "chain"}}]}}'.encode()
    request = Request("POST", "/runs/batch", "", list(headers.items()), body)
    answer = answer_of(room.receive(http_event(request, Match(RECEIVE, "POST /runs/batch"), NOON_US, "id"), None))
    assert answer.status == 202, answer.body
    room.pump()
    assert room.there("GET", f"/runs/{run}").status == 200
    assert room.get(f"/runs/{run}", room.wide).status == 404


@pytest.mark.parametrize(
    "named", [OTHER_WORKSPACE, uuid7(NOON_US), "second", "x" * 5000], ids=["other", "none", "name", "long"]
)
def test_a_wide_key_ends_at_its_organization(room: Organization, named: str) -> None:
    """Another organization's workspace, none at all, and what is no id are refused alike."""
    assert room.ask_for("GET", "/me", None, room.wide, headers={"x-tenant-id": named}).status == 403


def test_a_wide_session_acts_where_the_page_says(room: Organization) -> None:
    """Changing workspaces takes no second key."""
    headers = {"cookie": room.sign_in(room.wide), "x-tenant-id": room.second}
    assert room.ask_for("GET", "/me", None, None, headers=headers).json["tenant_id"] == room.second


def test_a_revoked_wide_key_is_revoked_everywhere(room: Organization) -> None:
    """Its record is in the workspace where it was made, and its use is noted there."""
    room.there("GET", "/me")
    [listed] = [one for one in room.get("/api-key").json if one["id"] == room.wide_key.id]
    assert listed["last_used_at"] is not None
    assert room.there("DELETE", f"/api-key/{room.wide_key.id}").status == 404
    assert room.ask_for("DELETE", f"/api-key/{room.wide_key.id}").status == 200
    assert room.there("GET", "/me").status == 401


def test_a_key_of_one_workspace_makes_no_other(room: Organization) -> None:
    """Nor does a wide key that only reads."""
    assert room.post("/workspaces", {"display_name": "third"}).status == 403
    reading, _ = room.ask.access.create_key(WORKSPACE, "r", is_read_only=True, is_organization_wide=True)
    assert room.post("/workspaces", {"display_name": "third"}, reading).status == 403
    assert len(room.get("/workspaces", reading).json) == 2


def test_a_workspace_is_renamed_by_who_may_write_there(room: Organization) -> None:
    """Its own keys, and those of the organization; nobody else finds it."""
    assert (
        room.ask_for("PATCH", f"/workspaces/{WORKSPACE}", {"display_name": " first "}).json["display_name"] == "first"
    )
    path = f"/workspaces/{room.second}"
    assert room.ask_for("PATCH", path, {"display_name": "mine"}).status == 404
    assert room.ask_for("PATCH", path, {"display_name": "mine"}, room.other_key).status == 404
    assert room.ask_for("PATCH", path, {"display_name": "next"}, room.wide).status == 200
    assert [one["display_name"] for one in room.get("/workspaces", room.wide).json] == ["first", "next"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_name_must_be_one(room: Organization, name: str) -> None:
    """Neither empty nor longer than a list shows."""
    assert room.post("/workspaces", {"display_name": name}, room.wide).status == 422
    assert room.ask_for("PATCH", f"/workspaces/{WORKSPACE}", {"display_name": name}).status == 422


def test_names_and_ids_are_taken_once(room: Organization) -> None:
    """Two workspaces of one name could not be told apart; its own name is no conflict."""
    assert room.post("/workspaces", {"display_name": "second"}, room.wide).status == 409
    assert room.ask_for("PATCH", f"/workspaces/{WORKSPACE}", {"display_name": "second"}, room.wide).status == 409
    assert room.ask_for("PATCH", f"/workspaces/{room.second}", {"display_name": "second"}, room.wide).status == 200
    taken = {"display_name": "third", "id": OTHER_WORKSPACE}
    assert room.post("/workspaces", taken, room.wide).status == 409
    chosen = uuid7(NOON_US)
    assert room.post("/workspaces", {"display_name": "third", "id": chosen}, room.wide).json["id"] == chosen
