"""Runs as NDJSON: the pages joined are the query's runs, and a line holds what was said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.api.routes import runs_export
from functions.api.routes.runs_export import CURSOR_HEADER
from tests.api_room import Answered, ApiRoom
from tests.api_traces import Story, story, wide_trace
from tests.stores import NOON_US

HEADER = CURSOR_HEADER.lower()


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


def exported(room: ApiRoom, **asked: object) -> tuple[list[dict[str, Any]], list[Answered]]:
    """All lines, page after page, and the pages."""
    pages = [room.post("/api/v2/runs/export", {"project_ids": [room.project()], **asked})]
    while (cursor := pages[-1].headers.get(HEADER)) is not None:
        pages.append(room.post("/api/v2/runs/export", {"project_ids": [room.project()], **asked, "cursor": cursor}))
    return [json.loads(line) for page in pages for line in page.body.splitlines()], pages


def test_a_line_holds_what_was_said_and_nothing_else(room: ApiRoom, told: Story) -> None:
    """Inputs and outputs stand in it as sent; what a run never had is left out, where other answers say null."""
    lines, [page] = exported(room)
    by_id = {line["id"]: line for line in lines}
    assert page.headers["content-type"] == "application/x-ndjson"
    root, tool = by_id[told.root], by_id[told.tool]
    assert '"exact": 1.10, "huge": 123456789012345678901234567890' in page.text
    assert (root["name"], root["tags"], root["outputs"]) == ("agent", ["prod", "prod"], {"answer": "yes"})
    assert (root["session_name"], root["dotted_order"]) == ("default", told.post[0]["dotted_order"])
    assert {"outputs", "inputs", "serialized", "tags", "feedback", "attachments"} & tool.keys() == set()
    assert (tool["status"], tool["parent_run_id"]) == ("error", told.root)


def test_line_breaks_in_a_payload_break_no_line(tmp_path: Path) -> None:
    """JSON that was sent over several lines is one line here, and the same value."""
    room = ApiRoom(tmp_path)
    [run] = wide_trace(1)
    text = json.dumps({"post": [run | {"inputs": {"a": "b\nc", "d": [1]}}]}, indent=1)
    room.send(text)
    lines, _ = exported(room)
    assert [line["inputs"] for line in lines] == [{"a": "b\nc", "d": [1]}]


@pytest.mark.parametrize("page_bytes", [1, 5_000, 60_000])
def test_pages_joined_are_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page_bytes: int) -> None:
    """Whatever a page may hold, each run is on one page, in the query's order, and no page is over its size."""
    monkeypatch.setattr(runs_export, "PAGE_BYTES", page_bytes)
    room = ApiRoom(tmp_path)
    posts = wide_trace(150)
    room.send(json.dumps({"post": posts}))
    lines, pages = exported(room)
    assert [line["id"] for line in lines] == [post["id"] for post in reversed(posts)]
    assert all(len(page.body) <= page_bytes or page.body.count(b"\n") == 1 for page in pages)
    assert len(pages) > 1 or page_bytes == 60_000


def test_a_page_may_be_asked_to_be_small(room: ApiRoom) -> None:
    """`page_size` counts runs; the pages joined are the same runs."""
    lines, pages = exported(room, page_size=1)
    assert len(pages) == len(lines) == 3


def test_filters_and_windows_narrow(room: ApiRoom, told: Story) -> None:
    """What v2's query takes, this takes, but for the time: without one it is all time."""
    room.clock.advance(3 * 86_400)
    assert [line["id"] for line in exported(room, filter='eq(status, "error")')[0]] == [told.tool]
    assert [line["id"] for line in exported(room, is_root=True)[0]] == [told.root]
    assert len(exported(room)[0]) == 3
    assert exported(room, max_start_time=NOON_US // 1_000_000 - 1)[0] == []


def test_by_get_it_is_the_same(room: ApiRoom) -> None:
    """A browser or curl asks by parameters."""
    assert room.get("/api/v2/runs/export", project_ids=room.project()).body == exported(room)[1][0].body


def test_a_cursor_belongs_to_its_query(room: ApiRoom) -> None:
    """With another question it is refused, so that nobody joins pages of two."""
    cursor = room.post("/v2/runs/export", {"project_ids": [room.project()], "page_size": 1}).headers[HEADER]
    other = {"project_ids": [room.project()], "is_root": True, "cursor": cursor}
    assert room.post("/v2/runs/export", other).status == 400


def test_a_reading_key_may_export_and_a_foreign_one_sees_no_project(room: ApiRoom) -> None:
    """Exporting reads; another workspace's project is not there."""
    asked = {"project_ids": [room.project()]}
    assert room.post("/v2/runs/export", asked, room.reading_key).status == 200
    assert room.post("/v2/runs/export", asked, room.other_key).status == 404
