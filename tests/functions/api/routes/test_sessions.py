"""Projects on the wire, parsed by the unmodified client's own models."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from langsmith.schemas import TracerSession, TracerSessionResult
from langsmith.types.tracer_session import TracerSession as TracerSessionV2

from shared.base.units import US_PER_DAY
from tests.api_room import OTHER_WORKSPACE, Answered, ApiRoom
from tests.api_traces import iso, story
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

DATASET = "00000000-0000-4000-8000-0000000000d1"


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """A room whose workspace has no project but `default`."""
    return ApiRoom(tmp_path)


def create(room: ApiRoom, name: str, **more: object) -> dict[str, Any]:
    """A new project."""
    answer = room.post("/api/v1/sessions", {"name": name, **more})
    assert answer.status == 200, answer.text
    session: dict[str, Any] = answer.json
    return session


def names(answer: Answered) -> list[str]:
    """The names in a list, in its order, without the project that is always there."""
    assert answer.status == 200, answer.text
    return [session["name"] for session in answer.json if session["name"] != "default"]


def test_there_is_always_a_project(room: ApiRoom) -> None:
    """The SDK learns its workspace from the first project of the list."""
    answer = room.get("/sessions", limit=1)
    first = TracerSessionResult(**answer.json[0])
    assert (first.name, str(first.tenant_id)) == ("default", WORKSPACE)
    assert room.ask_for("DELETE", f"/sessions/{first.id}").status == 202
    assert [session["name"] for session in room.get("/sessions").json] == ["default"]


def test_a_project_comes_back_as_it_was_made(room: ApiRoom) -> None:
    """Both of the client's models take it, with all that was given."""
    made = create(
        room,
        "exp",
        id="00000000-0000-4000-8000-00000000000A",
        description="why",
        extra={"metadata": {"k": 1.5}},
        start_time="2026-11-01T00:00:00Z",
        reference_dataset_id=DATASET,
        trace_tier="longlived",
        num_examples=7,
    )
    session = TracerSession(**made)
    assert (str(session.id), session.name, session.description) == (
        "00000000-0000-4000-8000-00000000000a",
        "exp",
        "why",
    )
    assert session.metadata == {"k": 1.5}
    assert session.start_time == datetime(2026, 11, 1, tzinfo=UTC)
    assert str(session.reference_dataset_id) == DATASET
    assert TracerSessionV2.model_validate_json(json.dumps(made)).trace_tier == "longlived"
    assert room.get(f"/sessions/{session.id}").json == made
    assert room.get("/sessions", name="exp").json == [made]


def test_a_name_is_taken_once(room: ApiRoom) -> None:
    """The second with a name or an id gets 409, since experiments are named so; upsert changes the first."""
    first = create(room, "exp")
    refused = room.post("/sessions", {"name": "exp"})
    assert refused.status == 409
    assert "'exp'" in refused.json["detail"]
    assert room.post("/sessions", {"name": "else", "id": first["id"]}).status == 409
    upserted = room.post("/sessions", {"name": "exp", "description": "new"}, upsert=True).json
    assert (upserted["id"], upserted["description"]) == (first["id"], "new")
    assert room.post("/sessions", {"name": "fresh"}, upsert="True").status == 200
    assert room.post("/sessions", {"name": "  "}).status == 422


def test_a_name_that_is_not_there_is_an_empty_list(room: ApiRoom) -> None:
    """The SDK raises NotFound itself on an empty list, and fails otherwise on a 404."""
    assert room.get("/sessions", limit=1, name="nope", include_stats=False).json == []
    missing = uuid7(NOON_US)
    assert room.get(f"/sessions/{missing}").status == 404
    assert missing in room.get(f"/sessions/{missing}").json["detail"]


def test_a_null_changes_nothing(room: ApiRoom) -> None:
    """PATCH sets what it names; the SDK sends null for all else."""
    made = create(room, "exp", description="why", extra={"metadata": {"a": 1}})
    path = f"/sessions/{made['id']}"
    change = {"name": None, "extra": None, "description": None, "end_time": "2026-11-20T13:00:00+00:00"}
    changed = room.ask_for("PATCH", path, change).json
    assert changed == made | {"end_time": "2026-11-20T13:00:00"}
    renamed = room.ask_for("PATCH", path, {"name": "done", "extra": {"metadata": {"b": 2}}}).json
    assert (renamed["name"], renamed["extra"]) == ("done", {"metadata": {"b": 2}})
    assert room.get("/sessions", name="exp").json == []
    create(room, "exp")
    assert room.ask_for("PATCH", path, {"name": "exp"}).status == 409


def test_a_list_is_narrowed(room: ApiRoom) -> None:
    """By name, part of a name, id, dataset and metadata; the header counts what is behind the page."""
    chat = create(room, "Chat app", extra={"metadata": {"team": "a", "dataset_version": "v1"}})
    create(room, "chat tests", reference_dataset_id=DATASET)
    batch = create(room, "batch")
    everything = {"sort_by": "name", "sort_by_desc": False}
    assert names(room.get("/sessions", **everything, name_contains="CHAT")) == ["Chat app", "chat tests"]
    assert names(room.get("/sessions", **everything, id=[chat["id"], batch["id"]])) == ["Chat app", "batch"]
    assert names(room.get("/sessions", **everything, reference_free=True)) == ["Chat app", "batch"]
    assert names(room.get("/sessions", reference_free=False)) == ["chat tests"]
    assert names(room.get("/sessions", reference_dataset=DATASET)) == ["chat tests"]
    assert names(room.get("/sessions", metadata='{"team":"a"}')) == ["Chat app"]
    assert names(room.get("/sessions", dataset_version="v1")) == ["Chat app"]
    page = room.get("/sessions", **everything, offset=1, limit=1)
    assert (names(page), page.headers["x-pagination-total"]) == (["batch"], "4")
    assert room.get("/sessions", metadata="no json").status == 400
    assert room.get("/sessions", filter="x").json["detail"] == "not supported yet: filter"
    assert room.get("/sessions", sort_by="feedback").status == 400


def test_statistics_are_those_of_the_traces(room: ApiRoom) -> None:
    """Counts, latencies in seconds, shares, tokens, money and the last start, as the client reads them."""
    for minutes in (0, 1):
        room.send(story(NOON_US - minutes * 60_000_000, project="p").body)
    made = room.get("/sessions", name="p", include_stats=True).json[0]
    stats = TracerSessionResult(**made)
    assert (stats.run_count, stats.error_rate, stats.total_tokens) == (2, 0.0, 2200)
    assert (stats.latency_p50, stats.latency_p99) == (timedelta(seconds=1.5), timedelta(seconds=1.5))
    assert stats.first_token_p50 == timedelta(seconds=0.25)
    assert (made["total_cost"], stats.total_cost) == ("0.006", Decimal("0.006"))
    assert stats.last_run_start_time == datetime(2026, 11, 20, 12)  # noqa: DTZ001 v1 says no offset
    assert "run_count" not in room.get("/sessions", name="p").json[0]
    by_id = room.get(f"/sessions/{made['id']}", include_stats=True)
    assert by_id.json == made
    later = room.get(f"/sessions/{made['id']}", include_stats=True, stats_start_time=iso(NOON_US))
    assert later.json["run_count"] == 1


def test_a_list_is_ordered(room: ApiRoom) -> None:
    """By start, name or statistics, both ways; what has no value comes last."""
    room.send(story(NOON_US - US_PER_DAY, project="a").body)
    room.send(story(NOON_US, project="b").body)
    room.send(story(NOON_US - 1_000_000, project="b").body)
    room.clock.advance(5)
    create(room, "empty")
    assert names(room.get("/sessions"))[0] == "empty"
    assert names(room.get("/sessions", sort_by="name")) == ["empty", "b", "a"]
    assert names(room.get("/sessions", sort_by="last_run_start_time")) == ["b", "a", "empty"]
    assert names(room.get("/sessions", sort_by="last_run_start_time", sort_by_desc=False)) == ["a", "b", "empty"]
    assert names(room.get("/sessions", sort_by="runs_count")) == ["b", "a", "empty"]


@pytest.mark.parametrize("several", [False, True])
def test_a_deleted_project_is_gone_at_once(room: ApiRoom, *, several: bool) -> None:
    """With its runs, by whatever way they are asked for; its name is free."""
    told = story(project="p")
    room.send(told.body)
    project = room.project("p")
    path, query = ("/sessions", {"session_ids": project}) if several else (f"/sessions/{project}", {})
    assert room.ask_for("DELETE", path, query=query).status == 202
    assert room.get(f"/runs/{told.llm}").status == 404
    assert room.get(f"/v2/traces/{told.root}/runs", project_id=project).status == 404
    assert room.post("/runs/query", {"session": [project]}).status == 404
    assert room.post("/runs/query", {"id": [told.root]}).json["runs"] == []
    assert room.get(f"/sessions/{project}").status == 404
    assert names(room.get("/sessions", name="p")) == []
    assert create(room, "p")["id"] != project
    assert room.ask_for("DELETE", path, query=query).status == 404


def test_nothing_is_deleted_when_one_of_several_is_not_there(room: ApiRoom) -> None:
    """All are looked up before the first is deleted."""
    kept = create(room, "kept")["id"]
    assert room.ask_for("DELETE", "/sessions", query={"session_ids": [kept, uuid7(NOON_US)]}).status == 404
    assert room.get(f"/sessions/{kept}").status == 200
    assert room.ask_for("DELETE", "/sessions").status == 400


def test_workspaces_have_names_of_their_own(room: ApiRoom) -> None:
    """The same name is another project in another workspace."""
    ours = create(room, "same")
    theirs = room.post("/sessions", {"name": "same"}, room.other_key).json
    assert theirs["tenant_id"] == OTHER_WORKSPACE
    assert ours["id"] != theirs["id"]


@pytest.fixture
def scored(room: ApiRoom) -> ApiRoom:
    """Three projects: one loved on the whole but not in its runs, one the other way round, one never judged."""
    for name, on_run, on_project in (("loved", 0, 1.0), ("liked", 1, 0.5), ("quiet", None, None)):
        project = create(room, name)["id"]
        told = story(project=name)
        room.send(told.body)
        for about, score in (({"run_id": told.root}, on_run), ({"session_id": project}, on_project)):
            if score is not None:
                assert room.post("/feedback", {"key": "user", "score": score, **about}).status == 200
    return room


@pytest.mark.parametrize(
    ("more", "order"),
    [
        ({}, ["liked", "loved", "quiet"]),
        ({"sort_by_desc": False}, ["loved", "liked", "quiet"]),
        ({"sort_by_feedback_source": "session"}, ["loved", "liked", "quiet"]),
        ({"sort_by_feedback_source": "run"}, ["liked", "loved", "quiet"]),
    ],
)
def test_projects_are_sorted_by_what_was_said_of_them(scored: ApiRoom, more: dict[str, Any], order: list[str]) -> None:
    """By the mean score of one key, on runs, on the project or both; those without any come last."""
    answer = scored.get("/sessions", sort_by="feedback", sort_by_feedback_key="user", **more)
    assert names(answer) == order
    assert answer.headers["tracekeep-feedback"] == "looked-at=4; all=yes"


def test_sorting_by_feedback_needs_a_key(room: ApiRoom) -> None:
    """And says which parameter it is that is missing."""
    answer = room.get("/sessions", sort_by="feedback")
    assert answer.status == 400
    assert "sort_by_feedback_key" in answer.json["detail"]


def test_feedback_of_projects_that_is_not_looked_at_is_owned_up_to(
    scored: ApiRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statistics are of the newest, and the header says that there is more."""
    monkeypatch.setattr("functions.api.session_rows.MAX_LOOKED_AT", 1)
    answer = scored.get("/sessions", include_stats=True)
    counts = [len(one["feedback_stats"]) + len(one["session_feedback_stats"]) for one in answer.json]
    assert max(counts) == 1
    assert answer.headers["tracekeep-feedback"] == "looked-at=2; all=no"
