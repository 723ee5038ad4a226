"""Presigned tokens: feedback from people who have no key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.base.units import S_PER_DAY, S_PER_HOUR
from tests.api_room import ApiRoom
from tests.api_traces import Story, iso, story
from tests.operations import uuid7
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """An empty room."""
    return ApiRoom(tmp_path)


@pytest.fixture
def told(room: ApiRoom) -> Story:
    """A trace that is there."""
    told = story()
    room.send(told.body)
    return told


def token_for(room: ApiRoom, run_id: str, **asked: object) -> dict[str, Any]:
    """One token."""
    body = {"run_id": run_id, "feedback_key": "thumb", **asked}
    answer = room.ask_for("POST", "/api/v1/feedback/tokens", body)
    assert answer.status == 200, answer.text
    token: dict[str, Any] = answer.json
    return token


def path_of(token: dict[str, Any]) -> str:
    """The path in a token's address."""
    return str(token["url"]).removeprefix("http://traces.example:1984")


def feedback_on(room: ApiRoom, run_id: str) -> list[dict[str, Any]]:
    """All feedback on a run."""
    found: list[dict[str, Any]] = room.get("/feedback", run=run_id).json
    return found


def test_a_token_gives_feedback_without_a_key(room: ApiRoom, told: Story) -> None:
    """Its address is where it was made, ends with its id, and works for three hours."""
    token = token_for(room, told.tool)
    assert token["url"] == f"http://traces.example:1984/api/v1/feedback/tokens/{token['id']}"
    assert (token["feedback_key"], token["expires_at"]) == ("thumb", "2026-11-20T15:00:00Z")
    said = {"score": 1, "comment": "nice", "value": {"a": 1}, "correction": {"b": 2}, "metadata": {"page": "/x"}}
    assert room.post(path_of(token), said, None).status == 200
    [given] = feedback_on(room, told.tool)
    assert (given["key"], given["score"], given["comment"], given["trace_id"]) == ("thumb", 1, "nice", told.root)
    assert (given["value"], given["correction"]) == ({"a": 1}, {"b": 2})
    assert given["feedback_source"] == {"type": "api", "metadata": {"page": "/x"}}


@pytest.mark.parametrize(("written", "score"), [("0.5", 0.5), ("true", True), ("-1", -1)])
def test_a_link_gives_feedback(room: ApiRoom, told: Story, written: str, score: float) -> None:
    """By GET, as it stands in a mail: everything in it is text."""
    token = token_for(room, told.root)
    assert room.get(path_of(token), None, score=written, comment="ok").status == 200
    [given] = feedback_on(room, told.root)
    assert (given["score"], given["comment"]) == (score, "ok")
    assert room.get(path_of(token), None, score="much").status == 422
    assert room.get(path_of(token), None, score="nan").status == 422


def test_a_token_that_is_used_again_changes_what_it_said(room: ApiRoom, told: Story) -> None:
    """One token is one feedback, which may have an id that its maker chose."""
    feedback_id = uuid7(NOON_US)
    token = token_for(room, told.root, id=feedback_id)
    assert token["id"] != feedback_id
    for score in (0, 1):
        room.clock.advance(1)
        room.post(path_of(token), {"score": score}, None)
    [given] = feedback_on(room, told.root)
    assert (given["id"], given["score"]) == (feedback_id, 1)


def test_a_token_ends(room: ApiRoom, told: Story) -> None:
    """After its time it opens nothing and is not listed; it may be said in two ways."""
    short = token_for(room, told.root, expires_in={"minutes": 10})
    long = token_for(room, told.root, expires_at=iso(NOON_US + 3 * S_PER_DAY * 1_000_000))
    listed = room.get("/feedback/tokens", run_id=told.root).json
    assert {one["id"] for one in listed} == {short["id"], long["id"]}
    room.clock.advance(S_PER_HOUR)
    assert room.post(path_of(short), {"score": 1}, None).status == 404
    assert room.post(path_of(long), {"score": 1}, None).status == 200
    assert [one["id"] for one in room.get("/feedback/tokens", run_id=told.root).json] == [long["id"]]


def test_several_tokens_at_once(room: ApiRoom, told: Story) -> None:
    """A list is answered with a list, in its order."""
    keys = ["a", "b", "c"]
    asked = [{"run_id": told.root, "feedback_key": key} for key in keys]
    made = room.post("/feedback/tokens", asked).json
    assert [one["feedback_key"] for one in made] == keys
    for token in made:
        room.post(f"/feedback/tokens/{token['id']}", {"score": 1}, None)
    assert sorted(one["key"] for one in feedback_on(room, told.root)) == keys
    assert len(room.get("/feedback/tokens", run_id=told.root, limit=2).json) == 2


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"run_id": "x"}, "run_id"),
        ({"feedback_key": ""}, "key"),
        ({"expires_in": {"days": -1}}, "expires_in"),
        ({"expires_in": "1h"}, "expires_in"),
        ({"expires_at": iso(NOON_US - 1)}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"id": "x"}, "id"),
        ({"feedback_config": {"type": "x"}}, "feedback_config"),
    ],
)
def test_what_cannot_be_made_is_refused_by_its_field(room: ApiRoom, asked: dict[str, Any], names: str) -> None:
    """The answer names the field."""
    answer = room.post("/feedback/tokens", {"run_id": uuid7(NOON_US), "feedback_key": "k", **asked})
    assert answer.status == 422
    assert names in answer.json["detail"]


def test_a_token_holds_scores_to_its_configuration(room: ApiRoom, told: Story) -> None:
    """What the maker of the token allows, and nothing else."""
    token = token_for(room, told.root, feedback_config={"type": "continuous", "min": 0, "max": 1})
    answer = room.post(path_of(token), {"score": 7}, None)
    assert answer.status == 422
    assert "between 0 and 1" in answer.json["detail"]
    assert feedback_on(room, told.root) == []


def test_who_may_not_write_is_not_shown_what_lets_anyone_write(room: ApiRoom, told: Story) -> None:
    """A read-only key cannot list tokens, and another workspace sees none."""
    token_for(room, told.root)
    assert room.get("/feedback/tokens", room.reading_key, run_id=told.root).status == 403
    assert room.get("/feedback/tokens", room.other_key, run_id=told.root).json == []


def test_a_page_of_another_domain_may_use_a_token(room: ApiRoom, told: Story) -> None:
    """Its browser asks first, and may read the answer; it may not ask so of anything that needs a key."""
    path = path_of(token_for(room, told.root))
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    before = room.ask_for("OPTIONS", path, key=None, headers=asked)
    assert (before.status, before.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in before.headers["access-control-allow-methods"]
    assert room.post(path, {"score": 1}, None).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in room.get("/feedback", run=told.root).headers
    assert room.ask_for("OPTIONS", "/feedback", key=None, headers=asked).status == 405


def test_a_token_opens_nothing_else(room: ApiRoom, told: Story) -> None:
    """It is no key: it names its run and its key itself, whatever its user says."""
    token = token_for(room, told.root)
    room.post(path_of(token), {"score": 1, "run_id": told.tool, "key": "other", "id": uuid7(NOON_US)}, None)
    assert feedback_on(room, told.tool) == []
    [given] = feedback_on(room, told.root)
    assert given["key"] == "thumb"
    assert room.ask_for("DELETE", path_of(token), key=None).status in {401, 405}
    assert room.get("/feedback", token["id"]).status == 401
