"""The route as exporters meet it: encodings, answers, what is refused and what is kept beside it."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from functions.receive.otel.answers import JSON, PROTOBUF
from infra.topology import PREFIXES
from shared.store.rejects import rejected_operations
from tests.functions.receive.otel.otlp_json import json_attributes, json_request, json_span
from tests.operations import WORKSPACE
from tests.otel_room import PATH, TRACE, TRACE_ID, OtelRoom, request_of, span, span_id

PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.fixture
def room(tmp_path: Path) -> OtelRoom:
    """A room over an empty store."""
    return OtelRoom(tmp_path)


def refused(body: bytes) -> tuple[int, str]:
    """How many spans an answer in protobuf says were refused, and why."""
    answer = ExportTraceServiceResponse.FromString(body).partial_success
    return answer.rejected_spans, answer.error_message


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
def test_every_way_to_send(room: OtelRoom, prefix: str, encoding: str, content_type: str) -> None:
    """Under each prefix, compressed or not, in both encodings: 200, an empty answer in the same, a run."""
    plain = request_of([span(0)]) if content_type == PROTOBUF else json.dumps(json_request(json_span(0))).encode()
    headers = {"content-type": f"{content_type}; charset=utf-8", "content-encoding": encoding}
    status, answered, body = room.export(PACKERS[encoding](plain), headers, prefix + PATH)
    assert (status, answered["content-type"]) == (200, content_type)
    assert body == (b"" if content_type == PROTOBUF else b"{}")
    assert room.runs()["span 0"]["id"] == TRACE


def test_no_spans_are_no_error(room: OtelRoom) -> None:
    """An empty request succeeds."""
    assert room.export(b"").status == 200
    assert room.export_json({}).status == 200
    assert room.export_json({"resourceSpans": None}).status == 200


@pytest.mark.parametrize("content_type", [PROTOBUF, JSON])
def test_keys_are_asked_for_in_the_protocols_form(room: OtelRoom, content_type: str) -> None:
    """401 and 403 with a reason, as a google.rpc.Status in the exporter's encoding."""
    for key, status, code in (("nonsense", 401, 16), (room.reading_key, 403, 7)):
        answer = room.export(b"", {"content-type": content_type, "x-api-key": key})
        assert (answer.status, answer.headers["content-type"]) == (status, content_type)
        if content_type == JSON:
            assert json.loads(answer.body)["code"] == code
        else:
            assert answer.body[:2] == bytes([0x08, code])


def test_valid_spans_beside_refused_ones_are_kept(room: OtelRoom) -> None:
    """200 with a partial success that names spans and reasons; the owner finds them among the rejects."""
    zeros, short, late = span(1, 0), span(2, 0), span(3, 0, name="late")
    zeros.span_id, short.trace_id, late.start_time_unix_nano = bytes(8), b"123", 2**64 - 1
    answer = room.export(request_of([zeros, span(0), short, late]))
    count, reason = refused(answer.body)
    assert (answer.status, count, list(room.runs())) == (200, 3, ["span 0"])
    assert "span[0]: span_id: it is all zeros" in reason
    assert "span[2]: trace_id: it has 3 bytes, not 16" in reason
    assert f"span[3] 'late' {span_id(3).hex()}: start_time_unix_nano: it is after" in reason
    listed = rejected_operations(room.store.traces, WORKSPACE, room.clock.now_us(), 10)
    assert {one.reason.split(":")[0] for one in listed} == {"span_id", "trace_id", "start_time_unix_nano"}


def test_the_same_in_json(room: OtelRoom) -> None:
    """The count is text, as 64-bit numbers are in OTLP/JSON."""
    spans = [json_span(0), json_span(1, 0, traceId="xyz"), json_span(2, 0, name=7), json_span(3, 0, events={}), 5]
    answer = room.export_json(json_request(*spans))
    partial = json.loads(answer.body)["partialSuccess"]
    assert (answer.status, partial["rejectedSpans"]) == (200, "4")
    for reason in ("span[1]: traceId: 'xyz'", "span[2]: name: expected str", "span[3]: events: expected", "span[4]"):
        assert reason in partial["errorMessage"]
    assert room.runs().keys() == {"span 0"}


def test_when_no_span_is_kept_it_is_an_error(room: OtelRoom) -> None:
    """400, which exporters log and do not send again; many refusals are counted and a few named."""
    answer = room.export_json(json_request(*[json_span(number, spanId="") for number in range(30)]))
    message = json.loads(answer.body)["message"]
    assert (answer.status, "30 spans were refused" in message, "and 20 more" in message) == (400, True, True)


def inside(content: bytes, *numbers: int) -> bytes:
    """The content as the field of that number of a message, which is the field of the number before it, and so on."""
    for number in reversed(numbers):
        length, size = b"", len(content)
        while size > 127:
            length, size = length + bytes([size & 127 | 128]), size >> 7
        content = bytes([number << 3 | 2]) + length + bytes([size]) + content
    return content


HOSTILE: dict[str, tuple[bytes, str]] = {
    "cut": (request_of([span(0)])[:-3], PROTOBUF),
    "text": (b"nonsense", PROTOBUF),
    "json as protobuf": (b'{"resourceSpans": []}', PROTOBUF),
    "a length without end": (b"\x0a" + b"\xff" * 12, PROTOBUF),
    "millions of empty resources": (b"\x0a\x00" * 2_000_000, PROTOBUF),
    "a span of millions of empty attributes": (inside(b"\x4a\x00" * 2_000_000, 1, 2, 2), PROTOBUF),
    "a value of millions of empty values": (inside(b"\x0a\x00" * 2_000_000, 1, 2, 2, 9, 2, 5), PROTOBUF),
    "a scope of millions of empty spans": (inside(b"\x12\x00" * 2_000_000, 1, 2), PROTOBUF),
    "values within values": (inside(b"", 1, 2, 2, 9, 2, *[5, 1] * 300), PROTOBUF),
    "protobuf as JSON": (request_of([span(0)]), JSON),
    "a list": (b"[]", JSON),
    "lists for objects": (b'{"resourceSpans": {"scopeSpans": []}}', JSON),
    "deep": (b'{"resourceSpans":' + b"[" * 100_000, JSON),
    "not UTF-8": (b'{"resourceSpans": "\xff"}', JSON),
    "neither": (b"x", "text/plain"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies(room: OtelRoom, name: str) -> None:
    """Each gets a clean 4xx in the encoding it claims, and nothing is stored."""
    body, content_type = HOSTILE[name]
    answer = room.export(body, {"content-type": content_type})
    assert answer.status in (400, 413)
    assert answer.headers["content-type"] == (PROTOBUF if content_type == PROTOBUF else JSON)
    assert room.post("/runs/query", {"trace": TRACE}).json["runs"] == []


def test_a_bomb_is_too_large(room: OtelRoom) -> None:
    """What unpacks to more than is taken is 413, which no exporter sends again."""
    body = gzip.compress(bytes(64 * 1024 * 1024))
    assert room.export(body, {"content-encoding": "gzip"}).status == 413


@pytest.mark.parametrize(
    "value",
    [
        {"intValue": "x"},
        {"intValue": "9" * 30},
        {"intValue": "-5"},
        {"bytesValue": "!"},
        {"doubleValue": "NaN"},
        {"arrayValue": {"values": [{"arrayValue": {}}, {}]}},
        {"kvlistValue": {"values": [{}]}},
        {"unknownValue": 1},
        {},
        None,
    ],
)
def test_strange_values(room: OtelRoom, value: object) -> None:
    """Unknown, empty and odd values are kept or refused with their key, and never cost the span beside them."""
    strange = json_span(1, 0, attributes=[{"key": "odd", "value": value}])
    answer = room.export_json(json_request(json_span(0), strange))
    assert answer.status == 200
    if "partialSuccess" in json.loads(answer.body):
        assert "attributes.odd" in json.loads(answer.body)["partialSuccess"]["errorMessage"]
    assert "span 0" in room.runs()


def test_huge_attributes_are_kept_whole(room: OtelRoom) -> None:
    """A megabyte of prompt and one of something else come back byte for byte."""
    prompt, other = "p" * 1_000_000, "o" * 1_000_000
    run = room.one({"gen_ai.prompt": json.dumps({"q": prompt}), "strange": other})
    assert run["inputs"] == {"q": prompt}
    assert run["extra"]["metadata"]["strange"] == other


def test_two_roots_in_one_export(room: OtelRoom) -> None:
    """A trace has one root; another span without a parent stands beside it, and is not lost."""
    room.export(request_of([span(0), span(1), span(2, 1)]))
    runs = room.runs()
    assert runs["span 0"]["id"] == TRACE
    assert (runs["span 1"]["parent_run_id"], runs["span 2"]["parent_run_id"]) == (None, runs["span 1"]["id"])


def test_a_circle_of_parents(room: OtelRoom) -> None:
    """Spans that are above each other are all there, whichever comes first."""
    room.export(request_of([span(2, 1), span(1, 3)]))
    room.export(request_of([span(3, 2), span(4, 4)]))
    assert room.runs().keys() == {"span 1", "span 2", "span 3", "span 4"}


def test_a_trace_without_its_root(room: OtelRoom) -> None:
    """A span whose parent never comes is kept, and read by its trace and by its id."""
    room.export(request_of([span(5, 4), span(6, 5)]))
    runs = room.runs()
    assert runs["span 6"]["parent_run_id"] == runs["span 5"]["id"]
    assert room.get(f"/runs/{runs['span 5']['id']}").json["name"] == "span 5"


def test_runs_of_a_client_beside_spans(room: OtelRoom) -> None:
    """A span's run can be updated, and have a run below it, by a client that knows its id only."""
    room.export(request_of([span(0), span(2, 1), span(1, 0)]))
    below, middle = room.runs()["span 2"]["id"], room.runs()["span 1"]["id"]
    child = {"id": "019aa0b0-0000-7000-8000-000000000001", "name": "child", "run_type": "tool", "parent_run_id": below}
    room.send(json.dumps(child), "/runs")
    assert room.update(below, {"outputs": {"late": 1}}) == 202
    runs = room.runs()
    assert (runs["child"]["parent_run_ids"], runs["span 2"]["outputs"]) == ([TRACE, middle, below], {"late": 1})


ATTRIBUTES = st.dictionaries(
    st.sampled_from(["input.value", "gen_ai.prompt", "gen_ai.prompt.0.role", "events", "langsmith.span.tags", "x"]),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.text(max_size=5)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.integers(0, 8), ATTRIBUTES), min_size=1, max_size=8),
    st.lists(st.integers(0, 7), max_size=5),
    st.randoms(use_true_random=False),
)
def test_any_split_and_order_gives_the_same_tree(
    spans: list[tuple[int, dict[str, Any]]], cuts: Sequence[int], chance: random.Random
) -> None:
    """All spans in one JSON request, or shuffled, repeated and cut into several in protobuf: the same runs."""
    parents = [None, *(parent % number for number, (parent, _) in enumerate(spans[1:], 1))]
    told = [(number, parents[number], attributes) for number, (_, attributes) in enumerate(spans)]
    shuffled = [*told, *chance.sample(told, len(told) // 2)]
    chance.shuffle(shuffled)
    edges = [0, *sorted(min(cut, len(shuffled)) for cut in cuts), len(shuffled)]
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        whole, pieces = OtelRoom(Path(one)), OtelRoom(Path(other))
        together = [json_span(number, parent, attributes=json_attributes(said)) for number, parent, said in told]
        assert whole.export_json(json_request(*together)).body == b"{}"
        for start, end in pairwise(edges):
            piece = [span(number, parent, attributes=said) for number, parent, said in shuffled[start:end]]
            assert pieces.export(request_of(piece)).body == b""
        assert _tree(pieces) == _tree(whole)
        assert len(_tree(whole)) == len(spans)


def _tree(room: OtelRoom) -> dict[str, Any]:
    names = ("id", "parent_run_id", "dotted_order", "run_type", "inputs", "outputs", "tags", "start_time", "extra")
    return {name: {field: run[field] for field in names} for name, run in room.runs().items()}


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.just(TRACE_ID.hex())
    | st.just("0102030405060708"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*json_span(0), "attributes", "events", "status", "key", "value"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.data())
def test_json_of_any_shape_gets_a_clean_answer(shared_room: OtelRoom, data: st.DataObject) -> None:
    """Fields of the wrong type anywhere in a span: 200 or 400, never an error of ours."""
    said = json_span(0) | data.draw(
        st.dictionaries(st.sampled_from([*json_span(0), "attributes", "events", "status"]), JSON_VALUES)
    )
    assert shared_room.export_json(json_request(said)).status in (200, 400)


@settings(max_examples=150)
@given(st.data())
def test_damaged_protobuf_gets_a_clean_answer(shared_room: OtelRoom, data: st.DataObject) -> None:
    """Bytes cut off, changed and put in: 200 or 4xx, never an error of ours."""
    body = bytearray(
        request_of([span(0, attributes={"input.value": "{}", "l": [1, {"a": "b"}]}), span(1, 0)], {"r": 1})
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    assert shared_room.export(bytes(body)).status in (200, 400, 413)


@pytest.fixture(scope="module")
def shared_room(tmp_path_factory: pytest.TempPathFactory) -> OtelRoom:
    """A room for many examples."""
    return OtelRoom(tmp_path_factory.mktemp("room"))
