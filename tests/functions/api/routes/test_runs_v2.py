"""Runs and traces as v2 reads them, parsed by the unmodified client's generated models."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langsmith.types.run import Run
from langsmith.types.run_get_url_response import RunGetURLResponse
from langsmith.types.run_select_field import RunSelectField
from langsmith.types.trace import Trace
from langsmith.types.trace_list_runs_response import TraceListRunsResponse
from pydantic import TypeAdapter

from shared.base.units import S_PER_DAY, US_PER_DAY, US_PER_HOUR
from tests.api_room import Answered, ApiRoom
from tests.api_traces import NUMBERS, Story, iso, story, wide_trace
from tests.operations import uuid7
from tests.stores import NOON_US

ALL_SELECTS: list[str] = TypeAdapter(RunSelectField).core_schema["expected"]
"""Every property that the client may select."""


@pytest.fixture(scope="module")
def told() -> Story:
    """One trace."""
    return story()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, told: Story) -> ApiRoom:
    """A room in which it was recorded; tests only read."""
    room = ApiRoom(tmp_path_factory.mktemp("runs"))
    room.send(told.body)
    return room


def read(room: ApiRoom, run_id: str, *selects: str, **query: object) -> Answered:
    """One run, with these properties."""
    return room.get(f"/api/v2/runs/{run_id}", project_id=room.project(), selects=list(selects), **query)


def strict(answer: Answered) -> Run:
    """The run, checked field by field: the client itself takes anything."""
    assert answer.status == 200, answer.text
    return Run.model_validate_json(answer.body, strict=False)


def test_every_property_can_be_selected(room: ApiRoom, told: Story) -> None:
    """All that the client may name is answered, under its name, in its type."""
    answer = read(room, told.llm, *ALL_SELECTS)
    run = strict(answer)
    assert set(answer.json) == {name.lower() for name in ALL_SELECTS}
    assert (run.id, run.name, run.run_type, run.status) == (told.llm, "gpt", "LLM", "SUCCESS")
    assert (run.start_time, run.latency_seconds) == (datetime(2026, 11, 20, 12, 0, 0, 1_000, UTC), 0.899)
    assert (run.parent_run_ids, run.trace_id, run.is_root) == ([told.root], told.root, False)
    assert run.project_id == room.project()
    assert run.manifest == {"lc": 1}
    assert run.metadata == {"ls_model_name": "gpt-4o", "ls_provider": "openai"}
    assert run.outputs is not None
    assert run.outputs["content"] == "yes"
    assert run.outputs_preview == "yes"


def test_tokens_and_costs_are_numbers(room: ApiRoom, told: Story) -> None:
    """Costs are JSON numbers and details are wrapped, where v1 has text."""
    answer = read(room, told.root, "TOTAL_TOKENS", "TOTAL_COST", "PROMPT_TOKEN_DETAILS", "PROMPT_COST_DETAILS")
    assert answer.json == {
        "total_tokens": 1100,
        "total_cost": 0.003,
        "prompt_token_details": {"raw": {"cache_read": 400}},
        "prompt_cost_details": {"raw": {"cache_read": 0.0005}},
    }
    assert strict(answer).total_cost == 0.003


def test_times_carry_their_zone(room: ApiRoom, told: Story) -> None:
    """UTC with a Z, microseconds kept."""
    times = read(room, told.tool, "START_TIME", "END_TIME").json
    assert times == {"start_time": "2026-11-20T12:00:00.002000Z", "end_time": "2026-11-20T12:00:00.950123Z"}
    assert read(room, told.llm, "FIRST_TOKEN_TIME").json["first_token_time"] == "2026-11-20T12:00:00.250000Z"


def test_how_long_it_is_kept_can_be_selected(room: ApiRoom, told: Story) -> None:
    """Tier, end and cause of a run's trace, which the client has no names for, are answered to the page."""
    answer = read(room, told.llm, "TRACE_TIER", "TRACE_EXPIRES_AT", "TRACE_KEPT_BECAUSE")
    assert answer.json["trace_tier"] == "shortlived"
    assert datetime.fromisoformat(answer.json["trace_expires_at"]) > datetime(2026, 12, 4, tzinfo=UTC)
    assert answer.json["trace_kept_because"] is None


def test_what_is_not_selected_is_left_out(room: ApiRoom, told: Story) -> None:
    """Without selects only the id; an unknown property is refused by name."""
    assert read(room, told.root).json == {"id": told.root}
    assert read(room, told.root, "NAME", "NAME").json == {"name": "agent"}
    refused = read(room, told.root, "NAMES")
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")
    assert "NAMES" in refused.json["detail"]


def test_metadata_and_inputs_are_whole(room: ApiRoom, told: Story) -> None:
    """Values that lists leave out are there, and texts are as they were sent."""
    answer = read(room, told.root, "METADATA", "INPUTS")
    assert answer.json["metadata"] == {"thread_id": "t-1", "big": "x" * 3_000}
    assert f'"inputs":{NUMBERS}' in answer.text


def test_errors_are_problems(room: ApiRoom, told: Story) -> None:
    """Each has type, title, status, detail and the path that was asked."""
    missing = uuid7(NOON_US)
    answer = read(room, missing)
    assert answer.json.keys() == {"type", "title", "status", "detail", "instance"}
    assert (answer.status, answer.json["status"], answer.json["title"]) == (404, 404, "Not Found")
    assert answer.json["instance"] == f"/api/v2/runs/{missing}"
    assert missing in answer.json["detail"]
    assert room.get(f"/v2/runs/{told.root}").status == 422
    assert "project_id" in room.get(f"/v2/runs/{told.root}").json["detail"]
    assert room.get(f"/v2/runs/{told.root}", None, project_id=room.project()).json["status"] == 401


def test_a_run_is_read_in_its_project_only(room: ApiRoom, told: Story) -> None:
    """Another project of the same workspace does not have it."""
    other = room.post("/sessions", {"name": "another"}).json["id"]
    assert room.get(f"/v2/runs/{told.root}", project_id=other).status == 404
    assert room.get(f"/v2/traces/{told.root}/runs", project_id=other).status == 404
    assert room.get(f"/v2/runs/{told.root}/url", project_id=other, trace_id=told.root).status == 404


def test_the_url_is_at_the_domain_that_was_asked(room: ApiRoom, told: Story) -> None:
    """The page of a run, as an address."""
    answer = room.get(f"/v2/runs/{told.tool}/url", project_id=room.project(), trace_id=told.root)
    url = RunGetURLResponse.model_validate_json(answer.body).url
    assert url is not None
    assert url.startswith("http://traces.example:1984/o/")
    assert f"/r/{told.tool}?trace_id={told.root}" in url


def test_a_query_is_of_the_last_day(tmp_path: Path) -> None:
    """Without times the last day by the clock; a named run or trace is found however old; a time given is kept."""
    room, old = ApiRoom(tmp_path), story(NOON_US - US_PER_DAY - US_PER_HOUR)
    young = story(NOON_US - US_PER_HOUR)
    room.send(old.body)
    room.send(young.body)
    project = [room.project()]
    assert _ids(room, {"project_ids": project, "is_root": True}) == [young.root]
    assert _ids(room, {"project_ids": project, "trace_id": old.root, "is_root": True}) == [old.root]
    assert _ids(room, {"project_ids": project, "ids": [old.root]}) == [old.root]
    since = {"min_start_time": iso(NOON_US - 2 * US_PER_DAY)}
    assert _ids(room, {"project_ids": project, "is_root": True} | since) == [young.root, old.root]
    room.clock.advance(S_PER_DAY)
    assert _ids(room, {"project_ids": project}) == []


def _ids(room: ApiRoom, asked: dict[str, Any]) -> list[str]:
    answer = room.post("/api/v2/runs/query", asked)
    assert answer.status == 200, answer.text
    return [run["id"] for run in answer.json["items"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"run_type": "LLM"}, ["llm"]),
        ({"has_error": True}, ["tool"]),
        ({"has_error": False}, ["llm", "root"]),
        ({"is_root": False}, ["tool", "llm"]),
        ({"max_start_time": iso(NOON_US)}, ["root"]),
        ({"include_subtree_usage": True}, ["tool", "llm", "root"]),
    ],
)
def test_each_field_narrows(room: ApiRoom, told: Story, asked: dict[str, Any], expected: list[str]) -> None:
    """Every structural field of the query, alone."""
    found = _ids(room, {"project_ids": [room.project()], **asked})
    assert found == [getattr(told, name) for name in expected]


def test_ids_narrow_what_else_is_asked(room: ApiRoom, told: Story) -> None:
    """Unlike v1, where ids are all that counts, v2 wants everything to hold."""
    other = room.post("/sessions", {"name": "not theirs"}).json["id"]
    asked: dict[str, Any] = {"project_ids": [room.project()], "ids": [told.root, told.llm]}
    assert _ids(room, asked) == [told.llm, told.root]
    assert _ids(room, asked | {"run_type": "LLM"}) == [told.llm]
    assert _ids(room, asked | {"max_start_time": iso(NOON_US)}) == [told.root]
    assert _ids(room, asked | {"project_ids": [other]}) == []


@pytest.mark.parametrize(
    "asked",
    [{"ai_search": "x"}, {"reference_dataset_id": "x"}],
)
def test_what_is_not_acted_on_is_refused(room: ApiRoom, asked: dict[str, Any]) -> None:
    """A filter that is not applied would be a wrong answer."""
    answer = room.post("/v2/runs/query", {"project_ids": [room.project()], **asked})
    assert answer.status == 400
    assert answer.json["detail"] == f"not supported yet: {next(iter(asked))}"


def test_pages_keep_the_first_pages_window(tmp_path: Path) -> None:
    """While one pages, the clock goes on: what the first page's day held stays in."""
    room = ApiRoom(tmp_path)
    stories = [story(NOON_US - US_PER_DAY + 1_000_000), story(NOON_US - US_PER_HOUR)]
    for one in stories:
        room.send(one.body)
    asked: dict[str, Any] = {"project_ids": [room.project()], "is_root": True, "page_size": 1}
    first = room.post("/v2/runs/query", asked).json
    assert (len(first["items"]), first["has_more"]) == (1, True)
    room.clock.advance(3_600)
    second = room.post("/v2/runs/query", asked | {"cursor": first["next_cursor"], "page_size": 5}).json
    assert [run["id"] for run in second["items"]] == [stories[0].root]
    assert (second["next_cursor"], second["has_more"]) == (None, False)


def test_a_trace_is_read_in_order(room: ApiRoom, told: Story) -> None:
    """All its runs, parents before children; a window narrows it, half a window is refused."""
    path, query = f"/api/v2/traces/{told.root}/runs", {"project_id": room.project(), "selects": ["ID", "ERROR_PREVIEW"]}
    answer = room.get(path, **query)
    items = TraceListRunsResponse.model_validate_json(answer.body).items or []
    assert [run.id for run in items] == [told.root, told.llm, told.tool]
    assert (items[2].error_preview or "").startswith("ValueError: no index")
    assert answer.headers["tracekeep-served"].startswith("index; path=trace; rows=")
    late = {"min_start_time": iso(NOON_US + 2_000), "max_start_time": iso(NOON_US + 3_000)}
    assert [run["id"] for run in room.get(path, **query, **late).json["items"]] == [told.tool]
    assert room.get(path, **query, min_start_time=iso(NOON_US)).status == 400
    tools = room.get(path, **query, filter='eq(run_type, "tool")').json["items"]
    assert [run["id"] for run in tools] == [told.tool]
    assert room.get(path, **query, filter="x").json["detail"].startswith("filter, character 2: expected (")


def test_a_wide_trace_comes_compressed(tmp_path: Path) -> None:
    """Hundreds of runs are one answer, smaller on the wire, in order."""
    room, posts = ApiRoom(tmp_path), wide_trace(500)
    for begin in range(0, len(posts), 100):
        room.send('{"post":' + json.dumps(posts[begin : begin + 100]) + "}")
    query = {"project_id": room.project(), "selects": ["ID", "NAME", "DOTTED_ORDER", "STATUS"]}
    path = f"/v2/traces/{posts[0]['id']}/runs"
    compressed = room.ask_for("GET", path, query=query, headers={"accept-encoding": "zstd"})
    assert compressed.headers["content-encoding"] == "zstd"
    assert int(compressed.headers["content-length"]) < len(compressed.body) / 3
    orders = [run["dotted_order"] for run in compressed.json["items"]]
    assert orders == sorted(post["dotted_order"] for post in posts)


def test_traces_are_listed_with_their_sums(room: ApiRoom, told: Story) -> None:
    """Sums of the tree stand apart from the root; without any of them there is none."""
    asked = {
        "project_id": room.project(),
        "selects": ["NAME", "INPUTS", "TOTAL_TOKENS", "TOTAL_COST", "FIRST_TOKEN_TIME"],
    }
    answer = room.post("/api/v2/traces/query", asked)
    trace = Trace.model_validate_json(json.dumps(answer.json["items"][0]))
    assert trace.root_run is not None
    assert (trace.root_run.name, trace.root_run.total_tokens) == ("agent", None)
    assert trace.trace_aggregates is not None
    assert (trace.trace_aggregates.total_tokens, trace.trace_aggregates.total_cost) == (1100, 0.003)
    assert trace.trace_aggregates.first_token_time == datetime(2026, 11, 20, 12, 0, 0, 250_000, UTC)
    assert (answer.json["items"][0]["run_count"], answer.json["items"][0]["failed_run_count"]) == (3, 1)
    plain = room.post("/v2/traces/query", {"project_id": room.project()}).json["items"][0]
    assert (plain["root_run"], plain["trace_aggregates"]) == ({"id": told.root}, None)


def test_named_traces_are_those_that_are_listed(tmp_path: Path) -> None:
    """Asking for traces by id gives what the list gives for them, page by page, however old they are."""
    room = ApiRoom(tmp_path)
    stories = [story(NOON_US - days * US_PER_DAY) for days in (0, 2, 4)]
    for one in stories:
        room.send(one.body)
    asked = {"project_id": room.project(), "selects": ["ID", "OUTPUTS", "TOTAL_COST"]}
    listed = room.post("/v2/traces/query", asked | {"min_start_time": iso(0)}).json["items"]
    assert [one["root_run"]["id"] for one in listed] == [one.root for one in stories]
    named = asked | {"trace_ids": [*(one.root for one in stories), uuid7(NOON_US)]}
    assert room.post("/v2/traces/query", named).json["items"] == listed
    first = room.post("/v2/traces/query", named | {"page_size": 2}).json
    rest = room.post("/v2/traces/query", named | {"page_size": 2, "cursor": first["next_cursor"]}).json
    assert (first["items"] + rest["items"], rest["has_more"]) == (listed, False)
