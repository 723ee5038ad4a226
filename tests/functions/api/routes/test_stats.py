"""Statistics over runs as the wire shows them, and what was said of the runs."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shared.base.units import US_PER_MINUTE
from tests.api_room import Answered, ApiRoom
from tests.api_traces import USAGE, iso, story
from tests.operations import envelope, patch, post, uuid7
from tests.stores import NOON_US


class Told(NamedTuple):
    """Two traces with feedback: an early one with a tool, and a late one whose ids carry no time."""

    room: ApiRoom
    early: str
    tool: str
    late: str

    def stats(self, **asked: Any) -> Answered:  # noqa: ANN401 the wire's own
        """What `/runs/stats` answers for the project."""
        return self.room.post("/runs/stats", {"session": [self.room.project()], **asked})

    def said(self, **asked: Any) -> dict[str, int]:  # noqa: ANN401 the wire's own
        """How often each key was given."""
        return counts(self.stats(**asked).json)


def counts(stats: dict[str, Any]) -> dict[str, int]:
    """How often each key was given."""
    return {key: one["n"] for key, one in stats["feedback_stats"].items()}


def test_traces_that_failed_have_what_their_trees_used(tmp_path: Path) -> None:
    """Found by the rows of failures or by heads, their tokens, costs and first tokens are the same."""
    room, failed = ApiRoom(tmp_path), story()
    failed.patch[2] |= {"error": "ValueError: no refund", "outputs": None}
    room.send(failed.body)
    asked = {"session": [room.project()], "is_root": True, "start_time": iso(NOON_US - US_PER_MINUTE)}
    by_failures = room.post("/runs/stats", {**asked, "filter": 'eq(status, "error")'})
    by_heads = room.post("/runs/stats", {**asked, "filter": 'not(neq(status, "error"))'})
    assert by_failures.json == by_heads.json
    assert by_failures.json["total_tokens"] == USAGE["total_tokens"]
    assert by_failures.headers["tracekeep-served"] != by_heads.headers["tracekeep-served"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Written once; tests only read."""
    room = ApiRoom(tmp_path_factory.mktemp("stats"))
    early, late = NOON_US - 10 * US_PER_MINUTE, NOON_US - US_PER_MINUTE
    root = post(uuid7(early), early, name="agent", tags=["prod"], extra={"metadata": {"plan": "pro"}})
    tool = post(uuid7(early + 1), early + 1, root, name="search", run_type="tool")
    other = post(str(uuid.uuid4()), late, name="agent", tags=["test"])
    room.take(envelope([root, tool, patch(root, early + 9), other], NOON_US))
    for run_id, key, score in [
        (root.run_id, "user", 1),
        (root.run_id, "user", 0),
        (tool.run_id, "tool", 0.5),
        (other.run_id, "user", 1),
    ]:
        assert room.post("/feedback", {"run_id": run_id, "key": key, "score": score}).status == 200
    assert room.post("/feedback", {"session_id": room.project(), "key": "whole", "score": 1}).status == 200
    room.pump()
    return Told(room, root.run_id, tool.run_id, other.run_id)


def test_feedback_on_all_runs_is_summed_up(told: Told) -> None:
    """By key, with the mean of scores; what was said of the project is not about its runs."""
    answer = told.stats()
    assert counts(answer.json) == {"user": 3, "tool": 1}
    assert answer.json["feedback_stats"]["user"]["avg"] == pytest.approx(2 / 3)
    assert answer.headers["tracekeep-feedback"] == "looked-at=5; all=yes"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"is_root": True}, {"user": 3}),
        ({"is_root": False}, {"tool": 1}),
        ({"run_type": "tool"}, {"tool": 1}),
        ({"filter": 'has(tags, "prod")'}, {"user": 2}),
        ({"filter": 'eq(feedback_key, "tool")'}, {"tool": 1}),
        ({"tree_filter": 'eq(name, "search")'}, {"user": 2, "tool": 1}),
        ({"filter": 'eq(name, "nobody")'}, {}),
        ({"start_time": "2026-11-20T11:55:00Z"}, {"user": 1}),
        ({"end_time": "2026-11-20T11:55:00Z"}, {"user": 2, "tool": 1}),
        ({"start_time": "2026-11-20T11:55:00Z", "is_root": True}, {"user": 1}),
    ],
)
def test_only_what_was_said_of_runs_that_match_counts(told: Told, asked: dict[str, Any], said: dict[str, int]) -> None:
    """By rollups or by counting, in any window, with ids that carry a time and ids that do not."""
    assert told.said(**asked) == said


def test_runs_that_are_named_bring_their_feedback(told: Told) -> None:
    """By their ids, by their trace, by their parent: no project has to be asked."""
    assert counts(told.room.post("/runs/stats", {"id": [told.late, told.tool]}).json) == {"user": 1, "tool": 1}
    assert counts(told.room.post("/runs/stats", {"trace": told.early}).json) == {"user": 2, "tool": 1}
    assert counts(told.room.post("/runs/stats", {"parent_run": told.early}).json) == {"tool": 1}


@pytest.mark.parametrize("narrowed", [{}, {"filter": 'neq(name, "nobody")'}])
@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ("name", {"agent": {"user": 3}, "search": {"tool": 1}}),
        ("run_type", {"chain": {"user": 3}, "tool": {"tool": 1}}),
        ("tag", {"prod": {"user": 2}, "test": {"user": 1}}),
        ("metadata", {"pro": {"user": 2}}),
    ],
)
def test_each_group_has_the_feedback_on_its_runs(
    told: Told, attribute: str, said: dict[str, dict[str, int]], narrowed: dict[str, str]
) -> None:
    """By whatever runs are grouped, from rollups and by counting."""
    answer = told.stats(group_by={"attribute": attribute, "path": "plan"}, **narrowed)
    assert {name: counts(group) for name, group in answer.json.items()} == said


def test_feedback_that_is_not_selected_is_not_looked_at(told: Told) -> None:
    """Neither in the answer nor in what it cost."""
    answer = told.stats(select=["run_count"])
    assert answer.json == {"run_count": 3}
    assert "tracekeep-feedback" not in answer.headers


def test_feedback_beyond_what_one_question_reads_is_owned_up_to(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups need the traces of what was said: where those are too many, the newest count and the header says so."""
    monkeypatch.setattr("functions.api.given_feedback.MAX_TRACES", 1)
    answer = told.stats(group_by={"attribute": "name"})
    assert sum(sum(counts(group).values()) for group in answer.json.values()) in {1, 3}
    assert answer.headers["tracekeep-feedback"] == "looked-at=5; all=no"
