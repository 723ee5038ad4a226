"""What a project's runs are called, tagged and marked with: the most frequent first."""

from __future__ import annotations

from typing import Any

import pytest

from shared.base.units import US_PER_DAY, US_PER_MINUTE
from tests.api_room import ApiRoom
from tests.operations import envelope, patch, post, uuid7
from tests.stores import NOON_US


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> ApiRoom:
    """Three traces of today, each with a tool, and one of days ago."""
    room = ApiRoom(tmp_path_factory.mktemp("facets"))
    for number in range(3):
        metadata: dict[str, Any] = {"plan": "pro" if number else "free", "seats": number % 2, "user": {"beta": True}}
        take(room, NOON_US - number * US_PER_MINUTE, ["prod", "prod", f"v{number % 2}"], metadata)
    take(room, NOON_US - 3 * US_PER_DAY, ["old"], {"plan": "old", "seats": "1"})
    return room


def take(room: ApiRoom, start_us: int, tags: list[str], metadata: dict[str, Any]) -> None:
    """One trace, of which someone said that it is good."""
    root = post(uuid7(start_us), start_us, name="agent", tags=tags, extra={"metadata": metadata})
    tool = post(uuid7(start_us + 1), start_us + 1, root, name="search", run_type="tool")
    room.take(envelope([root, tool, patch(tool, start_us + 9, error="no")], start_us))
    for key in ("good", f"only {start_us}"):
        assert room.post("/feedback", {"run_id": root.run_id, "key": key}).status == 200


def facets(room: ApiRoom, **query: object) -> dict[str, Any]:
    """What is answered."""
    answer = room.get(f"/sessions/{room.project()}/facets", **query)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_all_that_filters_name_is_counted(room: ApiRoom) -> None:
    """Names, types, statuses, tags once a run, metadata by its JSON type with dotted keys, feedback keys."""
    found = facets(room)
    assert (found["runs_looked_at"], found["is_all"], found["feedback_looked_at"]) == (8, True, 8)
    assert found["names"] == [{"value": "agent", "count": 4}, {"value": "search", "count": 4}]
    assert found["run_types"] == [{"value": "chain", "count": 4}, {"value": "tool", "count": 4}]
    assert found["statuses"] == [{"value": "error", "count": 4}, {"value": "pending", "count": 4}]
    assert found["tags"][:2] == [{"value": "prod", "count": 3}, {"value": "v0", "count": 2}]
    metadata = {one["key"]: one for one in found["metadata"]}
    assert [one["key"] for one in found["metadata"]] == ["plan", "seats", "user.beta"]
    assert metadata["plan"]["values"][0] == {"value": "pro", "count": 2}
    assert metadata["seats"]["count"] == 4
    assert {(type(one["value"]), one["value"]) for one in metadata["seats"]["values"]} == {
        (int, 0),
        (int, 1),
        (str, "1"),
    }
    assert metadata["user.beta"]["values"] == [{"value": True, "count": 3}]
    assert found["feedback_keys"][0] == {"value": "good", "count": 4}


def test_only_so_many_of_each_are_told(room: ApiRoom) -> None:
    """The most frequent, ties in order of the alphabet."""
    found = facets(room, k=1)
    assert found["names"] == [{"value": "agent", "count": 4}]
    assert [len(one["values"]) for one in found["metadata"]] == [1, 1, 1]
    assert room.get(f"/sessions/{room.project()}/facets", k=101).status == 422


def test_roots_and_times_narrow_what_is_looked_at(room: ApiRoom) -> None:
    """As runs are asked for."""
    assert facets(room, root_runs_only=True)["names"] == [{"value": "agent", "count": 4}]
    today = facets(room, start_time="2026-11-20T00:00:00Z")
    assert (today["runs_looked_at"], today["names"][0]["count"]) == (6, 3)
    assert today["oldest_start_time"] == "2026-11-20T11:58:00Z"


def test_the_newest_runs_are_looked_at_and_no_more(room: ApiRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer says how many they were, and that there are others."""
    monkeypatch.setattr("functions.api.facets.MAX_RUNS", 6)
    found = facets(room)
    assert (found["runs_looked_at"], found["is_all"], found["names"][0]["count"]) == (6, False, 3)
    answer = room.get(f"/sessions/{room.project()}/metadata")
    assert answer.headers["tracekeep-facets"] == "runs-looked-at=6; all=no"
    assert answer.json["plan"] == ["pro", "free"]


def test_the_values_of_metadata_keys_are_told_as_texts(room: ApiRoom) -> None:
    """As LangSmith's clients read them: of all keys, or of those that are asked for."""
    path = f"/sessions/{room.project()}/metadata"
    everything = room.get(path, root_runs_only=True)
    assert everything.json == {
        "plan": ["pro", "free", "old"], "seats": ["0", "1", "1"], "user.beta": ["true"]
    }  # fmt: skip
    assert everything.headers["tracekeep-facets"] == "runs-looked-at=4; all=yes"
    assert room.get(path, metadata_keys=["plan", "nothing"], k=1).json == {"plan": ["pro"]}
    assert room.get(path, start_time="2026-11-20T00:00:00Z", metadata_keys="plan").json == {"plan": ["pro", "free"]}


def test_a_project_that_is_not_there_has_no_facets(room: ApiRoom) -> None:
    """Nor has one of another workspace."""
    for kind in ("facets", "metadata"):
        assert room.get(f"/sessions/{uuid7(NOON_US)}/{kind}").status == 404
        assert room.get(f"/sessions/{room.project()}/{kind}", room.other_key).status == 404
