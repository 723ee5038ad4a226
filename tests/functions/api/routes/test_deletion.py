"""Deletion over the wire: unreadable when it is answered, gone soon after, with a receipt that says so."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from functions.erase.app import build
from tests.api_room import OTHER_WORKSPACE, SETTINGS, Answered, ApiRoom
from tests.api_traces import Story, story, wide_trace
from tests.erase_room import ERASE_SETTINGS
from tests.export_room import ExportRoom
from tests.operations import WORKSPACE
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> ApiRoom:
    """An empty room."""
    return ApiRoom(tmp_path)


def erase_all(room: ApiRoom) -> None:
    """Let the erase room do what it was asked to, and what follows from that."""
    erase = build(ERASE_SETTINGS, room.store, room.clock)
    queue: Any = room.store.erasures
    while (counts := queue.depth()).waiting or counts.delayed:
        room.clock.advance(SETTINGS.settle_s)
        for message in queue.receive(10, 60):
            record = {"messageId": "m", "body": message.body, "attributes": {"ApproximateReceiveCount": "1"}}
            assert erase({"Records": [record]}, None) == {"batchItemFailures": []}
            queue.delete([message.handle])


def sent(room: ApiRoom, start_us: int = NOON_US) -> Story:
    """A trace in the default project."""
    told = story(start_us)
    room.send(told.body)
    return told


def readable(room: ApiRoom, told: Story) -> set[str]:
    """The paths by which anything of a trace is read."""
    session = {"session": [room.project()]}
    v2 = {"project_ids": [room.project()], "trace_id": told.root}
    found = {
        "run": room.get(f"/api/v1/runs/{told.root}").status == 200,
        "child": room.get(f"/api/v1/runs/{told.llm}").status == 200,
        "trace": bool(room.post("/api/v1/runs/query", {"trace": told.root}).json["runs"]),
        "ids": bool(room.post("/api/v1/runs/query", {"id": [told.tool]}).json["runs"]),
        "roots": told.root in room.post("/api/v1/runs/query", {**session, "is_root": True}).text,
        "log": told.llm in room.post("/api/v1/runs/query", session).text,
        "failures": told.tool in room.post("/api/v1/runs/query", {**session, "error": True}).text,
        "v2": told.root in room.post("/api/v2/runs/query", v2).text,
    }
    return {path for path, is_read in found.items() if is_read}


def delete(room: ApiRoom, body: dict[str, Any], key: str | None = "") -> Answered:
    """Ask for a deletion."""
    return room.post("/api/v1/runs/delete", body, key)


@pytest.mark.parametrize("path", ["/api/v1/runs/delete", "/runs/delete/traces"])
def test_a_deleted_trace_is_unreadable_when_it_is_answered(room: ApiRoom, path: str) -> None:
    """By every path, before anything was removed; its neighbour stays, and statistics count it alone."""
    gone, kept = sent(room), sent(room, NOON_US + 10_000_000)
    whole = readable(room, kept)
    assert readable(room, gone) == whole
    answer = room.post(path, {"session_id": room.project(), "trace_ids": [gone.root]})
    assert answer.status == 202
    assert readable(room, gone) == set()
    assert readable(room, kept) == whole
    stats = room.get(f"/api/v1/sessions/{room.project()}", include_stats=True).json
    assert stats["run_count"] == 1
    erase_all(room)
    assert readable(room, gone) == set()
    assert readable(room, kept) == whole


def test_the_receipt_says_who_when_what_and_how_much(room: ApiRoom) -> None:
    """First that it is unreadable, then each step with its count and its time, and where copies may be."""
    told = sent(room)
    answer = delete(room, {"session_id": room.project(), "trace_ids": [told.root, str(uuid.uuid4())]})
    begun = room.get(answer.json["receipt"]).json
    assert begun["state"] == "removing"
    assert begun["steps"][0] == {"step": "unreadable", "done_at": begun["asked_at"]}
    assert {step["done_at"] for step in begun["steps"][1:]} == {None}
    erase_all(room)
    done = room.get(answer.json["receipt"]).json
    assert done["state"] == "done"
    assert done["asked_by"]["api_key_description"] == "all"
    assert done["named"]["session_id"] == room.project()
    assert done["traces"] == {"removed": 1, "not_found": 1, "erased_before": 0, "in_another_project": 0}
    steps = {step["step"]: step for step in done["steps"]}
    assert all(step["done_at"] for step in done["steps"])
    assert (steps["lists"]["heads"], steps["lists"]["failures"]) == (1, 1)
    assert steps["log"]["log_facts"] > 0
    assert steps["payloads"]["payload_bytes"] > 0
    assert steps["traces"]["chunks"] == 1
    assert any("xport" in place for place in done["copies_elsewhere"])
    assert [one["id"] for one in room.get("/api/v1/deletions").json] == [answer.json["deletion_id"]]


def test_a_deletion_by_metadata_finds_any_of_the_pairs(room: ApiRoom) -> None:
    """Asked for the whole workspace; what it found is gone when the receipt says so."""
    told = sent(room)
    model = "gpt-4o"
    answer = delete(room, {"metadata": {"no such key": 1, "ls_model_name": model}})
    assert room.get(answer.json["receipt"]).json["state"] == "finding"
    erase_all(room)
    assert readable(room, told) == set()
    receipt = room.get(answer.json["receipt"]).json
    assert (receipt["state"], receipt["traces"]["removed"]) == ("done", 1)
    assert receipt["named"] == {"metadata": {"no such key": 1, "ls_model_name": model}}


def test_metadata_that_nothing_has_deletes_nothing(room: ApiRoom) -> None:
    """And is done."""
    told = sent(room)
    whole = readable(room, told)
    answer = delete(room, {"metadata": {"ls_model_name": "another"}})
    erase_all(room)
    assert readable(room, told) == whole
    assert room.get(answer.json["receipt"]).json["traces"]["removed"] == 0


def test_a_deleted_project_is_erased(room: ApiRoom) -> None:
    """The answer names the receipt; its traces are removed, and another project's are not."""
    told = story(project="gone")
    room.send(told.body)
    kept = sent(room, NOON_US + 10_000_000)
    answer = room.ask_for("DELETE", f"/api/v1/sessions/{room.project('gone')}")
    assert answer.status == 202
    erase_all(room)
    receipt = room.get(f"/api/v1/deletions/{answer.json['deletion_ids'][0]}").json
    assert (receipt["state"], receipt["traces"]["removed"]) == ("done", 1)
    assert room.ask.traces.stored(WORKSPACE, told.root) is None
    assert room.get(f"/api/v1/runs/{kept.root}").status == 200


def test_another_workspaces_key_reaches_nothing(room: ApiRoom) -> None:
    """Neither the trace, nor its project, nor the receipt is there for it."""
    told = sent(room)
    whole = readable(room, told)
    theirs = room.post("/api/v1/sessions", {"name": "theirs"}, room.other_key).json["id"]
    assert delete(room, {"session_id": room.project(), "trace_ids": [told.root]}, room.other_key).status == 404
    answer = delete(room, {"session_id": theirs, "trace_ids": [told.root]}, room.other_key)
    assert delete(room, {"metadata": {"ls_model_name": "gpt-4o"}}, room.other_key).status == 202
    erase_all(room)
    assert readable(room, told) == whole
    receipt = room.get(answer.json["receipt"], room.other_key).json
    assert receipt["traces"] == {"removed": 0, "not_found": 1, "erased_before": 0, "in_another_project": 0}
    assert room.get(answer.json["receipt"]).status == 404
    assert room.ask.traces.stored(OTHER_WORKSPACE, told.root) is None


def test_a_trace_of_another_project_stays(room: ApiRoom) -> None:
    """The receipt counts it, and it is readable."""
    told = sent(room)
    other = room.post("/api/v1/sessions", {"name": "other"}).json["id"]
    answer = delete(room, {"session_id": other, "trace_ids": [told.root]})
    erase_all(room)
    receipt = room.get(answer.json["receipt"]).json
    assert (receipt["state"], receipt["traces"]["in_another_project"]) == ("done", 1)
    assert room.get(f"/api/v1/runs/{told.root}").status == 200


def test_a_thousand_traces_are_taken_and_not_one_more(room: ApiRoom) -> None:
    """The refusal names the limit."""
    ids = [str(uuid.uuid4()) for _ in range(1_001)]
    sent(room)
    refused = delete(room, {"session_id": room.project(), "trace_ids": ids})
    assert refused.status == 422
    assert "1000" in refused.text
    answer = delete(room, {"session_id": room.project(), "trace_ids": ids[:1_000]})
    assert answer.status == 202
    erase_all(room)
    receipt = room.get(answer.json["receipt"]).json
    assert (receipt["state"], receipt["traces"]["not_found"]) == ("done", 1_000)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "session_id and trace_ids"),
        ({"session_id": WORKSPACE, "trace_ids": []}, "session_id and trace_ids"),
        ({"trace_ids": [WORKSPACE]}, "session_id"),
        ({"session_id": WORKSPACE, "trace_ids": ["x"]}, "not a UUID"),
        ({"metadata": {}}, "at least one"),
        ({"metadata": {"a": 1}, "trace_ids": [WORKSPACE]}, "not both"),
        ({"metadata": {"a": "x" * 10_000}}, "10000"),
    ],
)
def test_what_is_not_clear_is_refused(room: ApiRoom, body: dict[str, Any], said: str) -> None:
    """Nobody deletes by accident: 422, with what to name."""
    answer = delete(room, body)
    assert answer.status == 422
    assert said in answer.text


def test_a_receipt_that_is_none(room: ApiRoom) -> None:
    """404."""
    assert room.get("/api/v1/deletions/no-such-one").status == 404


def test_the_receipt_names_the_exported_files_that_hold_the_trace(tmp_path: Path) -> None:
    """The file of its own day and project, as it lies there, and not that of a neighbour on another day."""
    room = ExportRoom(tmp_path)
    gone, kept = sent(room), sent(room, NOON_US - 86_400_000_000)
    export = room.ask_export()
    room.wake()
    answer = delete(room, {"session_id": room.project(), "trace_ids": [gone.root]})
    assert room.get(answer.json["receipt"]).json["exported_files"] == []
    erase_all(room)
    receipt = room.get(answer.json["receipt"]).json
    [file] = receipt["exported_files"]
    assert (file["bulk_export_id"], file["session_id"], file["state"]) == (export["id"], room.project(), "written")
    span = (file["first_run_started_at"], file["last_run_started_at"])
    assert span == ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00.002000Z")
    rows = pq.read_table(room.folder / file["path"], columns=["trace_id"], partitioning=None)
    assert set(rows["trace_id"].to_pylist()) == {gone.root} != {kept.root}
    assert receipt["has_more_exported_files"] is False
    [listed] = room.get("/api/v1/deletions").json
    assert listed["exported_files"] == [file]


def test_a_metadata_search_reads_numbers_beyond_a_double(room: ApiRoom) -> None:
    """Nobody's number stops a deletion: it is read as infinite, and large metadata beside it is found."""
    told = story()
    room.send(told.body)
    [run] = wide_trace(1)
    metadata = {"n": 12345678, "note": "x" * 5_000}
    room.send(json.dumps({"post": [run | {"extra": {"metadata": metadata}}]}).replace("12345678", "9e999"))
    answer = delete(room, {"metadata": {"note": metadata["note"]}})
    erase_all(room)
    receipt = room.get(answer.json["receipt"]).json
    assert (receipt["state"], receipt["traces"]["removed"]) == ("done", 1)
    assert readable(room, told) != set()


def test_the_receipt_names_the_examples_that_were_made_of_the_trace(room: ApiRoom) -> None:
    """With how to delete each, and whether somebody has; runs of the trace are in no queue any more."""
    told = sent(room)
    dataset = room.post("/datasets", {"name": "golden"}).json["id"]
    body = {"dataset_id": dataset, "source_run_id": told.root, "use_source_run_io": True}
    example = room.post("/examples", body).json["id"]
    queue = room.post("/annotation-queues", {"name": "q"}).json["id"]
    room.post(f"/annotation-queues/{queue}/runs", [told.root])
    answer = delete(room, {"session_id": room.project(), "trace_ids": [told.root]})
    erase_all(room)
    receipt = room.get(answer.json["receipt"]).json
    assert receipt["dataset_examples"] == [
        {
            "example_id": example,
            "dataset_id": dataset,
            "trace_id": told.root,
            "state": "there",
            "delete": f"DELETE /api/v1/examples/{example}",
        }
    ]
    assert receipt["has_more_dataset_examples"] is False
    assert any("dataset_examples" in place for place in receipt["copies_elsewhere"])
    assert room.get(f"/annotation-queues/{queue}/runs").json == []
    method, path = receipt["dataset_examples"][0]["delete"].split()
    assert room.ask_for(method, path).status == 200
    [listed] = room.get("/api/v1/deletions").json
    assert [(one["state"], one["delete"]) for one in listed["dataset_examples"]] == [("deleted since", None)]
