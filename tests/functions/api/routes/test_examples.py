"""Examples through the API: one, many, in parts; from runs; found, changed, deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.api import example_desk
from functions.api.schemas import example as schema
from shared.base.ids import new_uuid
from shared.store import keys
from shared.store.ports import KeyRange
from tests.api_room import Answered, ApiRoom
from tests.functions.receive.requests import BOUNDARY, joined, part
from tests.operations import WORKSPACE, envelope, uuid7
from tests.record_room import agent_trace
from tests.stores import NOON_US


class Room(ApiRoom):
    """A room with a dataset and a recorded trace."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.dataset: str = self.post("/datasets", {"name": "golden"}).json["id"]
        facts = agent_trace()
        self.root, self.llm = facts[0].run_id, facts[1].run_id
        self.take(envelope(facts, NOON_US))

    def make(self, **fields: object) -> Answered:
        """What making an example answers, a second later."""
        self.clock.advance(1)
        return self.post("/examples", {"dataset_id": self.dataset, "inputs": {"q": 1}, **fields})

    def upload(self, *parts: bytes, method: str = "POST", path: str = "", dataset: str = "") -> Answered:
        """What a multipart body answers."""
        path = path or f"/api/v1/platform/datasets/{dataset or self.dataset}/examples"
        headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.ask_for(method, path, joined(list(parts)), headers=headers)

    def listed(self, **query: object) -> list[dict[str, Any]]:
        """The examples of the dataset that a list has."""
        answer = self.get("/examples", dataset=self.dataset, **query)
        assert answer.status == 200, answer.text
        found: list[dict[str, Any]] = answer.json
        return found

    def marks(self) -> list[str]:
        """The marks of copies under the trace."""
        rows = self.store.traces.query(KeyRange(keys.trace(WORKSPACE, self.root)))
        return [row.sk for row in rows if row.sk.startswith(keys.COPIED)]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A dataset without examples."""
    return Room(tmp_path)


def test_an_example_is_read_as_it_was_given(room: Room) -> None:
    """Inputs and outputs digit for digit; splits inside the metadata."""
    body = f'{{"dataset_id": "{room.dataset}", "inputs": {{"q": 1.00}}, "outputs": {{"a": 1e400}}, "split": "train"}}'
    made = room.ask_for("POST", "/examples", body.encode())
    read = room.get(f"/examples/{made.json['id']}").text
    assert '"inputs":{"q": 1.00}' in read
    assert '"outputs":{"a": 1e400}' in read
    assert made.json["metadata"] == {"dataset_split": ["train"]}
    assert made.json["dataset_id"] == room.dataset


def test_many_are_made_together_or_none(room: Room) -> None:
    """In the order asked; one that cannot be taken leaves the others out too."""
    ids = [new_uuid(), new_uuid()]
    bodies = [{"id": one, "dataset_id": room.dataset, "inputs": {"n": n}} for n, one in enumerate(ids)]
    assert [one["id"] for one in room.post("/examples/bulk", bodies).json] == ids
    answer = room.post("/examples/bulk", [{**bodies[0], "id": new_uuid()}, {"dataset_id": room.dataset}])
    assert (answer.status, "inputs: an example has inputs" in answer.text) == (422, True)
    assert len(room.listed()) == 2
    assert room.post("/examples/bulk", []).json == []


@pytest.mark.parametrize("prefix", ["", "/api", "/api/v1"])
def test_parts_are_examples(room: Room, prefix: str) -> None:
    """However the endpoint ends, at the path that clients make of it."""
    middle = "/platform" if prefix.endswith("/v1") else "/v1/platform"
    first, second = new_uuid(), new_uuid()
    answer = room.upload(
        part(first, b'{"metadata": {"m": 1}, "created_at": "2026-01-01T00:00:00Z"}'),
        part(second, b"{}"),
        part(f"{second}.inputs", b'{"q": 2}'),
        part(f"{first}.inputs", b'{"q": 1}'),
        part(f"{first}.outputs", b'{"a": 1}'),
        path=f"{prefix}{middle}/datasets/{room.dataset}/examples",
    )
    assert (answer.status, answer.json["count"], answer.json["example_ids"]) == (201, 2, [first, second])
    newest, oldest = room.listed()
    assert (newest["id"], newest["inputs"], newest["outputs"]) == (second, {"q": 2}, None)
    assert (oldest["inputs"], oldest["outputs"], oldest["metadata"]["m"]) == ({"q": 1}, {"a": 1}, 1)


@pytest.mark.parametrize(
    ("parts", "status", "says"),
    [
        ([(".inputs", b"{}")], 422, "begins with a part of its id"),
        ([("", b"{}"), ("", b"{}")], 422, "is there twice"),
        ([("", b"{}"), (".inputs", b"{")], 422, "inputs: it is not valid JSON"),
        ([("", b"{}"), (".inputs", b"[1]")], 422, "inputs: it must be a JSON object"),
        ([("", b"{}"), (".inputs", b'{"a":' * 5_000 + b"1" + b"}" * 5_000)], 422, "nests too deep"),
        ([("", b"{}"), (".other", b"{}")], 422, "has parts .inputs and .outputs"),
        ([("", b"nope")], 422, "JSON"),
        ([("", b"{}"), (".inputs", b"{}"), (".attachment.x", b"abc")], 400, "attachments of examples"),
        ([("", b'{"use_source_run_attachments": ["x"]}'), (".inputs", b"{}")], 400, "use_source_run_attachments"),
        ([("", b'{"use_source_run_io": true}')], 422, "source_run_id"),
    ],
)
def test_parts_that_are_none_are_refused(room: Room, parts: list[tuple[str, bytes]], status: int, says: str) -> None:
    """By the part and the reason; nothing is kept."""
    named = new_uuid()
    answer = room.upload(*[part(named + suffix, body) for suffix, body in parts])
    assert (answer.status, says in answer.text) == (status, True), answer.text
    assert room.listed() == []


def test_a_run_is_copied(room: Room) -> None:
    """Its inputs and outputs, and where they came from, under the trace as well, so that an erasure can name it."""
    made = room.make(inputs=None, use_source_run_io=True, source_run_id=room.root).json
    assert (made["inputs"], made["outputs"]) == ({"question": "refund?"}, {"answer": "yes"})
    assert made["source_run_id"] == room.root
    assert room.marks() == [keys.copied(made["id"])]
    assert room.make(inputs=None, use_source_run_io=True, source_run_id=uuid7(NOON_US)).status == 404
    by_hand = room.make(source_run_id=room.llm).json
    assert sorted(room.marks()) == sorted([keys.copied(made["id"]), keys.copied(by_hand["id"])])


def test_a_run_says_whether_it_is_in_a_dataset(room: Room) -> None:
    """In both APIs, read alone or in a list that asks for it; no more when the example was deleted."""

    def told() -> list[bool]:
        named = {"trace": room.root, "is_root": True, "select": ["in_dataset"]}
        [v1] = room.post("/runs/query", named).json["runs"]
        body = {"project_ids": [room.project()], "ids": [room.root], "selects": ["IS_IN_DATASET"]}
        [v2] = room.post("/v2/runs/query", body).json["items"]
        return [room.get(f"/runs/{room.root}").json["in_dataset"], v1["in_dataset"], v2["is_in_dataset"]]

    assert told() == [False] * 3
    made = room.make(source_run_id=room.root).json["id"]
    assert told() == [True] * 3
    assert room.get(f"/runs/{room.llm}").json["in_dataset"] is False
    room.ask_for("DELETE", f"/examples/{made}")
    assert told() == [False] * 3


def test_lists_are_narrowed_and_paged(room: Room) -> None:
    """The newest first; by id, split and metadata; the header says how many there are where that is known."""
    made = [room.make(metadata={"n": n % 2}, split="a" if n else ["a", "b"]).json["id"] for n in range(3)]
    newest_first = made[::-1]
    assert [one["id"] for one in room.listed()] == newest_first
    assert [one["id"] for one in room.listed(limit=1, offset=1)] == [made[1]]
    assert [one["id"] for one in room.listed(splits="b")] == [made[0]]
    assert [one["id"] for one in room.listed(metadata='{"n": 0}', offset=1)] == [made[0]]
    assert [one["id"] for one in room.listed(id=[made[0], made[2]])] == [made[2], made[0]]
    assert [one["id"] for one in room.get("/examples", id=made[:2]).json] == made[:2]
    assert room.get("/examples", dataset=room.dataset, limit=1).headers["x-pagination-total"] == "3"
    assert room.get("/examples/count", dataset=room.dataset).json == 3
    assert room.get("/examples/count", dataset=room.dataset, splits="b").json == 1


def test_only_selected_fields_are_answered(room: Room) -> None:
    """Beside those that are always there, unless they are left out."""
    room.make(outputs={"a": 1})
    [shown] = room.listed(select=["outputs"])
    assert set(shown) == {*schema.DEFAULT_FIELDS, "outputs"}
    [bare] = room.listed(select=["metadata"], exclude_default_fields="true")
    assert set(bare) == {"id", "metadata"}
    assert "is none of" in room.get("/examples", dataset=room.dataset, select="nope").text


def test_what_is_said_is_changed(room: Room) -> None:
    """One by one, many, and in parts; what is not said stays."""
    made = room.make(outputs={"a": 1}, metadata={"m": 1}, split="x").json
    changed = room.ask_for("PATCH", f"/examples/{made['id']}", {"outputs": {"a": 2}, "metadata": None}).json
    assert (changed["inputs"], changed["outputs"]) == ({"q": 1}, {"a": 2})
    assert changed["metadata"] == {"m": 1, "dataset_split": ["x"]}
    room.ask_for("PATCH", "/examples/bulk", [{"id": made["id"], "metadata": {"n": 2}}])
    assert room.listed()[0]["metadata"] == {"n": 2, "dataset_split": ["x"]}
    parts = (part(made["id"], b'{"split": "y"}'), part(f"{made['id']}.inputs", b'{"q": 9}'))
    assert room.upload(*parts, method="PATCH").json["example_ids"] == [made["id"]]
    assert (room.listed()[0]["inputs"], room.listed()[0]["metadata"]["dataset_split"]) == ({"q": 9}, ["y"])


def test_an_example_stays_in_its_dataset(room: Room) -> None:
    """A change that names another one is refused, and so is an upload to another one."""
    made = room.make().json
    other = room.post("/datasets", {"name": "other"}).json["id"]
    answer = room.ask_for("PATCH", f"/examples/{made['id']}", {"dataset_id": other})
    assert (answer.status, "cannot be put into another" in answer.text) == (409, True)
    assert room.upload(part(made["id"], b"{}"), method="PATCH", dataset=other).status == 409
    assert room.make(id=made["id"], dataset_id=other).status == 409


def test_the_same_example_is_taken_twice_and_another_is_not(room: Room) -> None:
    """A client that tries again is answered alike; other content under the same id is a conflict."""
    named = new_uuid()
    assert room.make(id=named).json["id"] == room.make(id=named).json["id"]
    answer = room.make(id=named, inputs={"q": 2})
    assert (answer.status, "with other content" in answer.text) == (409, True)
    assert len(room.listed()) == 1


@pytest.mark.parametrize("way", ["one", "many", "for good"])
def test_what_is_deleted_is_gone(room: Room, way: str) -> None:
    """However it was asked; what is not there is not found."""
    made, stays = room.make(source_run_id=room.root).json["id"], room.make().json["id"]

    def delete() -> int:
        if way == "one":
            return room.ask_for("DELETE", f"/examples/{made}").status
        if way == "many":
            return room.ask_for("DELETE", "/examples", query={"example_ids": [made]}).status
        return room.post("/v1/platform/datasets/examples/delete", {"example_ids": [made], "hard_delete": True}).status

    assert delete() == 200
    assert [one["id"] for one in room.listed()] == [stays]
    assert room.marks() == []
    assert (delete(), room.get(f"/examples/{made}").status) == (404, 404)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({}, "name the dataset"),
        ({"as_of": "2026-01-01"}, "a version of a dataset other than the latest"),
        ({"filter": "eq(a, 1)"}, "not supported yet: filter"),
        ({"full_text_contains": "x"}, "not supported yet: full_text_contains"),
        ({"metadata": "[1]"}, "must be a JSON object"),
    ],
)
def test_questions_that_are_not_answered_say_so(room: Room, query: dict[str, str], says: str) -> None:
    """Rather than being answered as if they had asked for less."""
    named = {"dataset": room.dataset} if query else {}
    answer = room.get("/examples", **named, **query)
    assert (answer.status in {400, 422}, says in answer.text) == (True, True), answer.text


def test_the_latest_version_is_the_one_there_is(room: Room) -> None:
    """Asked for by name it is answered."""
    made = room.make().json
    assert room.listed(as_of="latest") == [made]
    assert room.get(f"/examples/{made['id']}", as_of="latest").json == made


def test_a_page_that_is_too_large_is_refused_whole(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients take a short page for the last, so none is cut; one alone is always answered, and so are its fields."""
    room.make()
    room.make()
    monkeypatch.setattr(example_desk, "MAX_ANSWER_BYTES", 10)
    answer = room.get("/examples", dataset=room.dataset)
    assert (answer.status, "ask for smaller pages" in answer.text) == (413, True)
    assert len(room.listed(limit=1)) == 1
    assert len(room.listed(select=["metadata"], exclude_default_fields="true")) == 2


def test_too_many_at_once_are_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the number and the limit."""
    monkeypatch.setattr(schema, "MAX_EXAMPLES_A_REQUEST", 1)
    bodies = [{"dataset_id": room.dataset, "inputs": {}}] * 2
    answer = room.post("/examples/bulk", bodies)
    assert (answer.status, "one request may have 1" in answer.text) == (413, True)


def test_other_workspaces_see_no_example(room: Room) -> None:
    """Not by its id, its dataset, nor to change or delete it; nor can they add to the dataset."""
    made = room.make().json
    key = room.other_key
    assert room.get(f"/examples/{made['id']}", key).status == 404
    assert room.get("/examples", key, dataset=room.dataset).status == 404
    assert room.get("/examples", key, id=made["id"]).json == []
    assert room.ask_for("PATCH", f"/examples/{made['id']}", {"inputs": {}}, key).status == 404
    assert room.ask_for("DELETE", f"/examples/{made['id']}", key=key).status == 404
    assert room.post("/examples", {"dataset_id": room.dataset, "inputs": {}}, key).status == 404
    assert room.listed() == [made]


def test_a_deleted_dataset_takes_its_examples(room: Room) -> None:
    """None is read by its id any more."""
    made = room.make().json
    room.ask_for("DELETE", f"/datasets/{room.dataset}")
    assert room.get(f"/examples/{made['id']}").status == 404
    assert json.loads(room.get("/examples", id=made["id"]).body) == []
