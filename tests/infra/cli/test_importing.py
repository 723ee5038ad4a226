"""What an import cannot take it names, by line and reason, and takes the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.cli.failures import CommandFailed
from infra.cli.importing import FileSheets, Importer, Settings
from infra.cli.main import main
from infra.cli.server import Answer
from tests.api_room import ApiRoom
from tests.api_traces import wide_trace
from tests.operations import uuid7
from tests.room_server import Disturb, RoomServer
from tests.stores import NOON_US


def line(**changes: object) -> str:
    """A good line, but for these changes."""
    [run] = wide_trace(1)
    return json.dumps(run | {"session_name": "p"} | changes)


def imported(folder: Path, text: bytes, disturb: Disturb | None = None, **settings: object) -> tuple[ApiRoom, Importer]:
    """A room that took the file, and who sent it."""
    file = folder / "in.ndjson"
    file.write_bytes(text)
    room = ApiRoom(folder / "room")
    settings = {"report": folder / "report", **settings}
    importer = Importer(RoomServer(room, disturb), FileSheets(str(file)), Settings(**settings))  # type: ignore[arg-type]
    importer.run()
    room.pump()
    return room, importer


HOSTILE = {
    "no JSON": b"{",
    "no object": b"[1, 2]",
    "no id": b'{"name": "x"}',
    "an id that is none": b'{"id": "42"}',
    "not UTF-8": b'{"id": "\xff\xfe"}',
    "a run type that is none": line(run_type="agent").encode(),
    "a time that is none": line(start_time="yesterday").encode(),
    "a place that contradicts the id": line(id=uuid7(NOON_US)).encode(),
    "tags that are no list": line(tags="prod").encode(),
    "feedback that is no object": line(feedback=[3]).encode(),
    "very deep": b'{"id": ' + b"[" * 100_000,
    "deep inputs": line(inputs=0).encode().replace(b'"inputs": 0', b'"inputs": ' + b"[" * 5_000 + b"]" * 5_000),
    "an attachment outside": line(attachments={"a": {"file": "../../etc/passwd"}}).encode(),
}


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_is_named_and_costs_the_others_nothing(tmp_path: Path, bad: bytes) -> None:
    """Line 2 of 3 is refused with its number and a reason; lines 1 and 3 are there."""
    good = [line().encode(), line(name="last").encode()]
    room, importer = imported(tmp_path, b"\n".join([good[0], bad, good[1], b""]), attachments=tmp_path)
    assert {refusal.where.partition(" (")[0] for refusal in importer.refused} == {"line 2"}
    assert all(len(refusal.reason) > 10 for refusal in importer.refused)
    project = room.project("p")
    assert len(room.post("/runs/query", {"session": [project]}).json["runs"]) == 2
    noted = [json.loads(text) for text in (tmp_path / "report").read_text().splitlines()]
    assert [one["where"] for one in noted] == [refusal.where for refusal in importer.refused]


def test_a_run_that_is_too_large_goes_alone_and_is_named(tmp_path: Path) -> None:
    """413 is answered with halves until only the one that is too large is refused."""
    lines = [line(name=f"run {number}") for number in range(9)]
    large = line(inputs={"text": "x" * 34_000_000})
    room, importer = imported(tmp_path, "\n".join([*lines[:5], large, *lines[5:]]).encode())
    assert [refusal.where for refusal in importer.refused] == ["line 6"]
    assert len(room.post("/runs/query", {"session": [room.project("p")]}).json["runs"]) == 9


def test_a_server_that_says_later_is_asked_later(tmp_path: Path) -> None:
    """429 with Retry-After is waited out, 503 without it a while, and everything arrives."""
    said = [Answer(429, {"retry-after": "7"}, b""), Answer(503, {}, b"")]

    def disturb(_: str, path: str) -> Answer | None:
        return said.pop(0) if path.endswith("/multipart") and said else None

    file = tmp_path / "in.ndjson"
    file.write_text(line())
    room = ApiRoom(tmp_path / "room")
    server = RoomServer(room, disturb)
    assert Importer(server, FileSheets(str(file)), Settings()).run() == 1
    assert server.waits_s == [7.0, 1.0]


def test_a_refused_key_ends_it_at_once(tmp_path: Path) -> None:
    """Nothing is tried again, and the message names the address."""
    file = tmp_path / "in.ndjson"
    file.write_text(line())
    server = RoomServer(ApiRoom(tmp_path / "room"))
    server.key = "nobody's"
    with pytest.raises(CommandFailed, match=r"traces\.example.*refused the key \(401\)"):
        Importer(server, FileSheets(str(file)), Settings()).run()
    assert server.waits_s == []


def test_all_runs_may_go_into_one_project(tmp_path: Path) -> None:
    """--into beats what the lines say."""
    text = "\n".join([line(), line(session_name="q"), line(session_name=None)]).encode()
    room, _ = imported(tmp_path, text, project="all")
    assert len(room.post("/runs/query", {"session": [room.project("all")]}).json["runs"]) == 3


def test_batches_stay_within_what_servers_take(tmp_path: Path) -> None:
    """No request holds over 100 operations or, packed, more than an advertised batch; none is empty."""
    file = tmp_path / "in.ndjson"
    file.write_text("\n".join(line(inputs={"x": "y" * 20_000}) for _ in range(250)))
    server = RoomServer(ApiRoom(tmp_path / "room"))
    assert Importer(server, FileSheets(str(file)), Settings()).run() == 250
    sizes = [size for _, path, size in server.asked if path.endswith("/multipart")]
    assert 3 <= len(sizes) <= 5
    assert all(0 < size < 2_600_000 for size in sizes)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["import", "--endpoint", "http://localhost:9"], "either a file, or --from"),
        (["import", "--endpoint", "http://localhost:9", "/nowhere.ndjson"], "No such file"),
        (["import", "--endpoint", "http://localhost:9", "--from", "http://localhost:9"], "--from needs --project"),
        (["import", "--endpoint", "ftp://localhost", "Makefile"], "is no address"),
        (["import", "--endpoint", "http://localhost:9", "-", "--resume"], "--resume needs --journal"),
        (["export", "--project", "p", "--out", "x"], "which server"),
    ],
)
def test_what_a_person_can_mend_is_one_line(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 and a sentence, never a traceback."""
    monkeypatch.delenv("LANGSMITH_ENDPOINT", raising=False)
    assert main(argv) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
