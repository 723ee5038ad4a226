"""Feedback by its routes: given, read, listed, changed, taken back, whatever came first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.base.units import S_PER_DAY
from shared.store import keys
from shared.store.ports import KeyRange
from tests.api_room import ApiRoom
from tests.api_traces import Story, iso, story
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

SECOND_US = 1_000_000


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """An empty room."""
    return ApiRoom(tmp_path)


@pytest.fixture
def told(room: ApiRoom) -> Story:
    """A trace of three runs that is there."""
    told = story()
    room.send(told.body)
    return told


def give(room: ApiRoom, **said: Any) -> dict[str, Any]:  # noqa: ANN401 whatever a client says
    """A feedback by `POST /feedback`, a second after the one before; how it was answered."""
    room.clock.advance(1)
    answer = room.post("/feedback", {"key": "user", **said})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def listed(room: ApiRoom, **query: object) -> list[str]:
    """The ids that a list answers."""
    answer = room.get("/feedback", **query)
    assert answer.status == 200, answer.text
    return [one["id"] for one in answer.json]


def stats_of(room: ApiRoom, run_id: str) -> dict[str, Any]:
    """The feedback statistics of one run."""
    room.pump()
    found: dict[str, Any] = room.get(f"/runs/{run_id}").json["feedback_stats"] or {}
    return found


def part(body: dict[str, Any]) -> bytes:
    """A multipart body with one feedback, as the Python client sends it."""
    text = json.dumps(body)
    head = f'--b\r\nContent-Disposition: form-data; name="feedback.{body["id"]}"\r\n'
    return f"{head}Content-Type: application/json; length={len(text)}\r\n\r\n{text}\r\n--b--\r\n".encode()


def send_part(room: ApiRoom, **body: Any) -> None:  # noqa: ANN401 whatever a client says
    """A feedback beside runs, recorded."""
    room.send(part({"key": "user", **body}), "/runs/multipart", "multipart/form-data; boundary=b")


def test_what_was_given_is_read_back_at_once(room: ApiRoom, told: Story) -> None:
    """By its id, by its run, by its project: without waiting for any queue."""
    given = give(room, run_id=told.tool, score=0.5, value={"a": [1, None]}, comment="so so", correction={"b": 1})
    assert room.get(f"/feedback/{given['id']}").json == given
    assert given["trace_id"] == told.root
    assert (given["session_id"], given["key"], given["score"]) == (room.project(), "user", 0.5)
    assert (given["value"], given["comment"], given["correction"]) == ({"a": [1, None]}, "so so", {"b": 1})
    assert given["feedback_source"] == {"type": "api", "metadata": {}}
    assert listed(room, run=told.tool) == listed(room, session=room.project()) == listed(room) == [given["id"]]
    assert listed(room, run=told.root) == []


def test_both_ways_in_give_the_same(room: ApiRoom, told: Story) -> None:
    """A part of a multipart body and a request of its own say the same thing."""
    said = {"run_id": told.llm, "trace_id": told.root, "score": True, "created_at": iso(NOON_US)}
    ids = [uuid7(NOON_US), uuid7(NOON_US)]
    send_part(room, id=ids[0], feedback_source={"type": "api", "metadata": {}}, **said)
    give(room, id=ids[1], **said)
    first, second = (room.get(f"/feedback/{one}").json for one in ids)
    differing = {name for name in first if first[name] != second[name]}
    assert differing <= {"id", "modified_at"}
    assert sorted(listed(room, session=room.project())) == sorted(ids)


def test_the_same_id_again_is_said_anew(room: ApiRoom, told: Story) -> None:
    """What was said before is gone, and it counts once."""
    first = give(room, run_id=told.root, score=0, comment="bad")
    again = give(room, id=first["id"], run_id=told.root, score=1)
    assert (again["score"], again["comment"]) == (1, None)
    assert again["created_at"] == first["created_at"]
    assert again["modified_at"] > first["modified_at"]
    assert stats_of(room, told.root)["user"]["n"] == 1
    assert listed(room) == [first["id"]]


def test_the_later_modified_wins_whichever_way_came_last(room: ApiRoom, told: Story) -> None:
    """A part that waited in a queue does not undo what was posted after it was made."""
    feedback_id = uuid7(NOON_US)
    made, later = iso(NOON_US - 60 * SECOND_US), iso(NOON_US - 30 * SECOND_US)
    give(room, id=feedback_id, run_id=told.root, score=1, created_at=made, modified_at=later)
    send_part(room, id=feedback_id, run_id=told.root, trace_id=told.root, score=0, created_at=made, modified_at=made)
    assert room.get(f"/feedback/{feedback_id}").json["score"] == 1
    assert stats_of(room, told.root)["user"]["avg"] == 1


def test_a_clock_that_is_ahead_has_not_the_last_word(room: ApiRoom, told: Story) -> None:
    """A change made here is later than a create whose client lives tomorrow."""
    given = give(room, run_id=told.root, score=0, modified_at=iso(NOON_US + S_PER_DAY * SECOND_US))
    room.clock.advance(1)
    assert room.ask_for("PATCH", f"/feedback/{given['id']}", {"score": 1}).json["score"] == 1
    assert room.get(f"/feedback/{given['id']}").json["score"] == 1


def test_a_change_changes_what_it_says(room: ApiRoom, told: Story) -> None:
    """Other fields stay; a null takes away; nothing else can be changed."""
    given = give(room, run_id=told.root, score=0.25, comment="hm", value="x")
    changed = room.ask_for("PATCH", f"/feedback/{given['id']}", {"comment": None, "value": "y", "key": "other"}).json
    assert (changed["score"], changed["comment"], changed["value"], changed["key"]) == (0.25, None, "y", "user")
    assert stats_of(room, told.root)["user"]["values"] == {"y": 1}
    assert room.get("/feedback", session=room.project()).json == [changed]


def test_what_is_deleted_is_gone_everywhere(room: ApiRoom, told: Story) -> None:
    """By id, in lists, in statistics, in rows: only that something was deleted is kept."""
    given = give(room, run_id=told.root, score=1, comment="my secret")
    kept = give(room, run_id=told.root, score=0)
    assert room.ask_for("DELETE", f"/feedback/{given['id']}").json == {"deleted": [given["id"]]}
    assert room.get(f"/feedback/{given['id']}").status == 404
    assert room.ask_for("DELETE", f"/feedback/{given['id']}").status == 404
    assert listed(room) == listed(room, run=told.root) == [kept["id"]]
    assert stats_of(room, told.root)["user"]["n"] == 1
    partitions = [keys.trace(WORKSPACE, told.root), keys.feedback_list(WORKSPACE, room.project())]
    rows = [row for pk in partitions for row in room.store.traces.query(KeyRange(pk))]
    assert len([row for row in rows if row.sk.startswith(keys.FEEDBACK)]) == 3
    assert not any(
        b"my secret" in value for row in rows for value in row.attributes.values() if isinstance(value, bytes)
    )


def test_a_redelivered_create_does_not_bring_it_back(room: ApiRoom, told: Story) -> None:
    """What was deleted stays deleted until somebody says it anew."""
    feedback_id = uuid7(NOON_US)
    room.clock.advance(1)
    body = part({"id": feedback_id, "key": "user", "run_id": told.root, "trace_id": told.root, "score": 1})
    room.queue(body, "/runs/multipart", "multipart/form-data; boundary=b")
    [message] = room.store.operations.receive(10, 60)
    room.deliver([message.body])
    room.clock.advance(1)
    assert room.ask_for("DELETE", f"/feedback/{feedback_id}").status == 200
    room.deliver([message.body], 2)
    assert room.get(f"/feedback/{feedback_id}").status == 404
    assert listed(room) == []
    give(room, id=feedback_id, run_id=told.root, score=0)
    assert room.get(f"/feedback/{feedback_id}").json["score"] == 0
    assert listed(room) == [feedback_id]


@pytest.mark.parametrize("by_part", [False, True])
@pytest.mark.parametrize("names_trace", [False, True])
@pytest.mark.parametrize("about", ["root", "tool"])
def test_feedback_may_come_before_its_run(room: ApiRoom, about: str, names_trace: bool, by_part: bool) -> None:
    """It is read by id at once, and shows wherever its run shows as soon as that is here."""
    told = story()
    feedback_id, run_id = uuid7(NOON_US), getattr(told, about)
    said = {"id": feedback_id, "run_id": run_id, "score": 1} | ({"trace_id": told.root} if names_trace else {})
    if by_part:
        send_part(room, **said)
    else:
        give(room, **said)
    early = room.get(f"/feedback/{feedback_id}").json
    assert (early["run_id"], early["score"]) == (run_id, 1)
    room.send(told.body)
    late = room.get(f"/feedback/{feedback_id}").json
    assert (late["trace_id"], late["session_id"]) == (told.root, room.project())
    assert listed(room, run=run_id) == listed(room, session=room.project()) == [feedback_id]
    assert stats_of(room, run_id)["user"]["n"] == 1
    others = {told.root, told.llm, told.tool} - {run_id}
    assert all(stats_of(room, one) == {} for one in others)


def test_feedback_on_a_run_that_never_comes_is_found_by_that_run(room: ApiRoom) -> None:
    """It waits, is listed for its run, and is in no project's list."""
    run_id = uuid7(NOON_US)
    given = give(room, run_id=run_id)
    assert (given["trace_id"], given["session_id"]) == (None, None)
    assert listed(room, run=run_id) == [given["id"]]
    assert listed(room) == []


def test_said_again_about_another_run_it_leaves_the_first(room: ApiRoom, told: Story) -> None:
    """One id is one feedback."""
    other = story(NOON_US + SECOND_US)
    room.send(other.body)
    given = give(room, run_id=told.root, score=1)
    give(room, id=given["id"], run_id=other.llm, score=0)
    assert stats_of(room, told.root) == {}
    assert stats_of(room, other.llm)["user"]["n"] == 1
    assert room.get(f"/feedback/{given['id']}").json["run_id"] == other.llm
    assert listed(room) == [given["id"]]


def test_feedback_on_a_project(room: ApiRoom, told: Story) -> None:
    """It is the project's, no run's; it must name one that is there."""
    given = give(room, session_id=room.project(), score=0.9, run_id=None)
    assert (given["run_id"], given["trace_id"], given["session_id"]) == (None, None, room.project())
    on_run = give(room, run_id=told.root)
    assert listed(room, level="session") == [given["id"]]
    assert listed(room, level="run") == [on_run["id"]]
    assert stats_of(room, told.root)["user"]["n"] == 1
    assert room.post("/feedback", {"key": "k", "session_id": uuid7(NOON_US)}).status == 404
    by_part = uuid7(NOON_US)
    send_part(room, id=by_part, session_id=room.project())
    assert sorted(listed(room, level="session")) == sorted([given["id"], by_part])


def test_each_parameter_narrows_the_list(room: ApiRoom, told: Story) -> None:
    """Alternatives of one parameter, all of different ones; newest first; pages."""
    by_model = give(room, run_id=told.root, key="a", score=0, feedback_source={"type": "model", "user_id": "u1"})
    plain = give(room, run_id=told.llm, key="b", comment="words")
    empty = give(room, run_id=told.llm, key="c", comment="")
    assert listed(room) == [empty["id"], plain["id"], by_model["id"]]
    expected: list[tuple[dict[str, object], list[dict[str, Any]]]] = [
        ({"key": "a"}, [by_model]),
        ({"key": ["a", "b"]}, [plain, by_model]),
        ({"source": "model"}, [by_model]),
        ({"source": ["model", "api"]}, [empty, plain, by_model]),
        ({"user": "u1"}, [by_model]),
        ({"has_comment": True}, [plain]),
        ({"has_comment": False}, [empty, by_model]),
        ({"has_score": True}, [by_model]),
        ({"has_score": False}, [empty, plain]),
        ({"run": [told.root, told.llm], "key": "c"}, [empty]),
        ({"run": told.llm, "session": uuid7(NOON_US)}, []),
        ({"min_created_at": plain["created_at"]}, [empty, plain]),
        ({"max_created_at": plain["created_at"]}, [plain, by_model]),
        ({"limit": 1, "offset": 1}, [plain]),
        ({"offset": 3}, []),
        ({"comparative_experiment_id": uuid7(NOON_US)}, []),
    ]
    for query, found in expected:
        assert listed(room, **query) == [one["id"] for one in found], query


def test_a_long_list_is_paged_whole(room: ApiRoom, told: Story) -> None:
    """Pages joined are the whole, each once."""
    ids = [give(room, run_id=told.root)["id"] for _ in range(230)]
    pages = [listed(room, offset=offset, session=room.project()) for offset in (0, 100, 200)]
    assert [len(page) for page in pages] == [100, 100, 30]
    assert [one for page in pages for one in page] == ids[::-1]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"key": None}, "key"),
        ({"key": "x" * 181}, "key"),
        ({"key": ""}, "key"),
        ({"score": "0.5"}, "score"),
        ({"score": [1]}, "score"),
        ({"score": 1e200}, "score"),
        ({"run_id": "x"}, "run_id"),
        ({"run_id": None}, "run_id"),
        ({"comment": 5}, "comment"),
        ({"comment": "x" * 20_000}, "16384"),
        ({"value": "x" * 40_000}, "32768"),
        ({"value": {"n": 10**30}}, "64 bits"),
        ({"correction": [1]}, "correction"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"feedback_source": {"kind": "api"}}, "feedback_source"),
        ({"feedback_config": {"type": "odd"}}, "feedback_config.type"),
        ({"extend_trace_retention": "no"}, "extend_trace_retention"),
        ({"id": "5"}, "id"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_field(room: ApiRoom, said: dict[str, Any], names: str) -> None:
    """The answer names the field and the limit, and nothing is stored."""
    answer = room.post("/feedback", {"key": "user", "run_id": uuid7(NOON_US), **said})
    assert answer.status == 422
    assert names in answer.json["detail"]


@pytest.mark.parametrize("text", ['{"score": NaN}', '{"score": 1e999}', "[]", "{", '"x"', '{"key": "\\ud83d"}'])
def test_what_is_no_json_object_is_refused(room: ApiRoom, text: str) -> None:
    """NaN too, which Python's own reader takes."""
    answer = room.ask_for("POST", "/feedback", text.encode())
    assert answer.status == 422
    assert "body" in answer.json["detail"]


def test_feedback_ends_with_its_trace(room: ApiRoom, told: Story) -> None:
    """Given on the last day, it is unreadable with all else; and nothing can be added."""
    room.clock.advance(13 * S_PER_DAY)
    given = give(room, run_id=told.root, score=1)
    assert listed(room) == [given["id"]]
    room.clock.advance(S_PER_DAY)
    assert room.get(f"/feedback/{given['id']}").status == 404
    assert listed(room) == listed(room, run=told.root) == []
    late = room.post("/feedback", {"key": "user", "run_id": told.root, "trace_id": told.root})
    assert late.status == 400
    assert "expired" in late.json["detail"]
    send_part(room, id=uuid7(NOON_US), run_id=told.root, trace_id=told.root)
    [refused] = room.get("/workspaces/current/rejected-operations").json["items"]
    assert "expired" in refused["reason"]


def test_feedback_of_a_deleted_project_is_gone(room: ApiRoom, told: Story) -> None:
    """With its runs, at once."""
    given = give(room, run_id=told.root)
    on_project = give(room, session_id=room.project())
    room.ask_for("DELETE", f"/sessions/{room.project()}")
    assert room.get(f"/feedback/{given['id']}").status == 404
    assert room.get(f"/feedback/{on_project['id']}").status == 404
    assert listed(room) == listed(room, run=told.root) == []


def test_feedback_of_another_workspace_is_not_there(room: ApiRoom, told: Story) -> None:
    """Nor can it be changed or deleted; the same id may be given there, and is another feedback."""
    given = give(room, run_id=told.root, score=1)
    theirs, path = room.other_key, f"/feedback/{given['id']}"
    assert room.get(path, theirs).status == 404
    assert room.ask_for("PATCH", path, {"score": 0}, theirs).status == 404
    assert room.ask_for("DELETE", path, key=theirs).status == 404
    assert room.get("/feedback", theirs, run=told.root).json == []
    assert room.post("/feedback", {"id": given["id"], "run_id": told.root, "key": "k"}, theirs).status == 200
    assert room.get(path).json == given


def test_how_long_to_keep_the_trace_is_kept_with_it(room: ApiRoom, told: Story) -> None:
    """It asks to keep the trace unless it says that it does not, by either name."""
    asked = [{}, {"extend_trace_retention": False}, {"_skip_trace_upgrade": True}, {"extend_trace_retention": True}]
    given = [give(room, run_id=told.root, **one) for one in asked]
    assert [one["extend_trace_retention"] for one in given] == [True, False, False, True]
    read = {one.id: one.extends_retention for one in room.ask.feedbacks.of_runs(WORKSPACE, [told.root])}
    assert [read[one["id"]] for one in given] == [True, False, False, True]


def test_a_project_sums_up_the_feedback_on_its_runs_and_on_itself(room: ApiRoom, told: Story) -> None:
    """Apart from each other, and over the window that is asked for."""
    give(room, run_id=told.root, score=0)
    give(room, run_id=told.tool, score=1)
    give(room, session_id=room.project(), key="exact", score=0.8)
    project = f"/sessions/{room.project()}"
    stats = room.get(project, include_stats=True).json
    assert {key: (one["n"], one["avg"]) for key, one in stats["feedback_stats"].items()} == {"user": (2, 0.5)}
    assert {key: (one["n"], one["avg"]) for key, one in stats["session_feedback_stats"].items()} == {"exact": (1, 0.8)}
    [listed_too] = [one for one in room.get("/sessions", include_stats=True).json if one["id"] == room.project()]
    assert listed_too["feedback_stats"] == stats["feedback_stats"]
    since = iso(NOON_US + 2 * SECOND_US)
    assert room.get(project, include_stats=True, stats_start_time=since).json["feedback_stats"]["user"]["n"] == 1
    assert "feedback_stats" not in room.get(project).json


def test_filters_find_runs_by_their_feedback(room: ApiRoom, told: Story) -> None:
    """Key and score of one feedback, on the run, its root, its tree; after a change by what is said now."""
    other = story(NOON_US + SECOND_US)
    room.send(other.body)
    given = give(room, run_id=told.root, score=0.4, comment="meh")
    give(room, run_id=other.root, score=0.9)
    give(room, run_id=told.tool, key="tool", value="wrong")
    room.pump()

    def found(**filters: str) -> set[str]:
        asked = {"session": [room.project()], "is_root": True, "select": ["id"], **filters}
        return {run["id"] for run in room.post("/runs/query", asked).json["runs"]}

    low = 'and(eq(feedback_key, "user"), lt(feedback_score, 0.5))'
    assert found(filter=low) == {told.root}
    assert found(filter='eq(feedback_key, "user")') == {told.root, other.root}
    assert found(filter='eq(feedback_comment, "meh")') == {told.root}
    assert found(tree_filter='eq(feedback_value, "wrong")') == {told.root}
    assert found(trace_filter=low) == {told.root}
    room.ask_for("PATCH", f"/feedback/{given['id']}", {"score": 1})
    room.pump()
    assert found(filter=low) == set()
