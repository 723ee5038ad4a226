"""Datasets through the API: the shapes and errors that clients go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from functions.api.schemas.dataset import MAX_METADATA_BYTES
from tests.api_room import Answered, ApiRoom
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US


class Room(ApiRoom):
    """A room in which datasets are made."""

    def make(self, name: str = "golden", **fields: object) -> Answered:
        """What making a dataset answers."""
        return self.post("/datasets", {"name": name, **fields})

    def change(self, dataset_id: str, **fields: object) -> Answered:
        """What changing a dataset answers."""
        return self.ask_for("PATCH", f"/datasets/{dataset_id}", fields)

    def names(self, **query: object) -> list[str]:
        """The names of the datasets that a list has."""
        return [one["name"] for one in self.get("/datasets", **query).json]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """No datasets yet."""
    return Room(tmp_path)


def test_a_dataset_is_made_as_clients_ask(room: Room) -> None:
    """Metadata inside `extra`; counts of nothing yet; the same when read by its id or its name."""
    made = room.make(description="d", data_type="chat", transformations=None, extra={"metadata": {"a": 1}}).json
    assert (made["tenant_id"], made["name"], made["description"]) == (WORKSPACE, "golden", "d")
    assert (made["data_type"], made["metadata"], made["example_count"], made["session_count"]) == (
        "chat",
        {"a": 1},
        0,
        0,
    )
    assert room.get(f"/datasets/{made['id']}").json == made
    assert room.get("/datasets", name="golden", limit=1).json == [made]


def test_a_name_is_taken_once(room: Room) -> None:
    """In making and in renaming: 409, which says so."""
    room.make("first")
    second = room.make("second").json
    for answer in (room.make("first"), room.change(second["id"], name="first")):
        assert (answer.status, "'first' already exists" in answer.text) == (409, True)


def test_lists_are_narrowed_and_paged(room: Room) -> None:
    """By each condition, the newest first; the header says how many there are."""
    ids = {}
    for name in ("alpha", "beta", "alphabet"):
        room.clock.advance(1)
        ids[name] = room.make(name, metadata={"n": len(name)}, data_type="llm" if name == "beta" else "kv").json["id"]
    assert room.names() == ["alphabet", "beta", "alpha"]
    assert room.names(name_contains="ALPHA") == ["alphabet", "alpha"]
    assert room.names(id=[ids["beta"], ids["alpha"]]) == ["beta", "alpha"]
    assert room.names(data_type="llm") == ["beta"]
    assert room.names(metadata='{"n": 5}') == ["alpha"]
    assert room.names(limit=1, offset=1) == ["beta"]
    assert room.get("/datasets", limit=1).headers["x-pagination-total"] == "3"
    assert room.get("/datasets", name="gamma").json == []


def test_what_is_said_is_changed(room: Room) -> None:
    """The rest stays; and a deleted dataset is not found."""
    made = room.make(description="old").json
    room.clock.advance(1)
    changed = room.change(made["id"], name="renamed", metadata={"b": 2}).json
    assert (changed["name"], changed["description"], changed["metadata"]) == ("renamed", "old", {"b": 2})
    assert changed["modified_at"] > made["modified_at"]
    assert room.ask_for("DELETE", f"/datasets/{made['id']}").status == 200
    answer = room.get(f"/datasets/{made['id']}")
    assert (answer.status, "does not exist" in answer.text) == (404, True)


def test_experiments_are_counted(room: Room) -> None:
    """The projects that say that they ran on the dataset."""
    made = room.make().json
    room.post("/sessions", {"name": "run one", "reference_dataset_id": made["id"]})
    read = room.get(f"/datasets/{made['id']}").json
    assert read["session_count"] == 1
    assert read["last_session_start_time"] is not None


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"name": "  "}, 422, "must have 1 to 255"),
        ({"name": "x" * 256}, 422, "has 256 characters"),
        ({"data_type": "csv"}, 422, "data_type"),
        ({"id": "nope"}, 422, "is not a UUID"),
        ({"metadata": {"x": "y" * MAX_METADATA_BYTES}}, 413, f"at most {MAX_METADATA_BYTES}"),
        ({"metadata": {"\ud800": 1}}, 422, "half of a surrogate pair"),
        ({"inputs_schema_definition": {"type": "object"}}, 400, "not supported yet: inputs_schema_definition"),
        ({"transformations": [{"path": ["inputs"]}]}, 400, "not supported yet: transformations"),
    ],
)
def test_what_cannot_be_kept_is_refused(room: Room, fields: dict[str, object], status: int, says: str) -> None:
    """By its field and the limit; nothing is made."""
    answer = room.make(**{"name": "golden", **fields})  # type: ignore[arg-type]
    assert (answer.status, says in answer.text) == (status, True), answer.text
    assert room.names() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/datasets/{id}/versions"),
        ("PUT", "/datasets/{id}/share"),
        ("POST", "/datasets/{id}/runs"),
        ("POST", "/datasets/upload"),
        ("POST", "/datasets/comparative"),
    ],
)
def test_what_is_not_there_yet_says_so(room: Room, method: str, path: str) -> None:
    """Named, and with a page that tells what is there."""
    answer = room.ask_for(method, path.replace("{id}", room.make().json["id"]), {} if method != "GET" else None)
    assert (answer.status, "is not served yet" in answer.text) == (404, True)


def test_other_workspaces_see_no_dataset(room: Room) -> None:
    """Neither in lists, nor by its id, nor by its name, which is theirs to take."""
    made = room.make().json
    assert room.get("/datasets", room.other_key).json == []
    assert room.get(f"/datasets/{made['id']}", room.other_key).status == 404
    assert room.ask_for("DELETE", f"/datasets/{made['id']}", key=room.other_key).status == 404
    assert room.post("/datasets", {"name": "golden"}, room.other_key).status == 200
    assert room.names() == ["golden"]


def test_ids_of_nothing_are_not_found(room: Room) -> None:
    """For every way to ask about one dataset."""
    path = f"/datasets/{uuid7(NOON_US)}"
    asked = [("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)]
    assert {room.ask_for(method, path, body).status for method, body in asked} == {404}
