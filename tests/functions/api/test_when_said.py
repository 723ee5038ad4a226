"""Questions about when feedback was modified: of runs and of traces, decided by whole traces alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_room import ApiRoom
from tests.api_traces import Story, iso, story
from tests.stores import NOON_US

MINUTE_US = 60_000_000
EARLY, LATE = iso(NOON_US + MINUTE_US), iso(NOON_US + 3 * MINUTE_US)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[ApiRoom, dict[str, Story]]:
    """Three traces: of one something was said early, of one late, of one early and changed late."""
    room = ApiRoom(tmp_path_factory.mktemp("said"))
    stories = {name: story(NOON_US + number * 1_000_000) for number, name in enumerate(("early", "late", "changed"))}
    for one in stories.values():
        room.send(one.body)
    room.clock.advance(60)
    give(room, stories["early"])
    changed = give(room, stories["changed"])
    room.clock.advance(120)
    give(room, stories["late"])
    assert room.ask_for("PATCH", f"/feedback/{changed}", {"score": 1}).status == 200
    room.pump()
    return room, stories


def give(room: ApiRoom, about: Story) -> str:
    """A feedback on the root."""
    answer = room.post("/feedback", {"run_id": about.root, "key": "user", "score": 1})
    assert answer.status == 200
    feedback_id: str = answer.json["id"]
    return feedback_id


BY_TIME: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"early", "late", "changed"}),
    ({"min_feedback_modified_at": LATE}, {"late", "changed"}),
    ({"max_feedback_modified_at": LATE}, {"early"}),
    ({"min_feedback_modified_at": EARLY, "max_feedback_modified_at": LATE}, {"early"}),
    ({"min_feedback_modified_at": EARLY}, {"early", "late", "changed"}),
    ({"max_feedback_modified_at": EARLY}, set()),
]
"""From the first moment on, up to but not with the last."""


@pytest.mark.parametrize("is_root", [None, True])
@pytest.mark.parametrize(("asked", "names"), BY_TIME)
def test_runs_are_found_by_when_they_were_spoken_of(
    told: tuple[ApiRoom, dict[str, Story]], asked: dict[str, Any], names: set[str], is_root: bool | None
) -> None:
    """Through the log as through heads, which know what was said but not when."""
    room, stories = told
    body = {"project_ids": [room.project()], "is_root": is_root, "filter": 'eq(feedback_key, "user")', **asked}
    found = {item["id"] for item in room.post("/v2/runs/query", body).json["items"]}
    assert found == {stories[name].root for name in names}


@pytest.mark.parametrize("name", ["trace_filter", "tree_filter"])
@pytest.mark.parametrize(("asked", "names"), BY_TIME)
def test_so_are_traces(
    told: tuple[ApiRoom, dict[str, Story]], asked: dict[str, Any], names: set[str], name: str
) -> None:
    """By a condition on their root, or on any of their runs."""
    room, stories = told
    body = {"project_id": room.project(), name: 'and(eq(feedback_key, "user"), gte(feedback_score, 1))', **asked}
    found = {item["root_run"]["id"] for item in room.post("/v2/traces/query", body).json["items"]}
    assert found == {stories[one].root for one in names}


def test_what_was_not_said_then_counts_as_not_said(told: tuple[ApiRoom, dict[str, Story]]) -> None:
    """A condition that there is no feedback sees no other time either."""
    room, stories = told
    body = {"project_ids": [room.project()], "is_root": True, "filter": 'neq(feedback_key, "user")'}
    found = room.post("/v2/runs/query", {**body, "min_feedback_modified_at": LATE}).json["items"]
    assert [item["id"] for item in found] == [stories["early"].root]
    assert room.post("/v2/runs/query", body).json["items"] == []


@pytest.mark.parametrize("path", ["/v2/runs/query", "/v2/traces/query"])
def test_a_time_needs_a_condition_on_feedback(told: tuple[ApiRoom, dict[str, Story]], path: str) -> None:
    """As in LangSmith; the error says what to add."""
    room, _ = told
    body = {"project_ids": [room.project()], "project_id": room.project(), "trace_filter": 'eq(name, "agent")'}
    answer = room.post(path, {**body, "min_feedback_modified_at": EARLY})
    assert answer.status == 400
    assert "feedback_key" in answer.json["detail"]
