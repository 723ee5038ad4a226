"""Threads: conversations out of traces, as v2 and v1 ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langsmith.types import Thread, ThreadAggregateStatsResponse, ThreadStats, ThreadTrace

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
    answer = room.post("/runs/group", asked).json
    (group,) = answer["groups"]
    assert (group["group_key"], group["count"], answer["total"]) == ("4711", 1, 3)
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


@pytest.mark.parametrize(
    ("thread_filter", "names"),
    [
        ("gt(count, 1)", ["talk"]),
        ("eq(num_errored_turns, 0)", ["4711", "old"]),
        ('eq(status, "error")', ["talk"]),
        ('like(last_error, "lost%")', ["talk"]),
        ('in(thread_id, ["old", "4711"])', ["4711", "old"]),
        ('lt(max_start_time, "2026-11-19")', ["old"]),
        ('and(gte(latency_p50, "1s"), lte(latency_p99, 1))', ["talk", "4711", "old"]),
        ('search("turn")', ["talk", "4711", "old"]),
        ('and(eq(metadata_key, "thread_id"), eq(metadata_value, 4711))', ["4711"]),
        ("gt(total_tokens, 0)", []),
    ],
)
def test_threads_are_found_by_what_their_turns_add_up_to(room: ApiRoom, thread_filter: str, names: list[str]) -> None:
    """`thread_filter` speaks of the whole thread, by fields of its own."""
    asked = {"project_id": room.project(), "min_start_time": "2026-11-01", "thread_filter": thread_filter}
    assert [item["thread_id"] for item in room.post("/v2/threads/query", asked).json["items"]] == names
    counted = room.post("/v2/threads/stats", {**asked, "select": ["THREAD_COUNT"]}).json
    assert counted == {"thread_count": len(names)}


def test_a_field_that_no_thread_has_is_refused(room: ApiRoom) -> None:
    """With the place in the text, as in every filter."""
    answer = room.post("/v2/threads/query", {"project_id": room.project(), "thread_filter": 'eq(run_type, "llm")'})
    assert answer.status == 422
    assert "there is no field run_type" in answer.json["detail"]


@pytest.mark.parametrize("name", ["filter", "trace_filter"])
def test_a_thread_of_which_a_turn_matches_is_shown_whole(room: ApiRoom, name: str) -> None:
    """Its counts are of all its turns in the window; v1 groups the traces that match, and no others."""
    failed = 'eq(status, "error")'
    (item,) = room.post("/v2/threads/query", {"project_id": room.project(), name: failed}).json["items"]
    assert (item["thread_id"], item["count"], item["num_errored_turns"]) == ("talk", 6, 1)
    (group,) = room.post("/runs/group", {"session_id": room.project(), "filter": failed}).json["groups"]
    assert (group["group_key"], group["count"]) == ("talk", 1)


def test_turns_are_narrowed_by_filters(room: ApiRoom) -> None:
    """A turn keeps its number; statistics are of the turns that match, which may be none."""
    query = {"project_id": room.project(), "selects": ["TURN_NUMBER"], "filter": 'eq(status, "error")'}
    (turn,) = room.get("/v2/threads/talk/traces", **query).json["items"]
    assert turn["turn_number"] == 3
    asked = {"session_id": room.project(), "selects": ["TURNS", "LAST_START_TIME"]}
    assert room.get("/v2/threads/talk/stats", **asked, filter='eq(status, "error")').json["turns"] == 1
    nothing = room.get("/v2/threads/talk/stats", **asked, filter='eq(name, "nobody")').json
    assert nothing == {"turns": 0, "last_start_time": None}


def test_all_threads_add_up(room: ApiRoom) -> None:
    """Over a window: how many, how many turns, what share failed, how long they took."""
    select = ["THREAD_COUNT", "TRACE_COUNT", "ERROR_RATE", "LATENCY_P50", "MEDIAN_TOKENS", "TOTAL_COST"]
    answer = room.post("/v2/threads/stats", {"project_id": room.project(), "select": select}).json
    found = ThreadAggregateStatsResponse.model_validate(answer)
    assert (found.thread_count, found.trace_count, found.error_rate) == (2, 7, 1 / 7)
    assert (found.latency_p50_seconds, found.median_tokens, found.total_cost) == (1, None, None)
    v1 = room.post("/runs/group/stats", {"session_id": room.project()}).json
    assert (v1["group_count"], v1["run_count"], v1["feedback_stats"]) == (3, 8, {})
    assert room.post("/v2/threads/stats", {"project_id": room.project(), "select": []}).status == 422


@pytest.fixture
def judged(tmp_path: Path) -> ApiRoom:
    """A thread of two turns, one of which was spoken of at such length that its head cannot hold it."""
    room = ApiRoom(tmp_path)
    turn(room, "talk", NOON_US - 2 * US_PER_MINUTE, "thread_id")
    turn(room, "talk", NOON_US - US_PER_MINUTE, "thread_id")
    turn(room, "quiet", NOON_US - 2 * US_PER_MINUTE, "thread_id")
    newest, older = (one["trace_id"] for one in turns_of(room))
    give(room, newest, 1, "so good " * 400)
    give(room, older, 0, "bad")
    room.pump()
    return room


def turns_of(room: ApiRoom) -> list[dict[str, Any]]:
    """The turns of the thread, newest first."""
    query = {"project_id": room.project(), "selects": ["TRACE_ID"]}
    found: list[dict[str, Any]] = room.get("/v2/threads/talk/traces", **query).json["items"]
    return found


def give(room: ApiRoom, run_id: str, score: float, comment: str) -> None:
    """A feedback on the root of a turn."""
    said = {"run_id": run_id, "key": "user", "score": score, "comment": comment}
    assert room.post("/feedback", said).status == 200


def test_what_was_said_of_turns_is_said_of_their_thread(judged: ApiRoom) -> None:
    """Wherever threads are shown, however much it was; a thread of which nothing was said has none."""
    project = judged.project()
    listed = judged.post("/v2/threads/query", {"project_id": project}).json["items"]
    grouped = judged.post("/runs/group", {"session_id": project}).json["groups"]
    single = judged.get("/v2/threads/talk/stats", session_id=project, selects=["FEEDBACK_STATS"]).json
    asked = {"project_id": project, "select": ["THREAD_FEEDBACK_STATS"]}
    summed = judged.post("/v2/threads/stats", asked).json["thread_feedback_stats"]
    v1 = judged.post("/runs/group/stats", {"session_id": project}).json["feedback_stats"]
    of_talk = [one["feedback_stats"] for one in (*listed, *grouped) if "talk" in one.values()]
    for stats in (*of_talk, single["feedback_stats"], summed, v1):
        assert (stats["user"]["n"], stats["user"]["avg"]) == (2, 0.5)
    assert len(of_talk) == 2
    assert [one["feedback_stats"] for one in (*listed, *grouped) if "quiet" in one.values()] == [None, None]
    assert listed[0]["first_inputs"] == f"at {NOON_US - 2 * US_PER_MINUTE}"


def test_threads_are_found_by_what_was_said_of_them(judged: ApiRoom) -> None:
    """Also where a head could not hold it."""
    asked = {"project_id": judged.project(), "thread_filter": 'search(feedback_comment, "so good")'}
    assert [one["thread_id"] for one in judged.post("/v2/threads/query", asked).json["items"]] == ["talk"]
    asked["thread_filter"] = 'and(eq(feedback_key, "user"), gt(feedback_score, 1))'
    assert judged.post("/v2/threads/query", asked).json["items"] == []


def test_more_than_a_list_may_read_is_refused(judged: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is feedback left out in silence, nor are thousands of traces read."""
    monkeypatch.setattr("functions.api.threads.MAX_TURNS_READ", 0)
    answer = judged.post("/v2/threads/query", {"project_id": judged.project()})
    assert answer.status == 413
    assert "min_start_time" in answer.json["detail"]
