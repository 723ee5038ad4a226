"""Bulk exports: the files hold the runs that the API answers, once each, whatever ends the room in between."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from functions.export.columns import _OF, schema_of
from infra.cli.main import main
from shared.exports.columns import COLUMNS
from tests.api_traces import iso, story, wide_trace
from tests.export_room import ExportRoom, dying
from tests.operations import uuid7
from tests.stores import NOON_US

DAY_US = 86_400_000_000


def ids(room: ExportRoom, **asked: object) -> list[str]:
    """The ids that the API answers to the same question."""
    body: dict[str, Any] = {"project_ids": [room.project()], **asked}
    found: list[str] = []
    while True:
        page = room.post("/api/v2/runs/export", body)
        found += [json.loads(line)["id"] for line in page.body.splitlines()]
        if (cursor := page.headers.get("tracekeep-next-cursor")) is None:
            return sorted(found)
        body["cursor"] = cursor


def test_duckdb_reads_what_the_api_answers(tmp_path: Path) -> None:
    """A trace with everything: each column has its type and says what the API says."""
    room = ExportRoom(tmp_path)
    told = story()
    room.send(told.body)
    export = room.ask_export()
    assert room.wake() == 1
    rows = {row["id"]: row for row in room.rows(export)}
    for run in room.post("/runs/query", {"session": [room.project()]}).json["runs"]:
        row = rows.pop(run["id"])
        same = ("trace_id", "parent_run_id", "dotted_order", "name", "run_type", "status", "error", "thread_id", "tags")
        assert {name: row[name] for name in same} == {name: run[name] for name in same}
        for name in ("start_time", "end_time", "first_token_time", "trace_expires_at"):
            assert (row[name] and f"{row[name]:%Y-%m-%dT%H:%M:%S.%f}") == (run[name] and (run[name] + ".000000")[:26])
        for name in ("total_cost", "prompt_cost", "completion_cost"):
            assert row[name] == (run[name] and Decimal(run[name]))
        for name in ("inputs", "outputs", "extra", "events"):
            assert json.loads(row[name] or "null") == (run[name] or None)
        assert row["serialized"] == ('{"lc": 1}' if run["id"] == told.llm else None)
        assert row["total_tokens"] == run["total_tokens"]
        assert (row["project"], row["project_id"], str(row["date"])) == (room.project(), room.project(), "2026-11-20")
    assert rows == {}


def test_metadata_is_a_map_and_text_as_sent(tmp_path: Path) -> None:
    """Values that are texts stand in the map as they are, others as JSON; large ones are not left out."""
    room = ExportRoom(tmp_path)
    [run] = wide_trace(1)
    metadata = {"user": "u1", "n": 1.5, "deep": {"a": [1]}, "big": "x" * 5_000, "none": None}
    room.send(json.dumps({"post": [run | {"extra": {"metadata": metadata}, "tags": ["a", "a"]}]}))
    export = room.ask_export()
    room.wake()
    [row] = room.rows(export, "select metadata_map['user'] u, metadata_map, metadata, tags from runs")
    assert row["u"] == "u1"
    assert dict(row["metadata_map"]) == {
        "user": "u1",
        "n": "1.5",
        "deep": '{"a":[1]}',
        "big": "x" * 5_000,
        "none": "null",
    }
    assert json.loads(row["metadata"]) == metadata
    assert row["tags"] == ["a", "a"]


def test_feedback_is_in_its_run_s_row_and_in_filters(tmp_path: Path) -> None:
    """Its id, key and score are there as last changed, and a filter on its score finds the run."""
    room = ExportRoom(tmp_path)
    told = story()
    room.send(told.body)
    given = {"run_id": told.llm, "trace_id": told.root, "key": "liked", "score": 0.25, "comment": "good"}
    feedback = room.post("/feedback", given).json
    room.ask_for("PATCH", f"/feedback/{feedback['id']}", {"score": 0.75})
    room.pump()
    export = room.ask_export(filter='and(eq(feedback_key, "liked"), gt(feedback_score, 0.5))')
    room.wake()
    [row] = room.rows(export)
    [said] = json.loads(row["feedback"])
    assert said == room.get(f"/feedback/{feedback['id']}").json
    assert (row["id"], said["id"], said["key"], said["score"], said["comment"]) == (
        *(told.llm, feedback["id"], "liked"),
        *(0.75, "good"),
    )


def test_a_number_beyond_a_double_stands_as_it_was_sent(tmp_path: Path) -> None:
    """Nobody's number stops an export: the JSON text has its digits, and the map, which cannot, null."""
    room = ExportRoom(tmp_path)
    [run] = wide_trace(1)
    room.send(json.dumps({"post": [run | {"extra": {"metadata": {"n": 12345678}}}]}).replace("12345678", "9e999"))
    export = room.ask_export(filter='eq(status, "success")')
    room.wake()
    [row] = room.rows(export, "select metadata_map['n'] n, metadata from runs")
    assert (row["n"], row["metadata"]) == ("null", '{"n": 9e999}')


def test_the_columns_are_those_that_are_promised() -> None:
    """The page of names and types that the API and the docs go by is the one that is filled."""
    assert list(_OF) == list(COLUMNS) == schema_of(None).names


@pytest.fixture
def spread(tmp_path: Path) -> ExportRoom:
    """A room with 300 runs on three days, whose parts are full with 40."""
    room = ExportRoom(tmp_path, part_runs=40)
    for day in range(3):
        room.send(json.dumps({"post": wide_trace(100, NOON_US - day * DAY_US)}))
    return room


def test_parts_are_filed_by_day_and_counted(spread: ExportRoom) -> None:
    """Each part holds runs of one day; the manifest counts rows and bytes of each and of all."""
    export = spread.ask_export()
    spread.wake()
    manifest = spread.manifest(export)
    assert manifest["runs"] == 300 == sum(file["runs"] for file in manifest["files"])
    assert {file["path"].split("/")[2] for file in manifest["files"]} == {f"date=2026-11-{day}" for day in (18, 19, 20)}
    for file in manifest["files"]:
        path = spread.manifest_path(export).parent / file["path"]
        assert (pq.ParquetFile(path).metadata.num_rows, path.stat().st_size) == (file["runs"], file["bytes"])
    assert [row["id"] for row in spread.rows(export)] == ids(spread)
    assert (manifest["query"]["start_time"], manifest["min_start_time"][:10]) == (
        "2026-11-01T00:00:00.000000Z",
        "2026-11-18",
    )
    assert spread.get(f"/bulk-exports/{export['id']}").json["status"] == "Completed"
    assert main(["verify", str(spread.manifest_path(export))]) == 0


def test_a_room_whose_time_is_over_goes_on_next_time(spread: ExportRoom) -> None:
    """Wake after wake, each with time for one batch, gives the same rows as one wake."""
    export = spread.ask_export()
    wakes = 0
    while not spread.windows(export)[0]["manifest"]:
        assert spread.wake(looks=1) == 1
        wakes += 1
        assert wakes < 50
    assert [row["id"] for row in spread.rows(export)] == ids(spread)
    assert spread.wake() == 0


@pytest.mark.parametrize("calls", [0, 1, 3, 6])
@pytest.mark.parametrize("method", ["put", "control.update", "control.put"])
def test_a_killed_room_loses_no_run_and_doubles_none(tmp_path: Path, method: str, calls: int) -> None:
    """Ended at any write, it goes on when its lease is over, under the same names."""
    room = ExportRoom(tmp_path, part_runs=40)
    for day in range(3):
        room.send(json.dumps({"post": wide_trace(100, NOON_US - day * DAY_US)}))
    export = room.ask_export()
    revive = dying(room, calls, method)
    try:
        room.wake()
    except KeyboardInterrupt:
        revive()
        room.clock.advance(121)
        room.wake()
    assert [row["id"] for row in room.rows(export)] == ids(room)
    assert main(["verify", str(room.manifest_path(export))]) == 0


def test_a_filter_and_a_window_narrow_as_in_the_api(spread: ExportRoom) -> None:
    """The same question, asked of files and of the API, gives the same runs."""
    asked = {"filter": 'and(eq(name, "step 3"), gte(latency, 0))'}
    window = {"start_time": "2026-11-19T00:00:00Z", "end_time": iso(NOON_US + 20_000)}
    export = spread.ask_export(**asked, **window)
    spread.wake()
    same = ids(spread, **asked, min_start_time=window["start_time"], max_start_time=iso(NOON_US + 19_999))
    assert len(same) > 5
    assert [row["id"] for row in spread.rows(export)] == same


def test_columns_can_be_chosen(spread: ExportRoom) -> None:
    """Only those, and the two that no file can do without."""
    export = spread.ask_export(export_fields=["name", "total_tokens"])
    spread.wake()
    names = [column["name"] for column in spread.manifest(export)["columns"]]
    assert names == ["id", "name", "start_time", "total_tokens"]
    assert len(spread.rows(export)) == 300


@pytest.mark.parametrize("compression", ["none", "gzip", "snappy", "zstandard"])
def test_every_compression_is_read(tmp_path: Path, compression: str) -> None:
    """What LangSmith's API names, DuckDB opens."""
    room = ExportRoom(tmp_path)
    room.send(story().body)
    export = room.ask_export(compression=compression)
    room.wake()
    assert len(room.rows(export)) == 3


def test_a_scheduled_export_does_each_interval_when_it_is_over(tmp_path: Path) -> None:
    """Hour after hour, each with a manifest of its own, joined they are all runs; the next waits for its time."""
    room = ExportRoom(tmp_path)
    room.send(json.dumps({"post": wide_trace(50, NOON_US - 2 * 3_600_000_000)}))
    export = room.ask_export(start_time="2026-11-20T10:00:00Z", end_time=None, interval_hours=1)
    assert export["status"] == "IntervalScheduled"
    while room.wake():
        pass
    assert [window["status"] for window in room.windows(export)] == ["Completed", "Completed", "Created"]
    room.send(json.dumps({"post": wide_trace(30, NOON_US + 600_000_000)}))
    room.clock.advance(601)
    while room.wake():
        pass
    assert [window["rows_exported"] for window in room.windows(export)] == [50, 0, 30, 0]
    assert [row["id"] for row in room.rows(export)] == ids(room)
    assert [room.manifest(export, number)["runs"] for number in range(3)] == [50, 0, 30]
    assert main(["verify", str(room.manifest_path(export, 2))]) == 0


def test_a_cancelled_export_writes_no_more(spread: ExportRoom) -> None:
    """What is written stays, no manifest says that it is whole, and a schedule ends."""
    export = spread.ask_export()
    spread.wake(looks=1)
    assert (
        spread.ask_for("PATCH", f"/bulk-exports/{export['id']}", {"status": "Cancelled"}).json["status"] == "Cancelled"
    )
    spread.wake()
    [window] = spread.windows(export)
    assert (window["status"], window["manifest"]) == ("Cancelled", None)
    assert spread.wake() == 0


def test_a_project_that_was_deleted_fails_with_a_reason(spread: ExportRoom) -> None:
    """Its runs are nobody's any more, and the export says so."""
    export = spread.ask_export()
    spread.ask_for("DELETE", f"/sessions/{spread.project()}")
    spread.wake()
    [window] = spread.windows(export)
    assert (window["status"], window["errors"]["message"][-14:]) == ("Failed", "does not exist")


def test_what_keeps_failing_says_so(spread: ExportRoom) -> None:
    """A store that takes no file is tried five times; then the export is Failed, with the last error."""
    export = spread.ask_export()
    dead = spread.store.exports
    dead.put = lambda *_: (_ for _ in ()).throw(OSError("no space left"))  # type: ignore[method-assign]
    for _ in range(5):
        assert spread.wake() == 1
        spread.clock.advance(121)
    assert spread.wake() == 0
    [window] = spread.windows(export)
    assert window["status"] == "Failed"
    assert "no space left" in window["errors"]["message"]


def test_a_large_trace_is_read_once(tmp_path: Path) -> None:
    """A trace that spans many batches is whole in each: its totals and its runs."""
    room = ExportRoom(tmp_path, part_runs=700)
    posts = wide_trace(1_600)
    usage = {"usage_metadata": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}}
    posts[-1] |= {"run_type": "llm", "outputs": usage}
    for start in range(0, 1_600, 400):
        room.send(json.dumps({"post": posts[start : start + 400]}))
    export = room.ask_export()
    room.wake()
    [row] = room.rows(export, "select count(*) n, count(distinct id) d, max(total_tokens) t from runs")
    assert (row["n"], row["d"], row["t"]) == (1_600, 1_600, 3)
    [root] = room.rows(export, "select total_tokens from runs where is_root")
    assert root["total_tokens"] == 3


def test_another_workspace_sees_no_export(spread: ExportRoom) -> None:
    """Neither its state nor its windows."""
    export = spread.ask_export()
    assert spread.get("/bulk-exports", spread.other_key).json == []
    assert spread.get(f"/bulk-exports/{export['id']}", spread.other_key).status == 404
    assert spread.get(f"/bulk-exports/{export['id']}/runs", spread.other_key).status == 404


HOSTILE: list[tuple[dict[str, object], str]] = [
    ({"session_id": uuid7(NOON_US)}, "does not exist"),
    ({"end_time": "2026-10-01T00:00:00Z"}, "end_time"),
    ({"filter": "eq(nothing"}, "filter"),
    ({"interval_hours": 0}, "interval_hours"),
    ({"export_fields": ["name; drop table"]}, "export_fields"),
    ({"compression": "rar"}, "compression"),
    ({"format": "CSV"}, "format"),
    ({"bulk_export_destination_id": uuid7(NOON_US)}, "destination"),
]


@pytest.mark.parametrize(("asked", "named"), HOSTILE, ids=[next(iter(asked)) for asked, _ in HOSTILE])
def test_what_cannot_be_done_is_refused_by_name(spread: ExportRoom, asked: dict[str, object], named: str) -> None:
    """4xx with the field, and nothing is scheduled."""
    body = {"session_id": spread.project(), "start_time": "2026-11-01T00:00:00Z", **asked}
    answer = spread.post("/bulk-exports", body)
    assert 400 <= answer.status < 500
    assert named in answer.text or named == "filter"
    assert spread.wake() == 0


def test_a_destination_is_a_prefix_of_our_own(spread: ExportRoom) -> None:
    """Its files lie under it; foreign buckets, credentials and ways out of the folder are refused."""
    made = spread.post("/bulk-exports/destinations", {"display_name": "lake", "config": {"prefix": "/lake/runs/"}}).json
    assert spread.get(f"/bulk-exports/destinations/{made['id']}").json == made
    export = spread.ask_export(bulk_export_destination_id=made["id"])
    spread.wake()
    assert "/lake/runs/" in export["folder"]
    assert len(spread.rows(export)) == 300
    for wrong in ({"config": {"prefix": "../.."}}, {"config": {"bucket_name": "x"}}, {"credentials": {"a": "b"}}):
        assert spread.post("/bulk-exports/destinations", {"display_name": "d", **wrong}).status == 422
