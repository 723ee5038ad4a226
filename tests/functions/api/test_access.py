"""Who may ask what: tried on every route that the app has, so that a new one cannot forget it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from functions.api.app import build_app, open_room
from functions.api.auth import OPEN, QUESTION
from shared.base.clock import SteppingClock
from tests.api_room import SETTINGS, ApiRoom
from tests.operations import WORKSPACE, envelope, uuid7
from tests.record_room import agent_trace
from tests.stores import NOON_US, local_store

QUESTIONS = {
    ("POST", "/runs/group"),
    ("POST", "/runs/group/stats"),
    ("POST", "/runs/query"),
    ("POST", "/runs/rules/dry-run"),
    ("POST", "/runs/stats"),
    ("POST", "/traces/{trace_id}/runs/details"),
    ("POST", "/traces/{trace_id}/share/preview"),
    ("POST", "/traces/{trace_id}/share/preview/files"),
    ("POST", "/workspaces/current/share-settings/trial"),
    ("POST", "/v2/runs/export"),
    ("POST", "/v2/runs/query"),
    ("POST", "/v2/threads/query"),
    ("POST", "/v2/threads/stats"),
    ("POST", "/v2/traces/query"),
}
"""All that may be asked by another method than GET without writing; a new one must be added by hand."""
DOORS = {(method, "/feedback/tokens/{token}") for method in ("GET", "OPTIONS", "POST")}
"""All that needs no key: what is in the path is the secret. A new one must be added by hand."""
PAGE_DOORS = {("POST", "/sign-in"), ("POST", "/sign-out")}
"""All that needs no key because the key is in the body, or no longer wanted: they open to our own page alone."""
WRITERS_ONLY = {("GET", "/feedback/tokens")}
"""All that a key must be allowed to write for, though it only reads: it shows what lets anyone write."""


class Asked(NamedTuple):
    """One route by one of its methods."""

    method: str
    path: str
    is_question: bool
    is_open: bool = False

    @property
    def reads(self) -> bool:
        """Whether a read-only key may ask it."""
        return (self.method == "GET" or self.is_question) and (self.method, self.path) not in WRITERS_ONLY


def routes_of(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    """All routes, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_of(included.routes)
        else:
            assert isinstance(route, APIRoute), f"{route} is behind no authorization: mend this test or the route"
            yield route


def every_route(folder: Path) -> list[Asked]:
    """The route table of the app, without a store that holds anything."""
    clock = SteppingClock(NOON_US)
    app = build_app(open_room(SETTINGS, local_store(folder, clock), clock))
    return [
        Asked(method, route.path, QUESTION in route.tags, OPEN in route.tags)
        for route in routes_of(list(app.routes))
        for method in sorted(route.methods or ())
    ]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> ApiRoom:
    """A room with a trace in it."""
    room = ApiRoom(tmp_path_factory.mktemp("access"))
    room.take(envelope(agent_trace(), NOON_US))
    return room


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    """Every route of the app."""
    found = every_route(tmp_path_factory.mktemp("routes"))
    assert len(found) > 20
    return found


def path_with_ids(path: str) -> str:
    """The path with an id for each of its variables."""
    return re.sub(r"\{\w+\}", uuid7(NOON_US), path)


def test_no_route_answers_without_a_key(room: ApiRoom, routes: list[Asked]) -> None:
    """Every route asks for a key before anything else, even before it looks at the body."""
    closed = [one for one in routes if not one.is_open]
    answers = {one: room.ask_for(one.method, path_with_ids(one.path), key=None) for one in closed}
    assert {one: answer.status for one, answer in answers.items() if answer.status != 401} == {}
    assert all("x-api-key" in answer.text for answer in answers.values())


def test_no_route_answers_an_unknown_key(room: ApiRoom, routes: list[Asked]) -> None:
    """A key that was never made here opens nothing."""
    closed = [one for one in routes if not one.is_open]
    statuses = {room.ask_for(one.method, path_with_ids(one.path), key="lsv2_pt_wrong").status for one in closed}
    assert statuses == {401}


def test_an_open_route_opens_by_what_is_in_its_path_alone(room: ApiRoom, routes: list[Asked]) -> None:
    """There are no other doors than those named here, and none opens by a key, or by a token that was never made."""
    doors = [one for one in routes if one.is_open]
    assert {(one.method, one.path) for one in doors} == DOORS | PAGE_DOORS
    for key in (None, room.key):
        tried = [one for one in doors if one.method != "OPTIONS" and one[:2] not in PAGE_DOORS]
        answers = [room.ask_for(one.method, path_with_ids(one.path), {"score": 1}, key) for one in tried]
        assert {answer.status for answer in answers} == {404}


def test_a_page_door_opens_to_our_own_page_alone(room: ApiRoom) -> None:
    """Signing in and out say which header is missing, whatever key comes along."""
    for key in (None, room.key):
        answers = [room.ask_for(method, path, {"api_key": room.key}, key) for method, path in PAGE_DOORS]
        assert {answer.status for answer in answers} == {403}
        assert all("X-Tracekeep-Page" in answer.text for answer in answers)


def test_a_cookie_writes_nowhere_without_the_pages_header(room: ApiRoom, routes: list[Asked]) -> None:
    """Every route that is asked by another method than GET is closed to a form that another page sends along."""
    cookie = {"cookie": room.sign_in()}
    others = [one for one in routes if one.method != "GET" and not one.is_open]
    assert len(others) > 20
    answers = [room.ask_for(one.method, path_with_ids(one.path), {}, None, headers=cookie) for one in others]
    assert {answer.status for answer in answers} == {403}
    assert all("X-Tracekeep-Page" in answer.text for answer in answers)


def test_a_cookie_reads_nothing_for_another_page(room: ApiRoom, routes: list[Asked]) -> None:
    """Every GET that asks for a key is closed to what another page embeds."""
    headers = {"cookie": room.sign_in(), "sec-fetch-site": "cross-site"}
    reading = [one for one in routes if one.method == "GET" and not one.is_open]
    answers = [room.ask_for("GET", path_with_ids(one.path), None, None, headers=headers) for one in reading]
    assert {answer.status for answer in answers} == {403}


def test_a_read_only_keys_cookie_writes_nowhere(room: ApiRoom, routes: list[Asked]) -> None:
    """A session can do what its key can, and no more."""
    headers = {"cookie": room.sign_in(room.reading_key), "x-tracekeep-page": "1"}
    writing = [one for one in routes if not one.reads and not one.is_open and one[:2] not in WRITERS_ONLY]
    answers = [room.ask_for(one.method, path_with_ids(one.path), {}, None, headers=headers) for one in writing]
    assert {answer.status for answer in answers} == {403}
    assert all("read only" in answer.text for answer in answers)


def test_a_read_only_key_writes_nowhere(room: ApiRoom, routes: list[Asked]) -> None:
    """Every route that is not a question refuses a read-only key, and says so."""
    writing = [one for one in routes if not one.reads and not one.is_open and one[:2] not in WRITERS_ONLY]
    assert len(writing) >= 8
    answers = [room.ask_for(one.method, path_with_ids(one.path), {}, room.reading_key) for one in writing]
    assert {answer.status for answer in answers} == {403}
    assert all("read only" in answer.text for answer in answers)


def test_a_read_only_key_may_ask_everything(room: ApiRoom, routes: list[Asked]) -> None:
    """No question is refused to a read-only key; some lack a parameter, find nothing or are retired."""
    asking = [one for one in routes if one.reads]
    body = {"session": [room.project()], "project_ids": [room.project()], "project_id": room.project()}
    statuses = {
        one: room.ask_for(
            one.method, path_with_ids(one.path), None if one.method == "GET" else body, room.reading_key
        ).status
        for one in asking
    }
    assert {one: status for one, status in statuses.items() if status not in {200, 400, 404, 410, 422}} == {}


def test_what_reads_by_another_method_is_named_here(routes: list[Asked]) -> None:
    """A route that calls itself a question is one of those that were looked at."""
    assert {(one.method, one.path) for one in routes if one.is_question} == QUESTIONS


def test_another_workspace_is_not_there(room: ApiRoom) -> None:
    """A key of another workspace finds none of our runs, traces and projects, by whatever name."""
    trace_id = agent_trace()[0].run_id
    room.take(envelope(facts := agent_trace(), NOON_US))
    trace_id, project = facts[0].run_id, room.project()
    theirs = room.other_key
    assert room.get(f"/runs/{trace_id}").status == 200
    answers = [
        room.get(f"/runs/{trace_id}", theirs),
        room.get(f"/v2/runs/{trace_id}", theirs, project_id=project),
        room.get(f"/v2/runs/{trace_id}/url", theirs, project_id=project, trace_id=trace_id),
        room.get(f"/v2/traces/{trace_id}/runs", theirs, project_id=project),
        room.post("/runs/query", {"session": [project]}, theirs),
        room.post("/v2/runs/query", {"project_ids": [project]}, theirs),
        room.post("/v2/traces/query", {"project_id": project}, theirs),
        room.get(f"/sessions/{project}", theirs),
        room.ask_for("PATCH", f"/sessions/{project}", {"name": "mine"}, theirs),
        room.ask_for("DELETE", f"/sessions/{project}", key=theirs),
        room.ask_for("DELETE", "/sessions", key=theirs, query={"session_ids": project}),
    ]
    assert [answer.status for answer in answers] == [404] * len(answers)
    assert room.post("/runs/query", {"id": [trace_id]}, theirs).json["runs"] == []
    assert room.post("/runs/query", {"trace": trace_id}, theirs).json["runs"] == []
    assert all(one["id"] != project for one in room.get("/sessions", theirs).json)


def test_another_workspaces_key_cannot_be_revoked(room: ApiRoom) -> None:
    """Keys are found in the caller's workspace only."""
    ours = room.ask.access.keys_of(WORKSPACE)[0]
    assert room.ask_for("DELETE", f"/api-key/{ours.id}", key=room.other_key).status == 404
    assert room.get("/me").status == 200


def test_a_key_that_names_another_workspace_is_refused(room: ApiRoom) -> None:
    """X-Tenant-Id must be the key's own workspace."""
    answer = room.ask_for("GET", "/sessions", headers={"x-tenant-id": uuid7(NOON_US)})
    assert answer.status == 403
    assert "X-Tenant-Id" in answer.json["detail"]


def test_a_bearer_token_is_a_key(room: ApiRoom) -> None:
    """The documentation's curl examples send the key as a bearer token."""
    assert room.ask_for("GET", "/me", key=None, headers={"authorization": f"Bearer {room.key}"}).status == 200
