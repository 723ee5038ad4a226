"""Feedback configurations by their routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api_room import ApiRoom
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

STARS = {"type": "continuous", "min": 1, "max": 5}
PATH = "/feedback-configs"


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """An empty room."""
    return ApiRoom(tmp_path)


def create(room: ApiRoom, key: str = "stars", **said: object) -> dict[str, Any]:
    """A configuration."""
    answer = room.post(PATH, {"feedback_key": key, "feedback_config": STARS, **said})
    assert answer.status == 200, answer.text
    made: dict[str, Any] = answer.json
    return made


def test_it_is_made_listed_changed_and_deleted(room: ApiRoom) -> None:
    """The same again is no error; another for the same key is, until the first is gone."""
    made = create(room)
    assert made == {
        "feedback_key": "stars",
        "feedback_config": STARS,
        "tenant_id": WORKSPACE,
        "modified_at": "2026-11-20T12:00:00Z",
        "is_lower_score_better": False,
        "is_enforced": False,
    }
    assert create(room) == made
    other = {"feedback_key": "stars", "feedback_config": {"type": "freeform"}}
    assert room.post(PATH, other).status == 400
    changed = room.ask_for("PATCH", PATH, {"feedback_key": "stars", "is_lower_score_better": True}).json
    assert changed == {**made, "is_lower_score_better": True}
    assert room.get(PATH).json == [changed]
    assert room.ask_for("DELETE", PATH, query={"feedback_key": "stars"}).status == 204
    assert room.get(PATH).json == []
    assert room.post(PATH, other).status == 200


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"feedback_key": "\ud83d"}, "key"),
        ({"feedback_key": ""}, "key"),
        ({"feedback_key": "k", "feedback_config": {"type": "odd"}}, "feedback_config.type"),
        ({"feedback_key": "k", "feedback_config": {**STARS, "min": float("nan")}}, "feedback_config.min"),
        (
            {
                "feedback_key": "k",
                "feedback_config": {"type": "categorical", "categories": [{"value": 1, "label": "\ud83d"}]},
            },
            "feedback_config.categories",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(room: ApiRoom, said: dict[str, Any], names: str) -> None:
    """By the field, whatever a body can hold."""
    answer = room.post(PATH, said)
    assert answer.status == 422
    assert names in answer.json["detail"]


def test_what_is_not_there_cannot_be_changed(room: ApiRoom) -> None:
    """The answer names the key; deleting it is no error."""
    answer = room.ask_for("PATCH", PATH, {"feedback_key": "none", "is_enforced": True})
    assert answer.status == 404
    assert "'none'" in answer.json["detail"]
    assert room.ask_for("DELETE", PATH, query={"feedback_key": "none"}).status == 204


def test_lists_are_narrowed_and_paged(room: ApiRoom) -> None:
    """By keys, by a part of the key, in order of keys."""
    for key in ("b", "a", "Accuracy"):
        create(room, key)

    def keys(**query: object) -> list[str]:
        return [one["feedback_key"] for one in room.get(PATH, **query).json]

    assert keys() == ["Accuracy", "a", "b"]
    assert keys(key=["a", "b", "c"]) == ["a", "b"]
    assert keys(name_contains="acc") == ["Accuracy"]
    assert keys(limit=1, offset=1) == ["a"]
    assert room.get(PATH, room.other_key).json == []


def test_an_enforced_configuration_holds_all_scores(room: ApiRoom) -> None:
    """Given and changed; one that is not enforced only says how to read them."""
    create(room)
    run_id = uuid7(NOON_US)
    said = {"key": "stars", "run_id": run_id, "score": 9}
    given = room.post("/feedback", said)
    assert given.status == 200
    room.ask_for("PATCH", PATH, {"feedback_key": "stars", "is_enforced": True})
    refused = room.post("/feedback", said)
    assert refused.status == 422
    assert "not between 1 and 5" in refused.json["detail"]
    assert room.ask_for("PATCH", f"/feedback/{given.json['id']}", {"score": 6}).status == 422
    assert room.ask_for("PATCH", f"/feedback/{given.json['id']}", {"score": 5}).status == 200


def test_the_first_feedback_of_a_key_may_configure_it(room: ApiRoom) -> None:
    """Its own score is held to it; a later one changes nothing for the key."""
    said = {"key": "new", "run_id": uuid7(NOON_US), "feedback_config": STARS}
    assert room.post("/feedback", {**said, "score": 6}).status == 422
    assert room.get(PATH).json == []
    assert room.post("/feedback", {**said, "score": 4}).status == 200
    assert room.post("/feedback", {**said, "score": 4, "feedback_config": {"type": "freeform"}}).status == 200
    [config] = room.get(PATH).json
    assert config["feedback_config"] == STARS
