"""Series as the page asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.base.units import US_PER_HOUR
from shared.pricing.prices import PriceTable
from shared.store.rollups import Rollups
from tests.api_room import ApiRoom
from tests.api_traces import iso, story
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> ApiRoom:
    """A room with four traces over ten hours, feedback on one, and another project; tests only read."""
    room = ApiRoom(tmp_path_factory.mktemp("series"))
    told = [story(NOON_US - hours * US_PER_HOUR) for hours in (0, 1, 1, 9)]
    for one in told:
        room.send(one.body)
    room.send(story(NOON_US - 2 * US_PER_HOUR, "other").body)
    for score in (1, 0):
        given = {"run_id": told[0].root, "trace_id": told[0].root, "key": "good", "score": score}
        assert room.post("/feedback", given).status == 200
    room.pump()
    return room


def series(room: ApiRoom, **asked: object) -> dict[str, Any]:
    """The series of the project over the last twelve hours."""
    window = {"start_time": iso(NOON_US - 12 * US_PER_HOUR), "end_time": iso(NOON_US + US_PER_HOUR)}
    answer = room.get("/api/v1/series", session=room.project(), **(window | asked))
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_one_answer_has_what_a_dashboard_draws(room: ApiRoom) -> None:
    """Traces, runs, types, tools and feedback, each a value a step, and in all."""
    found = series(room, step=3600)
    assert (found["step_s"], len(found["starts_us"]), found["counted_since_us"]) == (3600, 13, None)
    (group,) = found["groups"]
    assert (group["name"], group["joined"]) == (None, 0)
    traces = group["traces"]
    assert traces["points"]["count"] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1]
    assert {name: traces["whole"][name] for name in ("count", "errors", "latency_p50_us", "total_tokens")} == {
        "count": 4,
        "errors": 0,
        "latency_p50_us": 1_500_000,
        "total_tokens": 4_400,
    }
    assert traces["whole"]["first_token_p50_us"] == 250_000
    assert traces["points"]["latency_p99_us"][0] is None
    assert (group["runs"]["whole"]["count"], group["runs"]["whole"]["errors"]) == (12, 4)
    assert {one["name"]: one["runs"]["whole"]["count"] for one in found["run_types"]} == {
        "chain": 4,
        "llm": 4,
        "tool": 4,
    }
    (tool,) = found["tools"]
    assert (tool["name"], tool["runs"]["whole"]["errors"]) == ("search", 4)
    (good,) = found["feedback"]
    assert (good["key"], good["whole"]) == ("good", {"count": 2, "average": 0.5})
    lists = [column for part in (group["traces"], group["runs"], good) for column in part["points"].values()]
    assert {len(column) for column in lists} == {13}


def test_groups_and_filters(room: ApiRoom) -> None:
    """By metadata, and of what matches alone; then there are no types, tools or feedback."""
    found = series(room, group_by="metadata", metadata_key="thread_id")
    assert [(one["name"], one["traces"]["whole"]["count"]) for one in found["groups"]] == [("t-1", 4)]
    assert (found["run_types"], found["tools"], found["feedback"]) == (None, None, None)
    filtered = series(room, filter='eq(run_type, "tool")')
    assert filtered["groups"][0]["runs"]["whole"]["count"] == 4
    assert filtered["feedback"] is None


def test_the_step_follows_the_window(room: ApiRoom) -> None:
    """Minutes for the last hour, hours for days; what is asked for is taken."""
    hour_ago = iso(NOON_US - US_PER_HOUR)
    assert series(room, start_time=hour_ago, end_time=iso(NOON_US))["step_s"] == 60
    assert series(room, start_time=iso(NOON_US - 100 * US_PER_HOUR))["step_s"] == 3600
    assert series(room, step=7200)["step_s"] == 7200


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"step": "5"}, "step"),
        ({"step": "soon"}, "step"),
        ({"start_time": iso(0), "end_time": iso(NOON_US)}, "400 days"),
        ({"start_time": iso(NOON_US), "end_time": iso(NOON_US)}, "before end_time"),
        ({"start_time": iso(NOON_US - 400 * US_PER_HOUR), "step": "60"}, "at most 400"),
        ({"group_by": "metadata"}, "metadata_key"),
    ],
)
def test_what_cannot_be_drawn_is_refused(room: ApiRoom, asked: dict[str, object], says: str) -> None:
    """The answer names what is wrong."""
    answer = room.get("/series", session=room.project(), **asked)
    assert answer.status == 400
    assert says in answer.text.lower()


def test_a_wrong_filter_is_refused_as_everywhere(room: ApiRoom) -> None:
    """The answer says where it is wrong."""
    answer = room.get("/series", session=room.project(), filter="eq(nam, 1)")
    assert (answer.status, "nam" in answer.text) == (422, True)


def test_a_project_of_others_is_not_there(room: ApiRoom) -> None:
    """Nor one that never was."""
    assert room.get("/series", room.other_key, session=room.project()).status == 404
    assert room.get("/series", session=uuid7(NOON_US)).status == 404


def sparklines(room: ApiRoom, hours: int = 12) -> dict[str, Any]:
    """The answer."""
    found: dict[str, Any] = room.get("/api/v1/series/projects", hours=hours).json
    return found


def test_every_project_has_its_hours(room: ApiRoom) -> None:
    """Traces and errors hour by hour, the current one last; all projects in one answer."""
    found = sparklines(room)
    assert found["is_exact"] is True
    assert found["starts_us"][-1] == NOON_US
    assert found["projects"][room.project()]["traces"] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1]
    assert found["projects"][room.project("other")]["traces"] == [0] * 9 + [1, 0, 0]
    assert room.get("/series/projects", room.other_key).json["projects"] == {}


def test_hours_at_rest_are_not_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job's numbers are those that counting gives; of stored hours neither heads nor statistics are read."""
    room = ApiRoom(tmp_path)
    for hours in (3, 3, 8):
        room.send(story(NOON_US - hours * US_PER_HOUR).body)
    counted = sparklines(room)
    rollups = Rollups(room.store.traces, room.store.control, room.ask, room.clock, PriceTable.load())
    rollups.follow(WORKSPACE)
    room.clock.advance(1_000)
    rollups.follow(WORKSPACE)
    monkeypatch.setattr("shared.store.rollups.MAX_COUNTED_HEADS", 0)
    assert sparklines(room) == counted
    room.send(story(NOON_US).body)
    late = sparklines(room)
    assert (late["is_exact"], late["projects"][room.project()]["traces"][:-1]) == (
        False,
        counted["projects"][room.project()]["traces"][:-1],
    )
