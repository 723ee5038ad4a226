"""Runs as v1 reads them, parsed by the unmodified client's own model."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from langsmith import schemas

from shared.base.units import S_PER_DAY
from tests.api_room import Answered, ApiRoom
from tests.api_traces import EXAMPLE, NUMBERS, Story, iso, story
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US

_SDK_SELECT = (
    "app_path completion_cost completion_tokens dotted_order end_time error events extra feedback_stats "
    "first_token_time id inputs name outputs parent_run_id parent_run_ids prompt_cost prompt_tokens "
    "reference_example_id run_type s3_urls session_id start_time status tags total_cost total_tokens trace_id"
)
SDK_SELECT = _SDK_SELECT.split()
"""What `Client.list_runs` selects. Source: langsmith 0.14.17, client.py."""
COSTS = {"rows", "read_units", "object_gets"}


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


def read(room: ApiRoom, run_id: str, **query: object) -> dict[str, Any]:
    """One run, as JSON."""
    answer = room.get(f"/api/v1/runs/{run_id}", **query)
    assert answer.status == 200, answer.text
    run: dict[str, Any] = answer.json
    return run


def test_the_clients_model_takes_every_run(room: ApiRoom, told: Story) -> None:
    """A run is parsed by `langsmith.schemas.Run`, with its tree, times and status."""
    root, llm, tool = (schemas.Run(**read(room, run_id)) for run_id in (told.root, told.llm, told.tool))
    assert (root.name, root.run_type, root.status, root.error) == ("agent", "chain", "success", None)
    assert root.start_time == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert root.latency == 1.5
    assert root.tags == ["prod", "prod"]
    assert root.reference_example_id == uuid.UUID(EXAMPLE)
    assert root.trace_id == root.id
    assert root.parent_run_id is None
    assert (llm.parent_run_id, llm.parent_run_ids, llm.trace_id) == (root.id, [root.id], root.id)
    assert (tool.status, tool.end_time) == ("error", datetime(2026, 11, 20, 12, 0, 0, 950_123, tzinfo=UTC))
    assert tool.error == "ValueError: no index\n" + "x" * 400
    assert tool.inputs == {}


def test_tokens_and_costs_are_those_of_the_tree(room: ApiRoom, told: Story) -> None:
    """The model call's usage is priced, and counts once in the root."""
    root, llm = (schemas.Run(**read(room, run_id)) for run_id in (told.root, told.llm))
    assert (llm.prompt_tokens, llm.completion_tokens, llm.total_tokens) == (1000, 100, 1100)
    assert llm.prompt_token_details == {"cache_read": 400}
    # gpt-4o: $2.50, cached $1.25, output $10 a million
    assert (llm.prompt_cost, llm.completion_cost) == (Decimal("0.002"), Decimal("0.001"))
    assert llm.prompt_cost_details == {"cache_read": Decimal("0.0005")}
    assert (root.total_tokens, root.total_cost) == (1100, Decimal("0.003"))
    assert read(room, told.root)["total_cost"] == "0.003"
    assert llm.first_token_time == datetime(2026, 11, 20, 12, 0, 0, 250_000)  # noqa: DTZ001 v1 says no offset


def test_what_was_sent_is_what_is_read(room: ApiRoom, told: Story) -> None:
    """The text of a payload is answered as it was sent: spaces, digits, huge numbers."""
    assert f'"inputs":{NUMBERS},' in room.get(f"/runs/{told.root}").text
    listed = room.post("/runs/query", {"id": [told.root], "select": ["inputs"]})
    assert f'"inputs":{NUMBERS}' in listed.text
    extra = read(room, told.root)["extra"]
    assert extra == {"metadata": {"thread_id": "t-1", "big": "x" * 3_000}, "runtime": {}}
    assert read(room, told.llm)["serialized"] == {"lc": 1}


def test_times_of_v1_have_no_offset(room: ApiRoom, told: Story) -> None:
    """The client's tests compare them so; microseconds are kept."""
    tool = read(room, told.tool)
    assert (tool["start_time"], tool["end_time"]) == ("2026-11-20T12:00:00.002000", "2026-11-20T12:00:00.950123")


def test_a_run_says_where_it_is_and_how_long_it_lives(room: ApiRoom, told: Story) -> None:
    """Its page, its thread, its tier and its end."""
    run, project = read(room, told.llm), room.project()
    assert run["session_id"] == project
    assert run["app_path"] == (
        f"/o/{WORKSPACE}/projects/p/{project}/r/{told.llm}?trace_id={told.root}&start_time=2026-11-20T12:00:00.001000"
    )
    assert (run["trace_tier"], run["ttl_seconds"], run["trace_upgrade"]) == ("shortlived", 14 * S_PER_DAY, False)
    assert (run["trace_first_received_at"], run["trace_expires_at"]) == ("2026-11-20T12:00:00", "2026-12-04T12:00:00")
    assert read(room, told.root)["thread_id"] == "t-1"
    assert (read(room, told.root)["inputs_preview"], run["outputs_preview"]) == ("refund?", "yes")


def test_parts_are_left_out_or_added_on_request(room: ApiRoom, told: Story) -> None:
    """`exclude_serialized` and `include_messages` do what they say."""
    assert "serialized" not in read(room, told.llm, exclude_serialized=True)
    assert "messages" not in read(room, told.llm)
    messages = read(room, told.llm, include_messages=True)["messages"]
    assert [message["content"] for message in messages] == ["refund?", "yes"]


def test_attachments_are_read_without_a_key(tmp_path: Path) -> None:
    """A run's attachment is a link that opens by itself, with its type."""
    room, told = ApiRoom(tmp_path), story()
    boundary = "b0undary"
    parts = [
        (f"post.{told.root}", "application/json", json.dumps(told.post[0] | {"inputs": {}}).encode()),
        (f"attachment.{told.root}.chart", "image/png", b"\x89PNG"),
    ]
    body = b"".join(_part(boundary, *part) for part in parts) + f"--{boundary}--\r\n".encode()
    room.send(body, "/runs/multipart", f"multipart/form-data; boundary={boundary}")
    link = read(room, told.root)["s3_urls"]["attachment.chart"]
    assert link["mime_type"] == "image/png"
    assert link["presigned_url"].startswith("http://127.0.0.1:")
    listed = room.post("/runs/query", {"session": [room.project()], "select": ["s3_urls"], "is_root": True})
    assert listed.json["runs"][0]["s3_urls"].keys() == {"attachment.chart"}


def _part(boundary: str, name: str, content_type: str, body: bytes) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: {content_type}\r\n'
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n"


def test_a_run_that_is_not_there_says_its_id(room: ApiRoom) -> None:
    """Unknown is 404, no UUID is 422, each naming what was asked."""
    missing = uuid7(NOON_US)
    assert room.get(f"/runs/{missing}").status == 404
    assert missing in room.get(f"/runs/{missing}").json["detail"]
    assert room.get("/runs/not-an-id").status == 422
    assert "not-an-id" in room.get("/runs/not-an-id").json["detail"]


def test_a_trace_ends_at_once(tmp_path: Path) -> None:
    """The moment its time is over, no answer has it."""
    room, told = ApiRoom(tmp_path), story()
    room.send(told.body)
    project = room.project()
    room.clock.advance(14 * S_PER_DAY - 1)
    assert room.get(f"/runs/{told.llm}").status == 200
    room.clock.advance(1)
    assert room.get(f"/runs/{told.llm}").status == 404
    for body in ({"session": [project]}, {"session": [project], "is_root": True}, {"id": [told.root]}):
        assert room.post("/runs/query", body).json["runs"] == []


def test_the_sdks_list_is_parsed(room: ApiRoom, told: Story) -> None:
    """What `list_runs` selects is answered, and no more than that and what a run cannot lack."""
    answer = room.post("/runs/query", {"session": [room.project()], "select": SDK_SELECT, "limit": 1000})
    runs = [schemas.Run(**run) for run in answer.json["runs"]]
    assert [str(run.id) for run in runs] == [told.tool, told.llm, told.root]
    assert set(answer.json["runs"][0]) == set(SDK_SELECT)
    assert answer.json["cursors"] == {"next": None, "prev": None}


def test_a_narrow_select_is_still_a_run(room: ApiRoom) -> None:
    """`select=["inputs", "outputs"]` gives runs that the client's model takes; variants mean the field itself."""
    runs = room.post(
        "/runs/query", {"session": [room.project()], "select": ["inputs", "outputs_or_signed_url", "new_field"]}
    ).json["runs"]
    assert [schemas.Run(**run).outputs for run in runs][-1] == {"answer": "yes"}
    assert "error" not in runs[0]


CRITERIA: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["tool", "llm", "root"]),
    ({"order": "asc"}, ["root", "llm", "tool"]),
    ({"run_type": "llm"}, ["llm"]),
    ({"error": True}, ["tool"]),
    ({"error": False}, ["llm", "root"]),
    ({"is_root": True}, ["root"]),
    ({"is_root": False}, ["tool", "llm"]),
    ({"execution_order": 1}, ["root"]),
    ({"parent_run": "@root"}, ["tool", "llm"]),
    ({"trace": "@root"}, ["tool", "llm", "root"]),
    ({"reference_example": [EXAMPLE]}, ["root"]),
    ({"id": ["@llm", "@root"], "run_type": "tool"}, ["llm", "root"]),
    ({"start_time": iso(NOON_US + 1_000)}, ["tool", "llm"]),
    ({"start_time": (NOON_US + 2_000) // 1000}, ["tool"]),
    ({"end_time": iso(NOON_US + 1_000)}, ["llm", "root"]),
    ({"filter": "", "query": None, "unknown": [1]}, ["tool", "llm", "root"]),
]


@pytest.mark.parametrize(("asked", "expected"), CRITERIA)
def test_each_field_narrows(room: ApiRoom, told: Story, asked: dict[str, Any], expected: list[str]) -> None:
    """Every structural field of the query, alone, by the ids of what is left."""
    ids = {"root": told.root, "llm": told.llm, "tool": told.tool}
    filled = {name: _filled(value, ids) for name, value in asked.items()}
    answer = room.post("/runs/query", {"session": [room.project()], **filled})
    assert answer.status == 200, answer.text
    assert [run["id"] for run in answer.json["runs"]] == [ids[name] for name in expected]


def _filled(value: object, ids: dict[str, str]) -> object:
    if isinstance(value, list):
        return [_filled(one, ids) for one in value]
    return ids.get(value.removeprefix("@"), value) if isinstance(value, str) and value[:1] == "@" else value


def test_reference_examples_are_looked_for_in_every_project(room: ApiRoom, told: Story) -> None:
    """They may be asked for without a project."""
    runs = room.post("/runs/query", {"reference_example": [EXAMPLE]}).json["runs"]
    assert [run["id"] for run in runs] == [told.root]


def test_ids_are_all_that_counts(room: ApiRoom, told: Story) -> None:
    """With ids even a project that is not there is ignored, as LangSmith documents."""
    asked = {"id": [told.llm], "session": [uuid7(NOON_US)], "run_type": "tool"}
    assert [run["id"] for run in room.post("/runs/query", asked).json["runs"]] == [told.llm]


def test_an_unbounded_question_is_refused(room: ApiRoom) -> None:
    """LangSmith's own words, since people search for them."""
    answer = room.post("/runs/query", {"run_type": "llm"})
    assert answer.status == 400
    assert answer.json["detail"].startswith("At least one of 'session', 'id', 'parent_run'")


@pytest.mark.parametrize("field", ["query", "search_filter"])
def test_what_is_not_acted_on_is_refused(room: ApiRoom, field: str) -> None:
    """A filter that is not applied would be a wrong answer."""
    answer = room.post("/runs/query", {"session": [room.project()], field: 'eq(name, "x")'})
    assert (answer.status, answer.json) == (400, {"detail": f"not supported yet: {field}"})


def test_pages_joined_are_the_whole(tmp_path: Path) -> None:
    """Page by page with a cursor, in both directions: no run twice, none lost, though new ones arrive."""
    room = ApiRoom(tmp_path)
    stories = [story(NOON_US - minute * 60_000_000) for minute in range(5)]
    for one in stories:
        room.send(one.body)
    project = room.project()
    whole = [run["id"] for run in room.post("/runs/query", {"session": [project]}).json["runs"]]
    assert len(whole) == 15
    assert _pages(room, {"session": [project], "limit": 4, "order": "asc"}) == whole[::-1]
    assert _pages(room, {"session": [project], "is_root": True, "limit": 1}) == [one.root for one in stories]
    assert _pages(room, {"session": [project], "limit": 4}, newcomer=story(NOON_US + 60_000_000)) == whole


def _pages(room: ApiRoom, asked: dict[str, Any], newcomer: Story | None = None) -> list[str]:
    ids: list[str] = []
    cursor = None
    while True:
        answer = room.post("/runs/query", asked | {"cursor": cursor, "select": ["id"]}).json
        ids += [run["id"] for run in answer["runs"]]
        cursor = answer["cursors"]["next"]
        if cursor is None:
            return ids
        if newcomer is not None:
            room.send(newcomer.body)


def test_a_cursor_of_another_query_is_refused(room: ApiRoom) -> None:
    """It would skip what the other query has not shown."""
    asked = {"session": [room.project()], "limit": 1}
    cursor = room.post("/runs/query", asked).json["cursors"]["next"]
    assert room.post("/runs/query", asked | {"cursor": cursor}).status == 200
    refused = room.post("/runs/query", asked | {"cursor": cursor, "run_type": "llm"})
    assert refused.status == 400
    assert "another query" in refused.json["detail"]
    assert room.post("/runs/query", asked | {"skip_pagination": True}).json["cursors"]["next"] is None


def test_an_answer_says_how_it_was_found(room: ApiRoom, told: Story) -> None:
    """An index or a scan, through which rows."""
    project = room.project()
    paths = {
        "index; path=heads": {"session": [project], "is_root": True},
        "index; path=failures": {"session": [project], "error": True},
        "index; path=ids": {"id": [told.llm]},
        "index; path=trace": {"trace": told.root},
        "scan; path=log": {"session": [project]},
    }
    for served, asked in paths.items():
        assert room.post("/runs/query", asked).headers["tracekeep-served"].startswith(served + "; rows=")


def test_an_answer_says_what_reading_for_it_cost(room: ApiRoom, told: Story) -> None:
    """Rows and read units are those of its own calls at the table, whatever was asked before it."""
    asked = {"session": [room.project()], "is_root": True, "select": ["name"]}
    costs = [cost_of(room.post("/runs/query", asked)) for _ in range(2)]
    assert costs[0] == costs[1]
    with_inputs = cost_of(room.post("/runs/query", asked | {"select": ["name", "inputs"]}))
    assert with_inputs["rows"] > costs[0]["rows"]
    assert with_inputs["read_units"] > costs[0]["read_units"] > 0
    assert cost_of(room.get(f"/runs/{told.llm}"))["read_units"] > 0


def test_every_list_says_what_it_cost(room: ApiRoom, told: Story) -> None:
    """A list that has no choice of rows goes by keys; a refusal says nothing."""
    project = room.project()
    assert cost_of(room.get("/sessions"))["rows"] > 0
    assert cost_of(room.get("/feedback", run=told.root))["read_units"] > 0
    assert cost_of(room.post("/runs/group", {"session_id": project, "group_by": "conversation"}))["rows"] > 0
    assert cost_of(room.post("/v2/runs/export", {"project_ids": [project]}))["rows"] > 0
    assert "tracekeep-served" not in room.get("/runs/none").headers


def cost_of(answer: Answered) -> dict[str, float]:
    """The numbers in an answer's header."""
    parts = answer.headers["tracekeep-served"].split("; ")
    return {name: float(value) for name, _, value in (part.partition("=") for part in parts) if name in COSTS}


def test_a_wrong_body_says_where(room: ApiRoom) -> None:
    """Each place, as FastAPI names it, and broken JSON too."""
    answer = room.post("/runs/query", {"session": "not a list", "order": "sideways"})
    assert answer.status == 422
    assert {tuple(place["loc"]) for place in answer.json["detail"]} == {("body", "session"), ("body", "order")}
    assert room.post("/runs/query", {"session": [room.project()], "start_time": "yesterday"}).status == 422


def test_a_preview_is_made_where_no_row_has_it(room: ApiRoom, told: Story) -> None:
    """Whichever rows answer, a selected preview is there, without the payload itself."""
    for asked in ({"id": [told.root]}, {"session": [room.project()], "is_root": True}):
        run = room.post("/runs/query", asked | {"select": ["inputs_preview", "outputs_preview"]}).json["runs"][0]
        assert (run["inputs_preview"], run["outputs_preview"]) == ("refund?", "yes")
        assert "inputs" not in run
