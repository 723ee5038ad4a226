"""What is meant to break a server: each gets its status, and none an exception."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functions.receive.requests import (
    BOUNDARY,
    CHILD_ORDER,
    ORDER,
    OTHER,
    RUN,
    Room,
    event,
    facts_of,
    joined,
    multipart_event,
    open_room,
    part,
)

JSON = {"content-type": "application/json"}
HEADER = {"id": RUN, "name": "n", "run_type": "chain", "dotted_order": ORDER}
POST = f"post.{RUN}"
GOOD = joined(
    [
        part(POST, HEADER),
        part(f"{POST}.inputs", {"question": ["why", {"not": None}]}),
        part(f"patch.{RUN}", {"id": RUN, "dotted_order": ORDER, "end_time": "2026-11-20T12:00:01Z"}),
        part(f"patch.{RUN}.outputs", {"answer": "schön"}, stated=False),
        part(f"post.{OTHER}", {"id": OTHER, "run_type": "tool", "dotted_order": CHILD_ORDER}),
    ]
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """One room for all: what it is sent changes nothing in it."""
    return open_room(Path(tmp_path_factory.mktemp("room")))


def _nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (202, GOOD),
        (413, joined([part(POST, HEADER)] * 100_000)),
        (422, b""),
        (422, joined([])),
        (422, joined([part(POST, b"")])),
        (422, joined([part(POST, b"not JSON")])),
        (422, joined([part(POST, [1])])),
        (422, joined([part(POST, b"null")])),
        (422, joined([part(POST, {"run_type": "agent"})])),
        (422, joined([part(POST, {"dotted_order": CHILD_ORDER})])),
        (422, joined([part(POST, {"trace_id": OTHER, "dotted_order": ORDER})])),
        (422, joined([part("post.nonsense", HEADER)])),
        (422, joined([part("post", HEADER)])),
        (422, joined([part("", HEADER)])),
        (422, joined([part("post.\x00", HEADER)])),
        (422, joined([part(POST, HEADER), part(f"{POST}.inputs", _nested(100_000))])),
        (422, joined([part(POST, b'{"x":' + _nested(100_000) + b"}")])),
        (422, joined([part(POST, HEADER), part(f"{POST}.inputs", b'{"a": NaN}')])),
        (422, joined([part(POST, HEADER), part(f"{POST}.inputs", b'{"a": "\\ud83d"}')])),
        (422, joined([part(POST, HEADER), part(f"{POST}.inputs", b'{"a": "\xff"}')])),
        (422, joined([part(POST, HEADER), part(f"{POST}.inputs", b'["a"]')])),
        (422, joined([part(POST, HEADER), part(f"{POST}.events", b"{}x")])),
        (422, joined([part(POST, HEADER), part(f"{POST}.error", b"1")])),
        (422, joined([part(POST, HEADER), part(f"attachment.{RUN}", b"1")])),
        (202, joined([part(POST, HEADER), part(f"{POST}.of_a_later_sdk", b"whatever")])),
        (202, joined([part(POST, HEADER), part(POST, HEADER)])),
        (422, joined([part(POST, HEADER), part(f"{POST}.error", f"\r\n--{BOUNDARY}\r\n".encode(), stated=False)])),
        (422, GOOD[:-20]),
    ],
)
def test_multipart_bodies_get_their_status(room: Room, status: int, body: bytes) -> None:
    """Never 404, never 500: accepted, 413 or 422 with an explanation."""
    found, answer = room.send(multipart_event(body))
    assert found == status
    assert found == 202 or answer["details"]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (422, {"content_encoding": "zstd"}),
        (422, {"content_encoding": "gzip"}),
        (422, {"content_encoding": "snappy"}),
        (422, {"content_type": "application/json"}),
        (422, {"content_type": f"multipart/form-data; boundary={BOUNDARY},multipart/form-data; boundary=other"}),
        (202, {"content_type": f'multipart/form-data; boundary="{BOUNDARY}"'}),
    ],
)
def test_headers_that_do_not_fit_the_body(room: Room, status: int, headers: dict[str, str]) -> None:
    """A wrong encoding, a foreign type and a doubled header are the sender's fault."""
    assert room.send(multipart_event(GOOD, **headers))[0] == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"post": {}}',
        b'{"post": [1]}',
        b'{"post": [[]]}',
        b'{"post": "x"}',
        b'{"post": [' + _nested(100_000) + b"]}",
        b'{"post": []}',
        b"\xff\xfe",
    ],
)
def test_json_bodies_that_are_none(room: Room, body: bytes) -> None:
    """Both JSON routes refuse them with words."""
    for path in ("/runs/batch", "/runs"):
        status, answer = room.send(event("POST", path, body, JSON))
        assert status == 422
        assert answer["details"]


WRONG: list[Any] = [1, 1.5, True, "x", [], {}, [1], {"a": 1}, "", -1, 10**30, 1e300, [None], "\x00"]
FIELDS = [
    *("id", "name", "run_type", "trace_id", "parent_run_id", "dotted_order", "start_time", "end_time", "session_id"),
    *("session_name", "tags", "inputs", "outputs", "events", "extra", "error", "serialized", "reference_example_id"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_any_type_in_any_field_is_taken_or_refused(room: Room, field: str) -> None:
    """Every JSON type in every field ends in 202 or 422, on every route."""
    for value in WRONG:
        run = json.dumps({**HEADER, field: value}).encode()
        for request in (
            event("POST", "/runs", run, JSON),
            event("PATCH", f"/runs/{RUN}", run, JSON),
            event("POST", "/runs/batch", b'{"patch": [%b]}' % run, JSON),
            multipart_event(joined([part(POST, run)])),
        ):
            assert room.send(request)[0] in (202, 422)


QUIET = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(noise=st.binary(max_size=300), encoding=st.sampled_from(["", "zstd", "gzip", "deflate"]))
def test_random_bytes_are_refused(room: Room, noise: bytes, encoding: str) -> None:
    """No bytes, under whatever encoding, raise or pass."""
    for path, kind in (("/runs/multipart", f"multipart/form-data; boundary={BOUNDARY}"), ("/runs", "application/json")):
        request = event("POST", path, noise, {"content-type": kind, "content-encoding": encoding})
        assert room.send(request)[0] in (413, 422)


@QUIET
@given(at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255), length=st.integers(0, 40))
def test_a_mutated_body_never_breaks_anything(room: Room, at: int, byte: int, length: int) -> None:
    """Any bytes of a good body overwritten: accepted or refused, never an error of ours."""
    assert room.send(multipart_event(GOOD[:at] + bytes([byte]) * length + GOOD[at + length :]))[0] in (202, 413, 422)


def test_every_truncation_is_refused(room: Room) -> None:
    """A body cut anywhere before its last boundary is 422, and nothing of it is queued as a run."""
    room.envelopes()
    whole = len(GOOD.rstrip())
    assert {room.send(multipart_event(GOOD[:end]))[0] for end in range(whole)} == {422}
    assert facts_of(room, room.envelopes()) == []
    assert room.send(multipart_event(GOOD[:whole]))[0] == 202
