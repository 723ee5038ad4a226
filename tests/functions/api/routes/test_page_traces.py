"""A trace as the page draws it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.base.units import S_PER_DAY, US_PER_DAY
from shared.store.ports import Item, KeyRange
from tests.api_room import Answered, ApiRoom
from tests.api_traces import Story, story, wide_trace
from tests.functions.api.skeleton_reading import drawn
from tests.operations import uuid7
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A room of its own."""
    return ApiRoom(tmp_path)


def skeleton(room: ApiRoom, trace_id: str, tag: str = "") -> Answered:
    """The answer, asked with a tag or without."""
    headers = {"if-none-match": tag} if tag else {}
    return room.ask_for("GET", f"/api/v1/traces/{trace_id}/skeleton", headers=headers)


def told_in(room: ApiRoom, start_us: int = NOON_US) -> Story:
    """A trace of three runs, recorded."""
    told = story(start_us)
    room.send(told.body)
    return told


def test_a_trace_is_drawn_without_reading_anything_else(room: ApiRoom) -> None:
    """Ids, names, times, status, tokens, cost, errors and tags of each run, and what became of the trace."""
    told = told_in(room)
    answer = skeleton(room, told.root)
    assert answer.status == 200
    assert answer.headers["tracekeep-served"].startswith("index; path=trace")
    seen = drawn(answer.json["skeleton"])
    assert [run.id for run in seen] == [told.root, told.llm, told.tool]
    assert [(run.name, run.run_type, run.status, run.parent) for run in seen] == [
        ("agent", "chain", "success", None),
        ("gpt", "llm", "success", told.root),
        ("search", "tool", "error", told.root),
    ]
    assert [(run.start_us - NOON_US, run.duration_us) for run in seen] == [
        (0, 1_500_000),
        (1_000, 899_000),
        (2_000, 948_123),
    ]
    assert (seen[1].model, seen[1].total_tokens, seen[1].first_token_us) == ("gpt-4o", 1_100, NOON_US + 250_000)
    assert seen[0].cost_nano_usd == seen[1].cost_nano_usd
    assert str(seen[2].error).startswith("ValueError: no index")
    assert seen[0].tags == ["prod"]
    kept = {name: answer.json[name] for name in ("session_name", "thread_id", "trace_tier", "is_shared")}
    assert kept == {"session_name": "default", "thread_id": "t-1", "trace_tier": "shortlived", "is_shared": False}
    assert answer.json["expires_us"] - answer.json["first_received_us"] == 14 * US_PER_DAY


def test_its_tree_is_that_of_v2(room: ApiRoom) -> None:
    """The same runs under the same parents, with the same tokens, also of a wide trace sent in pieces."""
    posts = wide_trace(300)
    for start in (150, 0):
        room.send(json.dumps({"post": posts[start : start + 150]}))
    selects = ["ID", "PARENT_RUN_IDS", "NAME", "RUN_TYPE", "STATUS", "TOTAL_TOKENS"]
    trace_id = posts[0]["id"]
    items = room.get(f"/api/v2/traces/{trace_id}/runs", project_id=room.project(), selects=selects).json["items"]
    seen = drawn(skeleton(room, trace_id).json["skeleton"])
    assert [(one.id, one.parent, one.name, one.run_type.upper(), one.total_tokens) for one in seen] == [
        (item["id"], (item["parent_run_ids"] or [None])[-1], item["name"], item["run_type"], item["total_tokens"])
        for item in items
    ]


def test_asked_again_it_is_not_sent_again_until_something_came(room: ApiRoom) -> None:
    """The tag is the same while the trace is, and another after any request that says something of it."""
    told = told_in(room)
    first = skeleton(room, told.root)
    tag = first.headers["etag"]
    same = skeleton(room, told.root, tag)
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    room.send(json.dumps({"patch": [told.patch[0]]}))
    changed = skeleton(room, told.root, tag)
    assert changed.status == 200
    assert changed.headers["etag"] != tag
    assert skeleton(room, told.root, f'"other", {tag}').status == 200
    assert skeleton(room, told.root, f'"other", {changed.headers["etag"]}').status == 304


def test_to_say_that_nothing_is_new_no_fact_is_read(room: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row of the trace that is read for a 304 comes without its facts and payload."""
    told = told_in(room)
    tag = skeleton(room, told.root).headers["etag"]
    asked: list[KeyRange] = []
    query = room.store.traces.query

    def watched(key_range: KeyRange) -> list[Item]:
        asked.append(key_range)
        return query(key_range)

    monkeypatch.setattr(room.store.traces, "query", watched)
    assert skeleton(room, told.root, tag).status == 304
    of_trace = [one for one in asked if "#trace#" in one.pk]
    assert of_trace
    assert all(one.only is not None and not {"f", "p"} & set(one.only) for one in of_trace)


def test_what_has_ended_or_was_deleted_is_not_unchanged(room: ApiRoom) -> None:
    """A tag opens nothing: after its end, after its project is gone, and for another workspace, it is not there."""
    told = told_in(room)
    tag = skeleton(room, told.root).headers["etag"]
    theirs = room.ask_for("GET", f"/traces/{told.root}/skeleton", key=room.other_key, headers={"if-none-match": tag})
    assert theirs.status == 404
    assert skeleton(room, uuid7(NOON_US)).status == 404
    room.clock.advance(15 * S_PER_DAY)
    assert skeleton(room, told.root, tag).status == 404
    later = told_in(room, NOON_US + 15 * US_PER_DAY)
    tag = skeleton(room, later.root).headers["etag"]
    assert room.ask_for("DELETE", f"/sessions/{room.project()}").status == 202
    assert skeleton(room, later.root, tag).status == 404


def test_a_run_that_never_ended_says_so(room: ApiRoom) -> None:
    """Pending while its root runs; never ended once its root has."""
    told = story()
    room.send(json.dumps({"post": [told.post[0] | {"inputs": {}}, *told.post[1:]]}))
    assert {run.status for run in drawn(skeleton(room, told.root).json["skeleton"])} == {"pending"}
    assert "never_ended" not in skeleton(room, told.root).json["skeleton"]["notes"]
    room.send(json.dumps({"patch": [told.patch[2]]}))
    answer = skeleton(room, told.root).json["skeleton"]
    assert (answer["pending_runs"], answer["notes"]) == (2, {"never_ended": [1, 2]})
