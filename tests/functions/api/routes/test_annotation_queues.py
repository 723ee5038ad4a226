"""Annotation queues through the API: made and found, filled, reviewed, emptied; what is gone is said to be gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from functions.api import queued_runs
from shared.base.ids import new_uuid
from shared.queues.item import item_id
from shared.store import keys
from shared.store.ports import KeyRange
from shared.store.standings import Noted, Standings
from shared.usage.limits import UPGRADES, Standing
from shared.usage.month import Month
from tests.api_room import Answered, ApiRoom
from tests.operations import WORKSPACE, envelope, uuid7
from tests.record_room import agent_trace
from tests.stores import NOON_US


class Room(ApiRoom):
    """A room with a queue and two recorded traces."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.queue_id: str = self.post("/annotation-queues", {"name": "to look at"}).json["id"]
        self.path = f"/annotation-queues/{self.queue_id}"
        traces = [agent_trace(NOON_US + n) for n in range(2)]
        self.root, self.llm, self.tool = (fact.run_id for fact in traces[0][:3])
        self.other = traces[1][0].run_id
        self.take(*[envelope(facts, NOON_US) for facts in traces])

    def add(self, *run_ids: str, **query: object) -> Answered:
        """What adding runs answers, a second later."""
        self.clock.advance(1)
        return self.post(f"{self.path}/runs", list(run_ids), **query)

    def runs(self, **query: object) -> list[dict[str, Any]]:
        """The runs in the queue."""
        answer = self.get(f"{self.path}/runs", **query)
        assert answer.status == 200, answer.text
        found: list[dict[str, Any]] = answer.json
        return found

    def ids(self, **query: object) -> list[str]:
        """The ids of the runs in the queue."""
        return [one["id"] for one in self.runs(**query)]

    def mark(self, run_id: str, **said: object) -> Answered:
        """What telling what a reviewer did answers."""
        return self.post(f"/annotation-queues/status/{item_id(self.queue_id, run_id)}", said)

    def sizes(self) -> tuple[int, int, int]:
        """How many need review, need anybody's, and were completed."""
        names = ("size", "total_size", "total_archived")
        first, second, third = (self.get(f"{self.path}/{name}").json["size"] for name in names)
        return first, second, third

    def tier(self, run_id: str) -> str:
        """The tier that a run's trace is in."""
        tier: str = self.get(f"/runs/{run_id}").json["trace_tier"]
        return tier


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """An empty queue, and traces to put into it."""
    return Room(tmp_path)


def test_a_queue_is_made_found_and_changed(room: Room) -> None:
    """With the id that its maker chose; every field is read back."""
    named = new_uuid()
    rubric = [{"feedback_key": "right", "description": "is it?"}]
    asked = {"id": named, "name": "golden", "rubric_items": rubric, "rubric_instructions": "look", "metadata": {"a": 1}}
    made = room.post("/annotation-queues", asked).json
    assert {name: made[name] for name in asked} == asked
    assert (made["tenant_id"], made["queue_type"]) == (WORKSPACE, "single")
    assert room.get(f"/annotation-queues/{named}").json == made
    room.clock.advance(1)
    changed = room.ask_for("PATCH", f"/annotation-queues/{named}", {"name": "renamed", "description": "d"}).json
    assert (changed["name"], changed["description"], changed["rubric_items"]) == ("renamed", "d", rubric)
    assert room.post("/annotation-queues", asked).status == 409


def test_lists_of_queues_say_how_many_wait(room: Room) -> None:
    """Narrowed by id and name, the newest first."""
    room.clock.advance(1)
    second = room.post("/annotation-queues", {"name": "Second", "default_dataset": room.queue_id}).json["id"]
    room.add(room.root, room.llm)
    room.mark(room.llm, status="completed")
    listed = room.get("/annotation-queues").json
    counts = [(one["id"], one["total_runs"], one["completed_runs"]) for one in listed]
    assert counts == [(second, 0, 0), (room.queue_id, 1, 1)]

    def ids(**query: object) -> list[str]:
        return [one["id"] for one in room.get("/annotation-queues", **query).json]

    assert ids(ids=[room.queue_id]) == ids(name="to look at") == ids(limit=1, offset=1) == [room.queue_id]
    assert ids(name_contains="SEC") == ids(dataset_id=room.queue_id) == [second]
    assert room.get("/annotation-queues", limit=1).headers["x-pagination-total"] == "2"


def test_runs_are_added_once(room: Room) -> None:
    """By their ids, by objects, by whole keys: the same item is answered; roots and children alike."""
    first = room.add(room.root, room.llm)
    assert first.status == 200, first.text
    assert [one["run_id"] for one in first.json] == [room.root, room.llm]
    by_key = {"run_id": room.root, "session_id": room.project(), "start_time": "2026-11-20T12:00:00Z"}
    assert room.post(f"{room.path}/runs/by-key", [by_key]).json == first.json[:1]
    assert room.post(f"{room.path}/runs", [{"run_id": room.llm}, room.llm]).json == [first.json[1]]
    assert room.ids() == [room.root, room.llm]
    assert first.json[0] == {
        "id": item_id(room.queue_id, room.root),
        "queue_id": room.queue_id,
        "run_id": room.root,
        "added_at": "2026-11-20T12:00:01Z",
        "last_reviewed_time": None,
        "source_proposed_example_id": None,
    }


def test_items_are_the_runs_by_name(room: Room) -> None:
    """In the same order, with the same place in the queue, and no payload; sections and pages as of the runs."""
    room.add(room.root, room.llm, room.tool)
    room.mark(room.llm, status="completed")
    answer = room.get(f"{room.path}/items", status="needs_my_review", limit=1)
    assert (len(answer.json), answer.headers["x-pagination-total"]) == (1, "2")
    [named], [whole] = answer.json, room.runs(status="needs_my_review", limit=1)
    assert {name: whole[name] for name in named} == named
    assert {"id", "name", "status", "inputs_preview", "is_gone", "queue_run_id"} <= named.keys()
    assert not {"inputs", "outputs", "error", "extra", "events"} & named.keys()
    assert room.get(f"/annotation-queues/{new_uuid()}/items").status == 404


def test_runs_in_a_queue_are_whole(room: Room) -> None:
    """As a run is read alone, and with its place in the queue."""
    room.add(room.root)
    [run] = room.runs()
    alone = room.get(f"/runs/{room.root}").json
    assert {name: run[name] for name in alone if name in run} == {name: alone[name] for name in alone if name in run}
    assert alone.keys() - run.keys() == {"serialized"}
    assert (run["queue_run_id"], run["is_gone"], run["added_by"]) == (item_id(room.queue_id, room.root), False, "all")
    assert (run["inputs"], run["outputs"]) == ({"question": "refund?"}, {"answer": "yes"})


def test_runs_that_are_not_here_are_named(room: Room) -> None:
    """And nothing is added with them."""
    unknown = uuid7(NOON_US)
    answer = room.add(room.root, unknown)
    assert (answer.status, unknown in answer.text, room.root in answer.text) == (404, True, False)
    assert room.ids() == []


def test_reviewed_runs_leave_the_way(room: Room) -> None:
    """What is completed is in its own section; by its place among those that wait a run is read alone."""
    room.add(room.root, room.llm, room.other)
    assert [room.get(f"{room.path}/run/{at}").json["id"] for at in range(3)] == room.ids()
    assert room.mark(room.root, status="completed").json["last_reviewed_time"] is not None
    assert room.mark(room.llm, status="viewed").json["last_reviewed_time"] is not None
    assert room.ids(status="completed") == room.ids(archived="true") == [room.root]
    assert sorted(room.ids(status="needs_my_review")) == sorted([room.llm, room.other])
    assert room.ids(status="needs_others_review") == []
    assert room.sizes() == (2, 2, 1)
    beyond = room.get(f"{room.path}/run/2")
    assert (beyond.status, "2 of its runs need review" in beyond.text) == (404, True)
    [done] = room.runs(status="completed")
    assert (done["completed_by"], done["completed_at"] is not None) == (["all"], True)
    room.mark(room.root, status=None)
    assert room.sizes() == (3, 3, 0)


def test_a_run_is_put_last(room: Room) -> None:
    """By either of the two ways that clients have; when it was added stays what it was."""
    for one in (room.root, room.llm, room.other):
        room.add(one)
    later = {"added_at": "2026-11-20T13:00:00Z"}
    room.ask_for("PATCH", f"{room.path}/runs/{item_id(room.queue_id, room.root)}", later)
    assert room.ids() == [room.llm, room.other, room.root]
    room.mark(room.llm, status="viewed", override_added_at="2026-11-20T14:00:00Z")
    assert room.ids() == [room.other, room.root, room.llm]
    last = room.runs()[-1]
    assert (last["added_at"], last["effective_added_at"]) == ("2026-11-20T12:00:02Z", "2026-11-20T14:00:00Z")


def test_pages_join_to_the_whole(room: Room) -> None:
    """In order, with how many there are."""
    room.add(room.root, room.llm, room.tool)
    pages = [room.ids(limit=2, offset=0), room.ids(limit=2, offset=2)]
    assert pages[0] + pages[1] == room.ids()
    assert room.get(f"{room.path}/runs", limit=1).headers["x-pagination-total"] == "3"


@pytest.mark.parametrize("way", ["item", "run", "many", "all but", "queue"])
def test_runs_are_taken_out(room: Room, way: str) -> None:
    """However clients ask; under the trace no mark of them is left."""
    room.add(room.root, room.llm)
    named = {"item": item_id(room.queue_id, room.root), "run": room.root}
    bodies: dict[str, dict[str, Any]] = {
        "many": {"run_ids": [room.root]},
        "all but": {"delete_all": True, "exclude_run_ids": [room.llm]},
    }
    if way in named:
        assert room.ask_for("DELETE", f"{room.path}/runs/{named[way]}").status == 200
        assert room.ask_for("DELETE", f"{room.path}/runs/{named[way]}").status == 404
    elif way in bodies:
        assert room.post(f"{room.path}/runs/delete", bodies[way]).status == 200
    else:
        assert room.ask_for("DELETE", room.path).status == 200
        assert room.get(room.path).status == 404
    left = {keys.queued(room.queue_id, item_id(room.queue_id, room.llm))} if way != "queue" else set()
    rows = room.store.traces.query(KeyRange(keys.trace(WORKSPACE, room.root)))
    assert {row.sk for row in rows if row.sk.startswith(keys.QUEUED)} == left
    assert room.get(f"/runs/{room.root}").status == 200


def test_a_run_says_what_queues_it_is_in(room: Room) -> None:
    """All of them, and none for another."""
    room.add(room.root)
    assert [one["id"] for one in room.get(f"/annotation-queues/{room.root}/queues").json] == [room.queue_id]
    assert room.get(f"/annotation-queues/{room.llm}/queues").json == []


def test_a_run_says_when_it_was_last_queued(room: Room) -> None:
    """In both APIs, read alone or in a list that asks for it; no more when it was taken out."""

    def told() -> list[str | None]:
        named = {"id": [room.llm], "session": [room.project()]}
        v1 = room.post("/runs/query", {**named, "select": ["last_queued_at"]}).json["runs"]
        path = f"/v2/runs/{room.llm}"
        v2 = room.get(path, project_id=room.project(), start_time="2026-11-20T12:00:00Z", selects=["LAST_QUEUED_AT"])
        return [
            room.get(f"/runs/{room.llm}").json["last_queued_at"],
            v1[0]["last_queued_at"],
            v2.json["last_queued_at"],
        ]

    assert told() == [None] * 3
    room.add(room.llm)
    another = room.post("/annotation-queues", {"name": "another"}).json["id"]
    room.clock.advance(1)
    room.post(f"/annotation-queues/{another}/runs", [room.llm])
    assert [one and one[:19] for one in told()] == ["2026-11-20T12:00:02"] * 3
    for queue_id in (room.queue_id, another):
        room.ask_for("DELETE", f"/annotation-queues/{queue_id}")
    assert told() == [None] * 3


def test_what_has_expired_is_said_to_be_gone(room: Room) -> None:
    """No error, in a list or alone: what the item knows, and why there is no more."""
    room.add(room.root)
    room.clock.advance(15 * 86_400)
    [run] = room.runs()
    assert (run["id"], run["trace_id"], run["is_gone"], run["status"]) == (room.root, room.root, True, "gone")
    assert "expired" in run["gone_because"]
    assert run["inputs"] == {}
    assert room.get(f"{room.path}/run/0").json == run
    assert room.ask_for("DELETE", f"{room.path}/runs/{run['queue_run_id']}").status == 200


def test_adding_keeps_no_trace_longer_by_itself(room: Room) -> None:
    """Only where that is asked; then all of the trace's runs, once, and why is said."""
    room.add(room.root)
    assert room.tier(room.root) == "shortlived"
    room.add(room.llm, room.root, extend_trace_retention="true")
    assert {room.tier(one) for one in (room.root, room.llm, room.tool)} == {"longlived"}
    assert room.tier(room.other) == "shortlived"
    said = room.get(f"/runs/{room.root}").json["trace_kept_because"]
    assert said.startswith("It was added to the annotation queue “to look at” on 20 November 2026")


def test_at_a_limit_nothing_is_kept_longer_nor_added(room: Room) -> None:
    """The error names the limit and the way out, which works."""
    month = Month.of(NOON_US)
    standing = Standing(month.text, 5, 5, "the owner", month.end_us, WORKSPACE, "L", limit_type=UPGRADES)
    Standings(room.store.control, room.clock).note(WORKSPACE, Noted((standing,)), NOON_US)
    answer = room.add(room.root, extend_trace_retention="true")
    assert answer.status == 403
    assert standing.sentence in answer.json["detail"]
    assert "without extend_trace_retention" in answer.json["detail"]
    assert (room.ids(), room.tier(room.root)) == ([], "shortlived")
    assert room.add(room.root).status == 200


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"name": " "}, 422, "must have 1 to 255"),
        ({"id": "x"}, 422, "is not a UUID"),
        ({"rubric_items": [{}]}, 422, "must have a feedback_key"),
        ({"rubric_items": [{"feedback_key": "x" * 60_000}]}, 413, "at most 51200"),
        ({"rubric_items": [{"feedback_key": "\ud800"}]}, 422, "half of a surrogate pair"),
        ({"num_reviewers_per_item": 2}, 400, "num_reviewers_per_item over 1"),
        ({"enable_reservations": True}, 400, "enable_reservations"),
        ({"reviewer_access_mode": "assigned"}, 400, "reviewer_access_mode"),
    ],
)
def test_what_cannot_be_kept_is_refused(room: Room, fields: dict[str, object], status: int, says: str) -> None:
    """By its field; in making as in changing."""
    made = room.post("/annotation-queues", {"name": "q", **fields})
    assert (made.status, says in made.text) == (status, True), made.text
    if "id" not in fields:
        assert room.ask_for("PATCH", room.path, fields).status == status
    assert len(room.get("/annotation-queues").json) == 1


def test_limits_of_one_request_are_named(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of runs that are added, and of payloads that are read: a page is refused whole, never cut."""
    room.add(room.root, room.other)
    monkeypatch.setattr(queued_runs, "MAX_RUNS_A_REQUEST", 1)
    assert "one request may add 1" in room.add(room.root, room.other).text
    monkeypatch.setattr(queued_runs, "MAX_ANSWER_BYTES", 50)
    answer = room.get(f"{room.path}/runs")
    assert (answer.status, "ask for smaller pages" in answer.text) == (413, True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/annotation-queues/populate"),
        ("POST", "/annotation-queues/{id}/export"),
        ("GET", "/platform/annotation-queues/{id}/items"),
    ],
)
def test_what_is_not_there_yet_says_so(room: Room, method: str, path: str) -> None:
    """By its path."""
    answer = room.ask_for(method, path.replace("{id}", room.queue_id), {} if method == "POST" else None)
    assert (answer.status, "is not served yet" in answer.text) == (404, True)


def test_other_workspaces_see_no_queue(room: Room) -> None:
    """Nor what is in it; and they put nothing of ours into theirs."""
    room.add(room.root)
    key = room.other_key
    assert room.get("/annotation-queues", key).json == []
    paths = ["", "/runs", "/run/0", "/size"]
    assert {room.get(room.path + one, key).status for one in paths} == {404}
    assert room.post(f"/annotation-queues/status/{item_id(room.queue_id, room.root)}", {}, key).status == 404
    theirs = room.post("/annotation-queues", {"name": "theirs"}, key).json["id"]
    assert room.post(f"/annotation-queues/{theirs}/runs", [room.root], key).status == 404
    assert room.ids() == [room.root]
