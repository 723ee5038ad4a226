"""Spans out of a protobuf body, by the official messages, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

from functions.receive.otel.slices import SpanSlice, check_size, span_slices
from functions.receive.otel.span import (
    MAX_ATTRIBUTES,
    MAX_EVENTS,
    STATUSES,
    Attributes,
    Event,
    Source,
    Span,
    check_count,
    us_of,
)
from functions.receive.refused import Refused
from shared.base.errors import Rejected

_SOURCES_KEPT = 256

AnyMessage = TypeVar("AnyMessage", bound=Message)


def read(body: bytes) -> Iterator[Callable[[], Span]]:
    """A reader for each span of the body, in order; it raises Refused where its span cannot be taken.

    Raises: Malformed, TooLarge where the body as a whole cannot be read.
    """
    source_of = lru_cache(_SOURCES_KEPT)(lambda scope, resource: _source(body, scope, resource))
    for place in span_slices(body):
        yield lambda place=place: _read(body, place, source_of(place.scope, place.resource))  # type: ignore[misc]


def _read(body: bytes, place: SpanSlice, source: Source) -> Span:
    text = body[slice(*place.span)]
    try:
        check_size(text)
    except Rejected as error:
        raise Refused(None, error.message) from None
    return _span(_decoded(trace_pb2.Span, text), source)


def _decoded(kind: type[AnyMessage], text: bytes) -> AnyMessage:
    said: AnyMessage = kind()
    try:
        said.ParseFromString(text)
    except DecodeError as error:
        raise Refused(None, f"it is no protobuf {kind.DESCRIPTOR.full_name}: {error}") from None
    return said


def _source(body: bytes, scope: tuple[int, int], resource: tuple[int, int]) -> Source:
    said = _decoded(InstrumentationScope, body[slice(*scope)])
    attributes = _decoded(Resource, body[slice(*resource)]).attributes
    check_count("resource.attributes", len(attributes), MAX_ATTRIBUTES)
    return Source(_attributes(attributes), said.name, said.version)


def _span(said: trace_pb2.Span, source: Source) -> Span:
    check_count("attributes", len(said.attributes), MAX_ATTRIBUTES)
    check_count("events", len(said.events), MAX_EVENTS)
    return Span(
        trace_id=said.trace_id,
        span_id=said.span_id,
        parent_id=said.parent_span_id,
        name=said.name,
        start_us=us_of(said.start_time_unix_nano),
        end_us=us_of(said.end_time_unix_nano),
        attributes=_attributes(said.attributes),
        source=source,
        events=[_event(event) for event in said.events],
        status=STATUSES[said.status.code] if said.status.code < len(STATUSES) else "unset",
        status_message=said.status.message,
    )


def _event(said: trace_pb2.Span.Event) -> Event:
    check_count("events.attributes", len(said.attributes), MAX_ATTRIBUTES)
    return Event(said.name, us_of(said.time_unix_nano), _attributes(said.attributes))


def _attributes(entries: Iterable[KeyValue]) -> Attributes:
    return {entry.key: _value(entry.value) for entry in entries}


def _value(value: AnyValue) -> Any:  # noqa: ANN401 an attribute may be anything
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    said = getattr(value, kind)
    if kind == "array_value":
        return [_value(one) for one in said.values]
    return _attributes(said.values) if kind == "kvlist_value" else said
