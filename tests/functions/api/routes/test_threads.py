"""Threads: conversations out of traces, as v2 and v1 ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langsmith.types import Thread, ThreadStats, ThreadTrace

from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from tests.api_room import ApiRoom
from tests.operations import envelope, patch, post, uuid7
from tests.stores import NOON_US

KEYS = ("session_id", "thread_id", "conversation_id")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> ApiRoom:
    """Three conversations, one of them long ago, and a trace that is in none."""
    room = ApiRoom(tmp_path_factory.mktemp("threads"))
    for number in range(6):
        turn(room, "talk", NOON_US - (6 - number) * US_PER_MINUTE, KEYS[number % 3], failed=number == 2)
    turn(room, 4711, NOON_US - US_PER_HOUR, "thread_id")
    turn(room, "old", NOON_US - 2 * US_PER_DAY, "thread_id")
    turn(room, None, NOON_US - US_PER_MINUTE, "other")
    return room


def turn(room: ApiRoom, thread: object, start_us: int, key: str, *, failed: bool = False) -> None:
    """One trace of a second that names its thread in its metadata."""
    metadata = {} if thread is None else {key: thread}
    root = post(uuid7(start_us), start_us, name="turn", inputs={"q": f"at {start_us}"}, extra={"metadata": metadata})
    child = post(uuid7(start_us + 9), start_us + 9, root, name="inner", extra={"metadata": metadata})
    said: dict[str, Any] = {"error": "lost the thread"} if failed else {"outputs": {"a": f"to {start_us}"}}
    room.take(envelope([root, child, patch(root, start_us + 1_000_000, **said)], start_us))


def test_threads_that_spoke_last_come_first(room: ApiRoom) -> None:
    """By whichever of the three keys, each once, with what their turns add up to."""
    answer = room.post("/api/v2/threads/query", {"project_id": room.project()})
    found = [Thread.model_validate(item) for item in answer.json["items"]]
    assert [(one.thread_id, one.count) for one in found] == [("talk", 6), ("4711", 1)]
    assert (found[0].num_errored_turns, found[0].last_error) == (1, "lost the thread")
    assert (found[0].first_inputs, found[0].last_outputs) == (
        f"at {NOON_US - 6 * US_PER_MINUTE}",
        f"to {NOON_US - US_PER_MINUTE}",
    )
    assert found[0].latency_p50 == 1


def test_pages_of_threads_joined_are_all(room: ApiRoom) -> None:
    """One a page, over all time."""
    asked: dict[str, Any] = {"project_id": room.project(), "page_size": 1, "min_start_time": "2026-11-01"}
    names: list[str] = []
    while True:
        answer = room.post("/api/v2/threads/query", asked).json
        names += [item["thread_id"] for item in answer["items"]]
        if not answer["has_more"]:
            break
        asked["cursor"] = answer["next_cursor"]
    assert names == ["talk", "4711", "old"]


def test_the_turns_of_a_thread_are_read_by_its_id(room: ApiRoom) -> None:
    """Newest first, numbered from the oldest, with what is selected; pages joined are all."""
    query = {"project_id": room.project(), "selects": ["TURN_NUMBER", "INPUTS", "STATUS", "LATENCY"], "page_size": 4}
    first = room.get("/api/v2/threads/talk/traces", **query).json
    second = room.get("/api/v2/threads/talk/traces", **query, cursor=first["next_cursor"]).json
    turns = [ThreadTrace.model_validate(item) for item in first["items"] + second["items"]]
    assert [one.turn_number for one in turns] == [6, 5, 4, 3, 2, 1]
    assert turns[5].inputs == {"q": f"at {NOON_US - 6 * US_PER_MINUTE}"}
    assert (second["has_more"], turns[0].latency, turns[0].name) == (False, 1, None)
    assert len(room.get("/api/v2/threads/old/traces", project_id=room.project()).json["items"]) == 1


def test_a_threads_statistics(room: ApiRoom) -> None:
    """Turns, times, latency."""
    query = {"session_id": room.project(), "selects": ["TURNS", "FIRST_START_TIME", "LATENCY_P50", "TOTAL_TOKENS"]}
    stats = ThreadStats.model_validate(room.get("/api/v2/threads/talk/stats", **query).json)
    assert (stats.turns, stats.latency_p50_seconds, stats.total_tokens) == (6, 1, 0)
    assert stats.first_start_time is not None


def test_v1_groups_conversations(room: ApiRoom) -> None:
    """`/runs/group` pages by offset; `/runs/threads` gives the previews."""
    asked = {"session_id": room.project(), "group_by": "conversation", "offset": 1, "limit": 1}
    (group,) = room.post("/runs/group", asked).json["groups"]
    assert (group["group_key"], group["count"]) == ("4711", 1)
    previews = room.get("/runs/threads/talk", session_id=room.project()).json["previews"]["turns"]
    assert previews[0]["inputs"] == f"at {NOON_US - 6 * US_PER_MINUTE}"
    assert len(previews) == 6


def test_what_is_not_there_is_not_found(room: ApiRoom) -> None:
    """An unknown thread, another project's, another workspace's."""
    assert room.get("/api/v2/threads/nobody/traces", project_id=room.project()).status == 404
    assert room.get("/api/v2/threads/talk/traces", room.other_key, project_id=room.project()).status == 404
    assert room.post("/api/v2/threads/query", {"project_id": room.project()}, room.other_key).status == 404


def test_a_threads_end_is_that_of_its_traces(tmp_path: Path) -> None:
    """What has expired is in no thread."""
    room = ApiRoom(tmp_path)
    turn(room, "short", NOON_US, "thread_id")
    room.clock.advance(15 * 86_400)
    assert room.get("/api/v2/threads/short/traces", project_id=room.project()).status == 404
    asked = {"project_id": room.project(), "min_start_time": "2026-11-01"}
    assert room.post("/api/v2/threads/query", asked).json["items"] == []
