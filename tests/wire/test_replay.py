"""What the real clients sent, replayed: every field of every run arrives as it was meant.

The bodies are read a second time by Python's own mail parser, which shares no line with the splitter.
"""

from __future__ import annotations

import base64
import email
import email.policy
import gzip
import json
from collections import defaultdict
from datetime import datetime
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

import pytest
import zstandard

from shared.runs.fact import PAYLOAD_FIELDS, Fact
from shared.runs.merge import Told, merge
from tests.functions.receive.requests import RECORDED, RUN, Room, facts_of, open_room, recorded

MULTIPART = ["python_zstd", "python_plain", "python_attachments", "python_feedback", "python_langchain"]
MULTIPART += ["js_gzip", "js_attachments"]
SAME_WORDS = ("name", "run_type", "parent_run_id", "dotted_order", "reference_example_id")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A room over an empty store."""
    return open_room(tmp_path)


def _reference(name: str) -> list[tuple[str, str, bytes]]:
    """(name, content type, bytes) of each part, as the mail parser finds them."""
    (request,) = json.loads((RECORDED / f"{name}.json").read_text())
    body = base64.b64decode(request["body"])
    encoding = request["headers"].get("content-encoding")
    if encoding == "zstd":
        body = zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True).read()
    elif encoding == "gzip":
        body = gzip.decompress(body)
    head = f"Content-Type: {request['headers']['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, EmailMessage, policy=email.policy.HTTP)
    return [_read(part) for part in message.iter_parts()]


def _read(part: Message) -> tuple[str, str, bytes]:
    name, body = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
    assert isinstance(name, str)
    assert isinstance(body, bytes)
    return name, part.get_content_type(), body


def _expected(name: str) -> dict[tuple[bool, str], dict[str, Any]]:
    """What the parts say of each run and kind, null and placeholders left out."""
    said: dict[tuple[bool, str], dict[str, Any]] = defaultdict(dict)
    for part_name, _, body in _reference(name):
        kind, run_id, *field = part_name.split(".")
        if kind in ("post", "patch"):
            value = json.loads(body)
            values = {field[0]: value} if field else value
            placeholders: list[Any] = [None] if kind == "patch" else [None, {}, []]
            said[kind == "patch", run_id].update((key, one) for key, one in values.items() if one not in placeholders)
    return said


def _us(written: str | int) -> int:
    if isinstance(written, int):
        return written * 1000
    moment = datetime.fromisoformat(written)
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000 + moment.microsecond


def _plain(fact: Fact) -> dict[str, Any]:
    """The fact in the words of the wire, without attachments."""
    said = {key: fact.fields[key] for key in (*SAME_WORDS, "tags") if key in fact.fields}
    said |= {key: json.loads(fact.fields[key][1]) for key in PAYLOAD_FIELDS if key in fact.fields}
    return said | {key: fact.fields[key] for key in ("start_us", "end_us") if key in fact.fields}


@pytest.mark.parametrize("name", MULTIPART)
def test_each_fact_says_exactly_what_its_parts_said(room: Room, name: str) -> None:
    """Facts equal an independent reading of the body: no field lost, changed or made up."""
    status, answer = room.send(recorded(name)[0])
    assert status == 202, answer
    expected = {}
    for key, said in _expected(name).items():
        times = {"start_us": said.get("start_time"), "end_us": said.get("end_time")}
        told = {field: said[field] for field in (*SAME_WORDS, "tags", *PAYLOAD_FIELDS) if field in said}
        expected[key] = told | {field: _us(time) for field, time in times.items() if time is not None}
    facts = facts_of(room, room.envelopes())
    assert {(fact.is_patch, fact.run_id): _plain(fact) for fact in facts} == expected


@pytest.mark.parametrize("name", MULTIPART)
def test_one_trace_is_one_group_in_its_project(room: Room, name: str) -> None:
    """The recorded trace travels as one group, under the project's name."""
    room.send(recorded(name)[0])
    (envelope,) = room.envelopes()
    assert envelope.workspace == room.workspace
    assert [(group.trace_id, group.project) for group in envelope.groups] == [(RUN, "name:recorded")]
    assert envelope.groups[0].posts == len({key for key in _expected(name) if not key[0]})
    assert not envelope.rejects


@pytest.mark.parametrize("name", ["python_zstd", "python_plain", "js_gzip"])
def test_summaries_hold_what_lists_show(room: Room, name: str) -> None:
    """Previews, usage, model, error and tokens are found in the shapes that the clients use."""
    room.send(recorded(name)[0])
    told = Told("receipt", "recorded", facts_of(room, room.envelopes()))
    merged = {run["name"]: run for run in merge([told]).values()}
    assert merged["root"]["inputs"][0] == "why?"
    assert merged["root"]["extra"][0]["metadata"]["n"] == 1
    assert merged["root"]["extra"][0]["metadata"]["ok"] is True
    usage = {"input": 7, "output": 3, "total": 10}
    assert usage in (merged["model"]["outputs"][0][1], merged["model"]["extra"][0].get("usage"))
    assert (merged["model"]["extra"][0]["model"], merged["model"]["extra"][0]["provider"]) == ("m", "p")
    assert "no such thing: schön" in merged["tool"]["error"][0]
    assert merged["tool"]["parent_run_id"] == RUN
    if name == "python_zstd":
        assert merged["model"]["events"][0] == [_us("2026-11-20T12:00:02+00:00"), 1]


def test_a_run_without_a_place_is_placed_as_a_root(room: Room) -> None:
    """`create_run` alone gives trace id and dotted order; the update waits for `record` to place it."""
    for request in recorded("python_single"):
        assert room.send(request)[0] == 202
    created, updated = sorted(facts_of(room, room.envelopes()), key=lambda fact: fact.is_patch)
    assert created.fields["dotted_order"] == f"20261120T120000123456Z{RUN}"
    assert created.fields["inputs"] == ['{"a":1.5}', b'{"a":1.5}']
    assert updated.fields == {
        "end_us": _us("2026-11-20T12:00:02+00:00"),
        "outputs": [['{"b":[1,2]}', None], b'{"b":[1,2]}'],
    }


def test_the_update_without_a_place_names_no_trace(room: Room) -> None:
    """Its group says None, so that `record` looks the run up."""
    room.send(recorded("python_single")[1])
    (envelope,) = room.envelopes()
    assert [(group.trace_id, group.project, group.posts) for group in envelope.groups] == [(None, None, 0)]


@pytest.mark.parametrize("name", ["python_attachments", "js_attachments"])
def test_attachments_are_stored_byte_for_byte(room: Room, name: str) -> None:
    """The object holds the part's bytes, also those that look like a boundary; the fact says where."""
    room.send(recorded(name)[0])
    (sent,) = [(mime, body) for part, mime, body in _reference(name) if part.startswith("attachment.")]
    facts = facts_of(room, room.envelopes())
    ((mime, size, key),) = [fact.fields["attachment.picture"] for fact in facts if "attachment.picture" in fact.fields]
    assert (mime, room.store.objects.get(key)) == sent
    assert size == len(sent[1])


def test_feedback_rides_along(room: Room) -> None:
    """A feedback part becomes a feedback of its run and trace, its JSON kept."""
    status, answer = room.send(recorded("python_feedback")[0])
    assert status == 202
    (envelope,) = room.envelopes()
    (feedback,) = envelope.feedback
    assert (feedback.run_id, feedback.trace_id) == (RUN, RUN)
    assert feedback.feedback_id == "019aa0b0-0000-7000-8000-00000000000f"
    assert json.loads(feedback.body)["score"] == 0.75
    assert feedback.feedback_id in answer["accepted"]
