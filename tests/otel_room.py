"""An api room that spans are exported to, and the trees that are read back from it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from functions.receive.otel.answers import JSON, PROTOBUF
from infra.local.http_event import Request, http_event
from infra.local.routes import Match
from infra.topology import RECEIVE
from shared.runs.span_ids import trace_uuid
from tests.api_room import ApiRoom
from tests.stores import NOON_US

PATH = "/otel/v1/traces"
TRACE_ID = bytes(range(1, 17))
TRACE = trace_uuid(TRACE_ID)
NOON_NS = NOON_US * 1_000
_NS_PER_MS = 1_000_000


class Answered(NamedTuple):
    """What an exporter got."""

    status: int
    headers: dict[str, str]
    body: bytes


def span(
    number: int, parent: int | None = None, name: str | None = None, attributes: Mapping[str, object] | None = None
) -> Span:
    """A span of the trace, a millisecond after the one before; the root's number is 0."""
    start_ns = NOON_NS + number * _NS_PER_MS
    return Span(
        trace_id=TRACE_ID,
        span_id=span_id(number),
        parent_span_id=b"" if parent is None else span_id(parent),
        name=f"span {number}" if name is None else name,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + _NS_PER_MS,
        attributes=attributes_of(attributes or {}),
    )


def span_id(number: int) -> bytes:
    """The id of a span by its number."""
    return (number + 1).to_bytes(8, "big")


def attributes_of(attributes: Mapping[str, object]) -> list[KeyValue]:
    """The attributes as the protocol writes them."""
    return [KeyValue(key=key, value=value_of(value)) for key, value in attributes.items()]


def value_of(value: object) -> AnyValue:
    """One value as the protocol writes it."""
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[value_of(one) for one in value]))
    if isinstance(value, dict):
        return AnyValue(kvlist_value=KeyValueList(values=attributes_of(value)))
    kinds = {bool: "bool_value", int: "int_value", float: "double_value", bytes: "bytes_value", str: "string_value"}
    said = AnyValue()
    if value is not None:
        setattr(said, kinds[type(value)], value)
    return said


def request_of(spans: Iterable[Span], resource: Mapping[str, object] | None = None, scope: str = "tests") -> bytes:
    """The body of an export."""
    whole = ResourceSpans(scope_spans=[ScopeSpans(spans=spans)])
    whole.resource.attributes.extend(attributes_of(resource or {}))
    whole.scope_spans[0].scope.name = scope
    body: bytes = ExportTraceServiceRequest(resource_spans=[whole]).SerializeToString()
    return body


class OtelRoom(ApiRoom):
    """The room, and one trace of it as its reader sees it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.headers = {"x-api-key": self.key, "content-type": PROTOBUF}

    def export(self, body: bytes, headers: Mapping[str, str] | None = None, path: str = PATH) -> Answered:
        """Send an export, a second after the one before, and let record take what was queued."""
        self.clock.advance(1)
        sent = self.headers | dict(headers or {})
        request = Request("POST", path, "", list(sent.items()), body)
        answer = self.receive(http_event(request, Match(RECEIVE, f"POST {path}"), NOON_US, "id"), None)
        self.pump()
        text = answer["body"]
        plain = base64.b64decode(text) if answer["isBase64Encoded"] else text.encode()
        return Answered(answer["statusCode"], answer["headers"], plain)

    def export_json(self, body: object) -> Answered:
        """The same in JSON."""
        return self.export(json.dumps(body).encode(), {"content-type": JSON})

    def update(self, run_id: str, said: object) -> int:
        """Update a run by its id alone; the status of the answer."""
        request = Request("PATCH", f"/runs/{run_id}", "", list(self.headers.items()), json.dumps(said).encode())
        answer = self.receive(http_event(request, Match(RECEIVE, "PATCH /runs/{run_id}"), NOON_US, "id"), None)
        self.pump()
        status: int = answer["statusCode"]
        return status

    def runs(self, trace_id: str = TRACE) -> dict[str, dict[str, Any]]:
        """The runs of a trace by name, as the v1 API gives them."""
        answer = self.post("/runs/query", {"trace": trace_id, "limit": 100})
        assert answer.status == 200, answer.text
        return {run["name"]: run for run in answer.json["runs"]}

    def one(self, attributes: Mapping[str, object], *events: Span.Event) -> dict[str, Any]:
        """The run that a span with these attributes and events becomes."""
        said = span(0, name="one", attributes=attributes)
        said.events.extend(events)
        sent = self.export(request_of([said]))
        assert sent.status == 200, sent.body
        [run] = self.runs().values()
        return run
