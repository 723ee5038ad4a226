"""What was exported and imported into an empty server gives the same answers there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.cli.exporting import Target, export
from infra.cli.failures import CommandFailed
from infra.cli.importing import FileSheets, Importer, ServerSheets, Settings
from infra.cli.lines import LineFile
from infra.cli.server import Answer
from infra.cli.sources import Wanted, source_of
from tests.api_room import ApiRoom
from tests.api_traces import iso, story, wide_trace
from tests.operations import uuid7
from tests.room_server import RoomServer
from tests.stores import NOON_US

DEFAULT = Wanted("default")
DIFFERENT = ("trace_first_received_at", "trace_expires_at", "app_path", "s3_urls")
"""What rightly differs: an import is received when it is received, and links are signed anew."""


def answers(room: ApiRoom) -> list[Any]:
    """What the workspace answers to one query of each kind, without what rightly differs.

    A project keeps its id, unless one of its name is there already: as `default` is in every workspace.
    """
    said: list[Any] = []
    for project in sorted(room.get("/sessions").json, key=lambda one: one["name"]):
        is_default = project["name"] == "default"
        left_out = {*DIFFERENT, "session_id"} if is_default else set(DIFFERENT)
        narrow: Sequence[dict[str, Any]] = ({}, {"is_root": True}, {"error": True}, {"filter": 'search("refund")'})
        for asked in narrow:
            runs, cursor = [], None
            while True:
                page = room.post("/runs/query", {"session": [project["id"]], "cursor": cursor, **asked}).json
                runs += [{name: value for name, value in run.items() if name not in left_out} for run in page["runs"]]
                cursor = page["cursors"]["next"]
                if cursor is None:
                    break
            said.append(("default" if is_default else project["id"], project["name"], asked, runs))
    return [one for one in said if one[-1]]


def moved(room: ApiRoom, folder: Path, project: str = "default") -> ApiRoom:
    """An empty room into which the project was exported and imported."""
    file = folder / "out.ndjson.zst"
    export(RoomServer(room), Wanted(project), Target(str(file), folder / "attachments"))
    other = ApiRoom(folder / "other")
    importer = Importer(RoomServer(other), FileSheets(str(file)), Settings(attachments=folder / "attachments"))
    importer.run()
    assert importer.refused == []
    other.pump()
    return other


def test_a_trace_with_everything_is_the_same_there(tmp_path: Path) -> None:
    """Ids, times, tree, tags, metadata, payloads digit by digit, tokens and costs."""
    room = ApiRoom(tmp_path / "one")
    room.send(story(project="agents").body)
    other = moved(room, tmp_path, "agents")
    assert answers(other) == answers(room)
    assert len(answers(other)) == 4


def test_feedback_and_attachments_come_along(tmp_path: Path) -> None:
    """Feedback keeps its id and its score; an attachment its bytes and its type."""
    room = ApiRoom(tmp_path / "one")
    told = story()
    room.send(told.body)
    feedback = {"id": uuid7(NOON_US), "run_id": told.llm, "trace_id": told.root, "key": "liked", "score": 0.5}
    boundary = "b0"
    parts = [
        (f"feedback.{feedback['id']}", "application/json", json.dumps(feedback)),
        (f"attachment.{told.llm}.picture", "image/png", "not really"),
    ]
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: {kind}\r\n\r\n{text}\r\n'
        for name, kind, text in parts
    )
    room.send(f"{body}--{boundary}--\r\n", "/runs/multipart", f"multipart/form-data; boundary={boundary}")
    other = moved(room, tmp_path)
    assert answers(other) == answers(room)
    [line] = [
        json.loads(line.text) for line in LineFile(str(tmp_path / "out.ndjson.zst")) if told.llm.encode() in line.text
    ][:1]
    assert line["feedback"][0]["id"] == feedback["id"]
    trace = other.trace(told.root)
    assert trace is not None
    mime, size_bytes, key = trace.runs[told.llm].attachments["picture"]
    assert (mime, size_bytes, other.store.objects.get(key)) == ("image/png", 10, b"not really")


def test_two_thousand_runs_are_the_same_there(tmp_path: Path) -> None:
    """Twenty traces of a hundred runs, over many pages and batches."""
    room = ApiRoom(tmp_path / "one")
    for number in range(20):
        room.send(json.dumps({"post": wide_trace(100, NOON_US - number * 7_000_000)}))
    other = moved(room, tmp_path)
    same = answers(room)
    assert len(same[0][-1]) == 2_000
    assert answers(other) == same


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
objects = st.dictionaries(texts, values, max_size=3)
runs_said = st.fixed_dictionaries(
    {},
    optional={
        "name": texts,
        "run_type": st.sampled_from(["tool", "llm", "chain"]),
        "inputs": objects,
        "outputs": objects,
        "tags": st.lists(texts, max_size=2),
        "error": texts,
        "extra": st.fixed_dictionaries({"metadata": objects}),
        "end_time": st.integers(0, 5).map(lambda seconds: iso(NOON_US + seconds * 1_000_000)),
        "events": st.lists(st.fixed_dictionaries({"name": texts, "time": st.just(iso(NOON_US))}), max_size=2),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.tuples(runs_said, runs_said), min_size=1, max_size=6))
def test_any_trace_is_the_same_there(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Law: whatever was said of runs, by creates and updates, is answered the same after a move."""
    folder = tmp_path_factory.mktemp("law")
    room = ApiRoom(folder / "one")
    posts = wide_trace(len(said))
    for post in posts:
        for name in ("inputs", "outputs", "end_time"):
            post.pop(name, None)
    place = ("id", "trace_id", "dotted_order", "parent_run_id")
    patches = [
        {name: post[name] for name in place} | patch for post, (_, patch) in zip(posts, said, strict=True) if patch
    ]
    room.send(
        json.dumps({"post": [post | more for post, (more, _) in zip(posts, said, strict=True)], "patch": patches})
    )
    assert answers(moved(room, folder)) == answers(room)


def test_another_servers_runs_are_read_by_its_query(tmp_path: Path) -> None:
    """A server without our export route is read page by page, and keeps ids, tree, texts and types."""
    room = ApiRoom(tmp_path / "one")
    told = story()
    room.send(told.body)
    room.send(json.dumps({"post": wide_trace(230, NOON_US - 60_000_000)}))

    def without_export(_: str, path: str) -> Answer | None:
        return Answer(404, {}, b"{}") if path.endswith("/runs/export") else None

    origin = RoomServer(room, without_export)
    other = ApiRoom(tmp_path / "other")
    sheets = ServerSheets("there", source_of(origin, DEFAULT))
    assert Importer(RoomServer(other), sheets, Settings(), origin).run() == 233
    other.pump()
    assert answers(other) == answers(room)


def test_an_import_twice_changes_nothing(tmp_path: Path) -> None:
    """The same ids are the same runs."""
    room = ApiRoom(tmp_path / "one")
    room.send(story().body)
    other = moved(room, tmp_path)
    Importer(RoomServer(other), FileSheets(str(tmp_path / "out.ndjson.zst")), Settings()).run()
    other.pump()
    assert answers(other) == answers(room)


class Cut(Exception):
    """Stands for the end of the process."""


def cut_after(requests: int, path_end: str) -> Any:  # noqa: ANN401 a function
    """Ends the process at the request behind so many."""
    seen: list[str] = []

    def disturb(_: str, path: str) -> Answer | None:
        if path.endswith(path_end):
            seen.append(path)
            if len(seen) > requests:
                raise Cut
        return None

    return disturb


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_cut_export_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    """Ended between pages and in the middle of one, and gone on with: the lines of an uncut export, none twice."""
    monkeypatch.setattr("functions.api.routes.runs_export.PAGE_BYTES", 4_000)
    room = ApiRoom(tmp_path / "one")
    room.send(json.dumps({"post": wide_trace(60)}))
    file = tmp_path / f"cut.ndjson{suffix}"
    for requests in (1, 3, 5):
        with pytest.raises(Cut):
            export(RoomServer(room, cut_after(requests, "/export")), DEFAULT, Target(str(file), resume=True))
        with file.open("ab") as torn:
            torn.write(b'{"id": "half a li')
    export(RoomServer(room), DEFAULT, Target(str(file), resume=True))
    whole = tmp_path / "whole.ndjson"
    export(RoomServer(room), DEFAULT, Target(str(whole)))
    assert [line.text for line in LineFile(str(file))] == whole.read_bytes().splitlines()
    assert not file.with_name(file.name + ".journal").exists()


def test_a_cut_import_goes_on(tmp_path: Path) -> None:
    """What was taken is not sent again; in the end all is there."""
    room = ApiRoom(tmp_path / "one")
    for number in range(5):
        room.send(json.dumps({"post": wide_trace(300, NOON_US - number * 7_000_000)}))
    file = tmp_path / "out.ndjson"
    export(RoomServer(room), DEFAULT, Target(str(file)))
    other = ApiRoom(tmp_path / "other")
    journal = Settings(resume=True, journal=tmp_path / "journal")
    with pytest.raises(Cut):
        Importer(RoomServer(other, cut_after(9, "/multipart")), FileSheets(str(file)), journal).run()
    rest = RoomServer(other)
    assert Importer(rest, FileSheets(str(file)), journal).run() == 1_500
    other.pump()
    assert len([one for one in rest.asked if one[1].endswith("/multipart")]) < 15
    assert answers(other) == answers(room)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    """Neither a finished export nor anything else."""
    room = ApiRoom(tmp_path / "one")
    room.send(story().body)
    file = tmp_path / "out.ndjson"
    export(RoomServer(room), DEFAULT, Target(str(file)))
    before = file.read_bytes()
    for resume in (False, True):
        with pytest.raises(CommandFailed, match=r"out\.ndjson"):
            export(RoomServer(room), DEFAULT, Target(str(file), resume=resume))
    assert file.read_bytes() == before


def test_a_journal_of_another_query_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two questions must not be joined in one file."""
    monkeypatch.setattr("functions.api.routes.runs_export.PAGE_BYTES", 1)
    room = ApiRoom(tmp_path / "one")
    room.send(story().body)
    file = tmp_path / "out.ndjson"
    with pytest.raises(Cut):
        export(RoomServer(room, cut_after(2, "/export")), DEFAULT, Target(str(file)))
    with pytest.raises(CommandFailed, match="another query"):
        export(RoomServer(room), Wanted("default", root_only=True), Target(str(file), resume=True))
