"""While a limit lets in a sample: whole traces are left out, counted and told; those from before are taken."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from functions.receive.app import build
from shared.base.units import US_PER_S
from shared.runs.fact import LeftOut
from shared.store.counted import reads_counted
from shared.store.standings import Noted, Standings
from shared.store.tally import Meter
from shared.usage.sampling import Stretch, is_drawn
from tests.functions.receive.requests import Room, event, joined, multipart_event, open_room, part
from tests.operations import uuid7
from tests.otel_room import request_of, span
from tests.stores import NOON_US

SINCE_US = NOON_US
STRETCH = Stretch("L", SINCE_US, SINCE_US + 10**12, 0.1)
LATER_US = SINCE_US + 3_600 * US_PER_S


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """An hour after new traces began to be sampled."""
    room = open_room(tmp_path)
    Standings(room.store.control, room.clock).note(room.workspace, Noted(stretches=(STRETCH,)), NOON_US)
    room.clock.advance(3_600)
    return room


def trace_id(at_us: int, *, is_taken: bool) -> str:
    """The id of a trace that began then and is drawn, or not."""
    return next(one for one in (uuid7(at_us) for _ in range(10_000)) if is_drawn(one, 0.1) == is_taken)


def stamp(at_us: int) -> str:
    """The time as dotted orders have it; of one day alone."""
    second = at_us // US_PER_S % 86_400
    return f"20261120T{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}000000Z"


def run(root: str, run_id: str | None = None, at_us: int = LATER_US, **said: Any) -> dict[str, Any]:  # noqa: ANN401 JSON
    """A run of a trace as clients send it: its root, or a run below."""
    order = f"{stamp(at_us)}{root}" + (f".{stamp(at_us)}{run_id}" if run_id else "")
    placed = {"id": run_id or root, "trace_id": root, "dotted_order": order}
    above = {"parent_run_id": root} if run_id else {}
    return {**placed, **above, "name": "a", "run_type": "chain", "start_time": at_us // 1000, **said}


def batch(room: Room, posts: list[dict[str, Any]], patches: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The answer to a batch."""
    status, answer = room.send(
        event("POST", "/runs/batch", json.dumps({"post": posts, "patch": patches or []}).encode())
    )
    assert status == 202, answer
    return answer


def kept(room: Room) -> set[str | None]:
    """The traces that are on their way."""
    return {group.trace_id for envelope in room.envelopes() for group in envelope.groups}


def test_new_traces_are_taken_or_left_out_whole(room: Room) -> None:
    """Root, child and update alike; what is left out is counted, and told to who sent it."""
    inside, outside = trace_id(LATER_US, is_taken=True), trace_id(LATER_US, is_taken=False)
    children = {one: str(uuid.uuid4()) for one in (inside, outside)}
    posts = [run(one) for one in children] + [run(one, child) for one, child in children.items()]
    answer = batch(room, posts, [{**run(one), "outputs": {"a": 1}} for one in children])
    assert set(answer["accepted"]) == {inside, children[inside]}
    assert (answer["left_out"]["traces"], answer["left_out"]["operations"]) == (1, 3)
    assert "10%" in answer["left_out"]["reason"]
    [envelope] = room.envelopes()
    assert {group.trace_id for group in envelope.groups} == {inside}
    assert envelope.left_out == LeftOut(1, 2, 3)


def test_later_requests_of_a_trace_are_answered_as_its_first(room: Room) -> None:
    """An update alone, with the trace's id or its dotted order; nothing of it becomes a run."""
    outside = trace_id(LATER_US, is_taken=False)
    update = {"id": outside, "outputs": {"a": 1}, "end_time": LATER_US // 1000}
    for place in ({"trace_id": outside}, {"dotted_order": f"{stamp(LATER_US)}{outside}"}):
        answer = batch(room, [], [{**update, **place}])
        assert answer["accepted"] == []
        assert answer["left_out"]["traces"] == 0
    assert kept(room) == set()


def test_a_trace_that_began_before_is_taken_whatever_its_id(room: Room) -> None:
    """By the time in its id; in its dotted order, where the id says none; and an update that says no trace at all."""
    before = trace_id(SINCE_US - US_PER_S, is_taken=False)
    old = next(one for one in (str(uuid.uuid4()) for _ in range(1_000)) if not is_drawn(one, 0.1))
    posts = [run(before, str(uuid.uuid4())), run(old, at_us=SINCE_US - US_PER_S)]
    answer = batch(room, posts, [{"id": str(uuid.uuid4()), "outputs": {}}])
    assert "left_out" not in answer
    assert kept(room) == {before, old, None}


def test_feedback_and_attachments_go_with_their_trace(room: Room) -> None:
    """Nothing of a trace that is left out is stored."""
    traces = [trace_id(LATER_US, is_taken=taken) for taken in (True, False)]
    parts = []
    for one in traces:
        feedback = {"id": str(uuid.uuid4()), "key": "user", "run_id": one, "trace_id": one, "score": 1}
        parts += [
            part(f"post.{one}", run(one)),
            part(f"attachment.{one}.photo", b"PHOTO", mime="image/png"),
            part(f"feedback.{feedback['id']}", feedback),
        ]
    status, answer = room.send(multipart_event(joined(parts)))
    assert (status, answer["left_out"]["operations"]) == (202, 2)
    [envelope] = room.envelopes()
    assert [one.trace_id for one in envelope.feedback] == traces[:1]
    stored = list(room.store.objects.list("base/attachments/"))
    assert [traces[0] in key for key in stored] == [True]


def test_spans_are_sampled_by_their_trace(room: Room) -> None:
    """An exporter is told in a warning that it logs; it refuses nothing, so nothing is tried again."""
    room.clock.advance(3_600)
    names = [uuid.uuid4() for _ in range(40)]
    spans = [span(0) for _ in names]
    for one, name in zip(spans, names, strict=True):
        one.trace_id, one.start_time_unix_nano = name.bytes, room.clock.now_us() * 1_000
    sent = event("POST", "/otel/v1/traces", request_of(spans), {"content-type": "application/x-protobuf"})
    answer = room.handler(sent, None)
    assert answer["statusCode"] == 200
    told = base64.b64decode(answer["body"])
    assert b"spans were left out" in told
    assert kept(room) == {str(one) for one in names if is_drawn(str(one), 0.1)}


def test_sampling_reads_nothing_more(room: Room) -> None:
    """The standing tells it all."""
    reads = Meter()
    handle = build(room.settings, reads_counted(room.store, reads), room.clock)
    send = event("POST", "/runs", json.dumps(run(trace_id(LATER_US, is_taken=False))).encode())
    handle(send, None)
    reads.reset()
    for _ in range(5):
        assert handle(send, None)["statusCode"] == 202
    assert reads.total().read_units == 0
