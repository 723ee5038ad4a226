"""The price table, and what an owner's own rows do to costs."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.api_room import ApiRoom
from tests.api_traces import story
from tests.stores import NOON_US

OURS = {"name": "our model", "match_pattern": "gpt-4o", "prompt_cost": 0.001, "completion_cost": "0.002"}
MINUTE_US = 60_000_000


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """An empty room."""
    return ApiRoom(tmp_path)


def rows(room: ApiRoom, key: str = "") -> list[dict[str, Any]]:
    """All rows of the table."""
    found: list[dict[str, Any]] = room.get("/model-price-map", key).json
    return found


def cost_of_a_trace(room: ApiRoom, start_us: int) -> tuple[str, str]:
    """The cost of a new trace with 1,000 prompt and 100 completion tokens: as read whole, and as listed."""
    told = story(start_us)
    room.send(told.body)
    whole = room.get(f"/runs/{told.root}").json["total_cost"]
    asked = {"session": [room.project()], "is_root": True, "select": ["total_cost"], "filter": f'eq(id, "{told.root}")'}
    listed = room.post("/runs/query", {**asked, "filter": "eq(is_root, true)", "limit": 1}).json["runs"][0]
    return whole, listed["total_cost"]


def test_an_owners_row_counts_before_ours(room: ApiRoom) -> None:
    """It stands first in the list, and traces from then on are reckoned by it, whole and in lists."""
    assert {row["is_own"] for row in rows(room)} == {False}
    made = room.post("/model-price-map", OURS)
    assert made.status == 200
    assert rows(room)[0] == made.json
    assert made.json["prompt_cost"] == "0.001"
    assert made.json["match_path"] == ["model", "model_name", "model_id", "model_path", "endpoint_name"]
    assert uuid.UUID(made.json["id"]).version == 4
    assert cost_of_a_trace(room, NOON_US) == ("1.2", "1.2")
    assert cost_of_a_trace(room, NOON_US - MINUTE_US)[0] != "1.2"


def test_a_row_with_a_start_counts_from_then(room: ApiRoom) -> None:
    """Kinds of tokens have their own cost: 400 of 1,000 were read from a cache."""
    details = {"prompt_cost_details": {"cache_read": 0.0001}, "start_time": "2026-11-20T11:00:00Z"}
    assert room.post("/model-price-map", OURS | details).json["prompt_cost_details"] == {"cache_read": "0.0001"}
    assert cost_of_a_trace(room, NOON_US - MINUTE_US)[0] == "0.84"


def test_a_change_leaves_earlier_traces_their_cost(room: ApiRoom) -> None:
    """Price changes are not carried back."""
    made = room.post("/model-price-map", OURS).json
    before = cost_of_a_trace(room, NOON_US)
    room.clock.advance(60)
    changed = room.ask_for("PUT", f"/model-price-map/{made['id']}", OURS | {"prompt_cost": 0.01})
    assert (changed.status, changed.json["id"], changed.json["prompt_cost"]) == (200, made["id"], "0.01")
    assert [row["prompt_cost"] for row in rows(room) if row["is_own"]] == ["0.01"]
    assert before == cost_of_a_trace(room, NOON_US + 1_000) == ("1.2", "1.2")
    assert cost_of_a_trace(room, NOON_US + MINUTE_US) == ("10.2", "10.2")


def test_a_deleted_row_counts_no_more(room: ApiRoom) -> None:
    """What we ship counts again."""
    shipped = cost_of_a_trace(room, NOON_US)
    made = room.post("/model-price-map", OURS).json
    assert room.ask_for("DELETE", f"/model-price-map/{made['id']}").status == 204
    assert room.ask_for("DELETE", f"/model-price-map/{made['id']}").status == 404
    assert {row["is_own"] for row in rows(room)} == {False}
    assert cost_of_a_trace(room, NOON_US + 1_000) == shipped


def test_rows_are_of_one_workspace_and_ours_stand(room: ApiRoom) -> None:
    """Another's row is not there; one that we ship is not to be changed."""
    made = room.post("/model-price-map", OURS).json
    assert made["id"] not in {row["id"] for row in rows(room, room.other_key)}
    shipped = rows(room)[1]["id"]
    for row_id, key in ((made["id"], room.other_key), (shipped, room.key)):
        for method, body in (("PUT", OURS), ("DELETE", None)):
            assert room.ask_for(method, f"/model-price-map/{row_id}", body, key).status == 404


@pytest.mark.parametrize(
    "wrong",
    [
        *({"match_pattern": "(a+)+"}, {"match_pattern": ""}, {"match_pattern": "("}, {"prompt_cost": -1}),
        *({"prompt_cost": "NaN"}, {"prompt_cost": "1e9"}, {"name": " "}, {"match_path": ["nowhere"]}),
        *({"completion_cost": None}, {"start_time": "yesterday"}, {"prompt_cost_details": {"x": "dear"}}),
    ],
)
def test_what_is_no_price_is_refused(room: ApiRoom, wrong: dict[str, object]) -> None:
    """By 422, and nothing is kept of it."""
    answer = room.post("/model-price-map", OURS | wrong)
    assert answer.status == 422
    assert next(iter(wrong)) in answer.text
    assert {row["is_own"] for row in rows(room)} == {False}
