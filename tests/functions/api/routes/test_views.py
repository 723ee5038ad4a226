"""Saved views: made, listed, changed and forgotten, by everyone who sees the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.projects.view import MAX_VIEWS
from tests.api_room import Answered, ApiRoom
from tests.operations import uuid7
from tests.stores import NOON_US

SLOW = 'gt(latency, "5s")'


class Project(ApiRoom):
    """A room with one project."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = f"/sessions/{self.post('/sessions', {'name': 'p'}).json['id']}/views"

    def save(self, name: str = "slow", **fields: object) -> Answered:
        """What saving a view answers."""
        return self.post(self.path, {"display_name": name, **fields})

    def change(self, view: dict[str, Any], **fields: object) -> Answered:
        """What changing a view answers."""
        return self.ask_for("PATCH", f"{self.path}/{view['id']}", fields)

    @property
    def names(self) -> list[str]:
        """The names of the views, as listed."""
        return [one["display_name"] for one in self.get(self.path).json]


@pytest.fixture
def room(tmp_path: Path) -> Project:
    """A project without views."""
    return Project(tmp_path)


def test_a_view_is_read_back_as_it_was_saved(room: Project) -> None:
    """Its query to the letter, its filters as they were written."""
    query = "filter=gt(latency%2C%20%225s%22)&columns=name,latency&q=a+b&ü=%F0%9F%98%80"
    fields = {"query": query, "filter_string": f" {SLOW}", "trace_filter_string": 'eq(name, "a")', "type": "traces"}
    made = room.save(" slow ", **fields).json
    assert {name: made[name] for name in fields} == fields
    assert (made["display_name"], made["session_id"]) == ("slow", room.path.split("/")[2])
    assert (made["description"], made["tree_filter_string"]) == (None, None)
    assert made["created_at"] == made["updated_at"] == "2026-11-20T12:00:00Z"
    assert room.get(room.path).json == [made]


def test_a_name_is_enough(room: Project) -> None:
    """A view of all runs."""
    made = room.save().json
    assert (made["query"], made["filter_string"], made["type"]) == ("", None, "runs")


def test_views_are_listed_by_name(room: Project) -> None:
    """Whatever their case, and whenever they were made."""
    for name in ("beta", "Alpha", "gamma"):
        room.save(name)
    assert room.names == ["Alpha", "beta", "gamma"]


def test_what_is_not_said_stays(room: Project) -> None:
    """A change touches its own fields; a null takes a filter away, and leaves what every view has."""
    made = room.save(query="a=1", filter_string=SLOW, description="d").json
    room.clock.advance(60)
    changed = room.change(made, query="a=2", filter_string=None, display_name=None, type=None).json
    expected = {"query": "a=2", "filter_string": None, "updated_at": "2026-11-20T12:01:00Z"}
    assert changed == made | expected
    assert room.get(room.path).json == [changed]


def test_a_view_is_forgotten(room: Project) -> None:
    """And is not there to be changed or forgotten again."""
    made = room.save().json
    assert room.ask_for("DELETE", f"{room.path}/{made['id']}").status == 200
    assert room.names == []
    assert room.change(made, query="x").status == 404
    assert room.ask_for("DELETE", f"{room.path}/{made['id']}").status == 404
    assert room.names == []


def test_a_name_is_taken_once(room: Project) -> None:
    """By another view of the project; a view keeps its own, and another project knows nothing of it."""
    made, other = room.save().json, room.save("other").json
    assert (room.save().status, room.change(other, display_name="slow").status) == (409, 409)
    assert room.change(made, display_name="slow", query="x").status == 200
    elsewhere = room.post("/sessions", {"name": "q"}).json["id"]
    assert room.post(f"/sessions/{elsewhere}/views", {"display_name": "slow"}).status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"display_name": " "},
        {"display_name": "x" * 201},
        {"query": "x" * 4_001},
        {"filter_string": f'eq(name, "{"x" * 10_000}")'},
        {"type": "datasets"},
        {"query": 7},
        {"display_name": "\ud800"},
    ],
)
def test_what_no_view_can_have_is_refused_by_name(room: Project, fields: dict[str, object]) -> None:
    """On making and on changing; nothing is kept of it."""
    made = room.save("kept").json
    name = next(iter(fields))
    for answer in (room.post(room.path, {"display_name": "new", **fields}), room.change(made, **fields)):
        assert (answer.status, name in answer.text) == (422, True)
    assert room.get(room.path).json == [made]


@pytest.mark.parametrize("field", ["filter_string", "trace_filter_string", "tree_filter_string"])
def test_a_filter_that_is_none_is_refused_where_it_is_wrong(room: Project, field: str) -> None:
    """The answer points at the place, as a query's does."""
    answer = room.save(**{field: 'eq(nme, "a")'})
    query = room.post("/runs/query", {"session": [room.path.split("/")[2]], "filter": 'eq(nme, "a")'})
    assert answer.status == query.status
    assert answer.json == query.json


def test_there_is_an_end_to_views(room: Project) -> None:
    """They stand in a menu; who has too many is told to delete one."""
    for number in range(MAX_VIEWS):
        assert room.save(f"{number}").status == 200
    refused = room.save("one more")
    assert (refused.status, "delete one" in refused.json["detail"]) == (409, True)


def test_views_are_their_workspaces(room: Project) -> None:
    """Another workspace finds neither project nor view, and a key that only reads sees and changes nothing."""
    made = room.save().json
    assert room.get(room.path, room.other_key).status == 404
    assert room.post(room.path, {"display_name": "x"}, room.other_key).status == 404
    assert room.get(room.path, room.reading_key).json == [made]
    assert room.post(room.path, {"display_name": "x"}, room.reading_key).status == 403


def test_no_project_no_views(room: Project) -> None:
    """A project that never was, that is gone, and what is no id."""
    room.save()
    assert room.get(f"/sessions/{uuid7(NOON_US)}/views").status == 404
    assert room.get("/sessions/p/views").status == 422
    room.ask_for("DELETE", room.path.removesuffix("/views"))
    assert room.get(room.path).status == 404
