"""What a list of traces finds without opening one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.store import keys
from shared.store.ports import Key, KeyRange
from tests.api_room import ApiRoom
from tests.api_traces import Story, story
from tests.operations import WORKSPACE


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """An empty room."""
    return ApiRoom(tmp_path)


@pytest.fixture
def told(room: ApiRoom) -> Story:
    """A trace that is there."""
    told = story()
    room.send(told.body)
    return told


def close(room: ApiRoom, trace_id: str) -> None:
    """Take a trace's own rows away: what is still found was found by its head."""
    rows = room.store.traces.query(KeyRange(keys.trace(WORKSPACE, trace_id)))
    room.store.traces.delete([Key(row.pk, row.sk) for row in rows])


def roots(room: ApiRoom, **asked: object) -> list[dict[str, Any]]:
    """A list of traces with their feedback, and nothing that a head does not know."""
    body = {"project_ids": [room.project()], "is_root": True, "selects": ["ID", "FEEDBACK_STATS"], **asked}
    items: list[dict[str, Any]] = room.post("/v2/runs/query", body).json["items"]
    return items


def test_a_head_tells_the_feedback_of_its_root(room: ApiRoom, told: Story) -> None:
    """Statistics are those of the root's own feedback, and filters on it are decided."""
    room.post("/feedback", {"key": "user", "run_id": told.root, "score": 0.5, "comment": "so so"})
    room.post("/feedback", {"key": "tool", "run_id": told.tool, "score": 0})
    room.pump()
    whole = room.get(f"/runs/{told.root}").json["feedback_stats"]
    close(room, told.root)
    [run] = roots(room)
    assert run["feedback_stats"] == whole
    assert whole["user"]["comments"] == ["so so"]
    assert whole.keys() == {"user"}
    assert len(roots(room, filter='and(eq(feedback_key, "user"), gt(feedback_score, 0.4))')) == 1
    assert roots(room, filter='eq(feedback_key, "tool")') == []


def test_the_same_in_a_list_of_traces(room: ApiRoom, told: Story) -> None:
    """Traces are listed by their heads too."""
    room.post("/feedback", {"key": "user", "run_id": told.root, "score": True})
    room.pump()
    close(room, told.root)
    asked = {"project_id": room.project(), "selects": ["FEEDBACK_STATS"]}
    [trace] = room.post("/v2/traces/query", asked).json["items"]
    assert trace["root_run"]["feedback_stats"]["user"]["avg"] == 1


def test_feedback_that_is_too_much_for_a_head_is_read_from_the_trace(room: ApiRoom, told: Story) -> None:
    """Nothing is cut: a list shows all of it, and filters find the last word of it."""
    for number in range(12):
        said = {"key": "user", "run_id": told.root, "score": number, "comment": f"{number} " + "x" * 400}
        room.post("/feedback", said)
    room.pump()
    [run] = roots(room)
    assert run["feedback_stats"]["user"]["n"] == 12
    assert len(roots(room, filter="eq(feedback_score, 11)")) == 1
    assert roots(room, filter="eq(feedback_score, 12)") == []
