"""The room as its clients meet it: routes, keys, statuses, and what reaches the queue."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from functions.receive.app import build
from functions.receive.pack import MAX_PROJECT_NAMES
from infra.topology import PREFIXES, RECEIVE, Http
from shared.base.errors import Unavailable
from shared.runs.dotted_order import segment
from shared.store.ports import Queue
from tests.functions.receive.requests import (
    CHILD_ORDER,
    KEY,
    ORDER,
    OTHER,
    READ_ONLY_KEY,
    RUN,
    Room,
    event,
    facts_of,
    joined,
    multipart_event,
    open_room,
    part,
)
from tests.operations import uuid7
from tests.stores import NOON_US

FEEDBACK = "019aa0b0-0000-7000-8000-00000000000f"
JSON = {"content-type": "application/json"}
HEADER = {"id": RUN, "name": "n", "run_type": "chain", "dotted_order": ORDER, "session_name": "p"}
CHILD = {"id": OTHER, "name": "c", "run_type": "tool", "dotted_order": CHILD_ORDER, "session_name": "p"}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A room over an empty store."""
    return open_room(tmp_path)


def _json(method: str, path: str, body: object, key: str | None = KEY) -> dict[str, Any]:
    return event(method, path, json.dumps(body).encode(), JSON, key)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("key", [None, "not-a-real-key", KEY])
def test_the_service_says_what_it_can_to_everyone(room: Room, prefix: str, key: str | None) -> None:
    """`/info` answers under every prefix, with any key or none, all that the clients read from it."""
    status, answer = room.send(event("GET", f"{prefix}/info", key=key))
    assert status == 200
    assert answer["version"] == "0.18.0"
    batches = answer["batch_ingest_config"]
    assert (batches["size_limit"], batches["size_limit_bytes"]) == (100, room.settings.advertised_batch_bytes)
    assert batches["use_multipart_endpoint"] is True
    assert {"scale_up_qsize_trigger", "scale_up_nthreads_limit", "scale_down_nempty_trigger"} <= batches.keys()
    flags = answer["instance_flags"]
    assert flags["zstd_compression_enabled"]
    assert flags["gzip_body_enabled"]
    assert room.send(event("GET", f"{prefix}/ok", key=key))[0] == 200
    assert room.send(event("GET", f"{prefix}/info/health", key=key))[0] == 200


def test_every_route_of_the_topology_is_served(room: Room) -> None:
    """Under each prefix; a route that the room did not know would answer 404."""
    assert isinstance(RECEIVE.trigger, Http)
    for route in RECEIVE.trigger.routes:
        for prefix in PREFIXES:
            path = prefix + route.path.replace("{run_id}", RUN)
            assert room.send(event(route.method, path))[0] in (200, 400, 422), path


def test_what_is_not_here_is_not_found(room: Room) -> None:
    """Other paths, prefixes and methods are 404."""
    for method, path in (("GET", "/runs"), ("POST", "/api/v2/runs"), ("GET", "/api/v1"), ("DELETE", "/runs/x")):
        assert room.send(event(method, path))[0] == 404


@pytest.mark.parametrize("path", ["/runs/multipart", "/runs/batch", "/runs"])
def test_keys_are_asked_for_before_anything_is_read(room: Room, path: str) -> None:
    """No key and a foreign one are 401, one that may only read is 403, and nothing is queued."""
    assert room.send(event("POST", path, b"x", key=None))[0] == 401
    assert room.send(event("POST", path, b"x", key="not-a-real-key"))[0] == 401
    status, answer = room.send(event("POST", path, b"x", key=READ_ONLY_KEY))
    assert (status, answer["error"]) == (403, "NotAllowed")
    assert room.envelopes() == []


def test_a_run_by_itself(room: Room) -> None:
    """`POST /runs` and `PATCH /runs/{id}` are queued under the key's workspace, with a receipt each."""
    status, answer = room.send(_json("POST", "/api/v1/runs", {**HEADER, "inputs": {"n": 1.0}}))
    assert (status, answer["accepted"]) == (202, [RUN])
    room.clock.advance(1)
    assert room.send(_json("PATCH", f"/runs/{RUN.upper()}", {"outputs": {}, "end_time": 1}))[0] == 202
    first, second = room.envelopes()
    assert first.receipt == answer["receipt"]
    assert {first.workspace, second.workspace} == {room.workspace}
    created, updated = facts_of(room, [first, second])
    assert created.fields["inputs"] == ['{"n":1.0}', b'{"n": 1.0}']
    assert (updated.run_id, updated.is_patch, updated.fields["outputs"][1]) == (RUN, True, b"{}")


def test_a_batch_of_json(room: Room) -> None:
    """`/runs/batch` takes creates and updates, either list missing or null, digits kept."""
    body = b'{"post":[%b],"patch":[%b]}' % (
        json.dumps(HEADER).encode().replace(b"}", b', "inputs": {"big": 123456789012345678901234567890.10}}'),
        json.dumps({"id": RUN, "dotted_order": ORDER, "end_time": 5}).encode(),
    )
    assert room.send(event("POST", "/runs/batch", body, JSON))[0] == 202
    created, updated = facts_of(room, room.envelopes())
    assert created.fields["inputs"][1] == b'{"big": 123456789012345678901234567890.10}'
    assert updated.is_patch
    for half in ({"post": [HEADER]}, {"patch": [HEADER], "post": None}):
        assert room.send(_json("POST", "/runs/batch", half))[0] == 202


def test_an_event_of_the_gateway_is_understood(room: Room) -> None:
    """A whole event of payload version 2.0, with a body that is text, reaches its route and is judged."""
    sample = json.loads((Path(__file__).parents[2] / "events" / "http_api_post.json").read_text())
    sample["headers"]["x-api-key"] = KEY
    status, answer = room.send(sample)
    assert (status, answer["rejected"][0]["where"]) == (422, "post[0]")


def test_valid_operations_beside_a_refused_one_are_queued(room: Room) -> None:
    """422 names part, run, field and reason; the others are told, queued, and the refusal travels along."""
    body = joined([part(f"post.{RUN}", HEADER), part(f"post.{OTHER}", CHILD | {"run_type": "agent"}), part("x.y", 1)])
    status, answer = room.send(multipart_event(body))
    assert (status, answer["accepted"]) == (422, [RUN])
    strange, agent = answer["rejected"]
    assert strange["where"] == "x.y"
    assert (agent["where"], agent["run_id"], agent["field"]) == (f"post.{OTHER}", OTHER, "run_type")
    assert "agent" in agent["reason"]
    (envelope,) = room.envelopes()
    assert [fact.run_id for fact in facts_of(room, [envelope])] == [RUN]
    assert [reject.run_id for reject in envelope.rejects] == [None, OTHER]
    assert envelope.rejects[1].reason.startswith("run_type: ")


def test_one_bad_field_part_refuses_its_run_only(room: Room) -> None:
    """A payload that is no JSON takes the operation it belongs to with it, and no other."""
    body = joined([part(f"post.{RUN}", HEADER), part(f"post.{RUN}.inputs", b"{"), part(f"post.{OTHER}", CHILD)])
    status, answer = room.send(multipart_event(body))
    assert (status, answer["accepted"], answer["rejected"][0]["field"]) == (422, [OTHER], "inputs")


def test_a_request_that_is_refused_whole_is_listed_for_its_owner(room: Room) -> None:
    """The envelope holds one reject with the route and the reason, and no group."""
    assert room.send(event("POST", "/api/runs/batch", b"nonsense", JSON))[0] == 422
    (envelope,) = room.envelopes()
    assert envelope.groups == []
    assert [reject.where for reject in envelope.rejects] == ["POST /runs/batch"]


def test_a_request_of_very_many_projects_is_taken_so_far_and_listed(room: Room) -> None:
    """What is over the limit is told to the client and travels along for the owner's list; the rest is queued."""
    runs = [{"id": uuid7(NOON_US + at), "name": "n", "run_type": "chain"} for at in range(MAX_PROJECT_NAMES + 3)]
    named = [
        run | {"session_name": f"p{at}", "dotted_order": segment(NOON_US + at, run["id"])}
        for at, run in enumerate(runs)
    ]
    status, answer = room.send(_json("POST", "/runs/batch", {"post": named}))
    assert (status, answer["rejected_in_all"]) == (422, 3)
    assert answer["accepted"] == [run["id"] for run in runs[:MAX_PROJECT_NAMES]]
    [envelope] = room.envelopes()
    assert {group.project for group in envelope.groups} == {f"name:p{at}" for at in range(MAX_PROJECT_NAMES)}
    assert [reject.run_id for reject in envelope.rejects] == [run["id"] for run in runs[MAX_PROJECT_NAMES:]]


def test_many_refusals_are_counted_and_bounded(room: Room) -> None:
    """An answer and an envelope list a hundred, and say how many there were."""
    status, answer = room.send(_json("POST", "/runs/batch", {"post": [{"id": RUN, "run_type": "x" * 9_000}] * 500}))
    assert (status, answer["rejected_in_all"], len(answer["rejected"])) == (422, 500, 100)
    (envelope,) = room.envelopes()
    assert len(envelope.rejects) == 101
    assert "400 more" in envelope.rejects[-1].reason


def test_feedback_is_judged_like_runs(room: Room) -> None:
    """Feedback with a key and an id passes; without, too large or no object, it is refused alone."""
    good = {"key": "right", "score": 1, "run_id": RUN, "trace_id": RUN}
    parts = [
        part(f"feedback.{FEEDBACK}", good),
        part("feedback.nonsense", good),
        part(f"feedback.{FEEDBACK}", [1]),
        part(f"feedback.{FEEDBACK}", {**good, "run_id": "x"}),
        part(f"feedback.{FEEDBACK}", {**good, "key": None}),
        part(f"feedback.{FEEDBACK}", {**good, "comment": "x" * 70_000}),
    ]
    status, answer = room.send(multipart_event(joined(parts)))
    assert (status, answer["accepted"], answer["rejected_in_all"]) == (422, [FEEDBACK], 5)
    assert [refusal.get("field") for refusal in answer["rejected"]] == ["id", "feedback", "run_id", "key", None]
    (envelope,) = room.envelopes()
    assert [json.loads(one.body) for one in envelope.feedback] == [good]


def test_attachments_without_a_run_beside_them_count_as_an_update(room: Room) -> None:
    """Bytes alone are stored under the run; a bad name or type refuses that attachment only."""
    parts = [
        part(f"attachment.{RUN}.a", b"\x00\xff", mime="image/png"),
        part(f"attachment.{RUN}.b.c", b"1", mime="image/png"),
        part(f"attachment.{RUN}.d", b"1", mime="no type"),
    ]
    status, answer = room.send(multipart_event(joined(parts)))
    assert (status, answer["accepted"], answer["rejected_in_all"]) == (422, [RUN], 2)
    (fact,) = facts_of(room, room.envelopes())
    mime, size, key = fact.fields["attachment.a"]
    assert (fact.is_patch, mime, size) == (True, "image/png", 2)
    assert room.store.objects.get(key) == b"\x00\xff"


def test_too_many_attachments_are_refused(room: Room) -> None:
    """The number of objects that one request may cause is bounded."""
    parts = [part(f"attachment.{RUN}.a{i}", b"1", mime="image/png") for i in range(501)]
    assert room.send(multipart_event(joined(parts)))[0] == 413


def test_a_body_over_the_limit_says_so(tmp_path: Path) -> None:
    """413 names the limit."""
    room = open_room(tmp_path, max_unpacked_bytes=100)
    status, answer = room.send(event("POST", "/runs", b"x" * 101, JSON))
    assert (status, answer["error"]) == (413, "TooLarge")
    assert "100" in answer["details"]


class _Down:
    """A queue that does not answer."""

    def send(self, *_: object, **__: object) -> None:
        raise Unavailable("the queue does not answer", retry_after_s=7)


def test_a_queue_that_is_down_asks_to_come_back(room: Room) -> None:
    """503 with Retry-After, so that the clients send again."""
    down: Any = _Down()
    queue: Queue = down
    handler = build(room.settings, dataclasses.replace(room.store, operations=queue), room.clock)
    answer = handler(_json("POST", "/runs", HEADER), None)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "7")


def test_a_large_body_leaves_its_payload_in_the_bucket(room: Room) -> None:
    """Payload that does not compress below the limit is found through the segment."""
    noise = {"x": "".join(f"{i:x}{i * 7919:x}" for i in range(90_000))}
    assert room.send(_json("POST", "/runs", {**HEADER, "inputs": noise}))[0] == 202
    (envelope,) = room.envelopes()
    assert envelope.segment is not None
    (fact,) = facts_of(room, [envelope])
    assert json.loads(fact.fields["inputs"][1]) == noise
