"""Spans out of an OTLP/JSON body: ids in hexadecimal, names in lowerCamel, 64-bit numbers as text or not.

Source: OpenTelemetry, "OTLP Specification", JSON Protobuf Encoding.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from functions.receive.json_text import MAX_BATCH_DEPTH, decode
from functions.receive.otel.span import (
    MAX_ATTRIBUTES,
    MAX_EVENTS,
    STATUSES,
    Attributes,
    Event,
    Source,
    Span,
    Status,
    check_count,
    us_of,
)
from functions.receive.refused import Refused
from shared.base.errors import TooLarge

MAX_SPANS = 25_000
_MAX_DIGITS = 20
_STATUS_NAMES: dict[object, Status] = {f"STATUS_CODE_{name.upper()}": name for name in STATUSES}


class _Struct(msgspec.Struct, rename="camel", gc=False):
    """What is not named here is ignored, as the specification wants it; null is as good as absent."""


class _Value(_Struct):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    bytes_value: str | None = None
    array_value: _Values | None = None
    kvlist_value: _Entries | None = None


class _Attribute(_Struct):
    key: str = ""
    value: _Value | None = None


class _Values(_Struct):
    values: list[_Value] | None = None


class _Entries(_Struct):
    values: list[_Attribute] | None = None


class _Event(_Struct):
    name: str | None = None
    time_unix_nano: int | str | None = None
    attributes: list[_Attribute] | None = None


class _Status(_Struct):
    code: int | str | None = None
    message: str | None = None


class _Span(_Struct):
    trace_id: str | None = None
    span_id: str | None = None
    parent_span_id: str | None = None
    name: str | None = None
    start_time_unix_nano: int | str | None = None
    end_time_unix_nano: int | str | None = None
    attributes: list[_Attribute] | None = None
    events: list[_Event] | None = None
    status: _Status | None = None


class _Scope(_Struct):
    name: str | None = None
    version: str | None = None


class _ScopeSpans(_Struct):
    scope: _Scope | None = None
    spans: list[msgspec.Raw] | None = None


class _Resource(_Struct):
    attributes: list[_Attribute] | None = None


class _ResourceSpans(_Struct):
    resource: _Resource | None = None
    scope_spans: list[_ScopeSpans] | None = None


class _Request(_Struct):
    resource_spans: list[_ResourceSpans] | None = None


_REQUEST = msgspec.json.Decoder(_Request)
_SPAN = msgspec.json.Decoder(_Span)


def read(body: bytes) -> Iterator[Callable[[], Span]]:
    """A reader for each span of the body, in order; it raises Refused where its span cannot be taken.

    Raises: Malformed, TooLarge where the body as a whole cannot be read.
    """
    request = decode(body, _REQUEST, max_depth=MAX_BATCH_DEPTH)
    read_so_far = 0
    for of_resource in request.resource_spans or ():
        resource = of_resource.resource or _Resource()
        attributes = _attributes("resource.attributes", resource.attributes)
        for of_scope in of_resource.scope_spans or ():
            scope = of_scope.scope or _Scope()
            source = Source(attributes, scope.name or "", scope.version or "")
            read_so_far += len(of_scope.spans or ())
            if read_so_far > MAX_SPANS:
                raise TooLarge(f"The body has more than {MAX_SPANS} spans; send smaller batches")
            for text in of_scope.spans or ():
                yield lambda text=text, source=source: _span(decode(bytes(text), _SPAN), source)  # type: ignore[misc]


def _span(said: _Span, source: Source) -> Span:
    check_count("events", len(said.events or ()), MAX_EVENTS)
    status = said.status or _Status()
    return Span(
        trace_id=_id("traceId", said.trace_id),
        span_id=_id("spanId", said.span_id),
        parent_id=_id("parentSpanId", said.parent_span_id),
        name=said.name or "",
        start_us=_us("startTimeUnixNano", said.start_time_unix_nano),
        end_us=_us("endTimeUnixNano", said.end_time_unix_nano),
        attributes=_attributes("attributes", said.attributes),
        source=source,
        events=[_event(event) for event in said.events or ()],
        status=_status(status.code),
        status_message=status.message or "",
    )


def _event(said: _Event) -> Event:
    attributes = _attributes("events.attributes", said.attributes)
    return Event(said.name or "", _us("timeUnixNano", said.time_unix_nano), attributes)


def _status(code: int | str | None) -> Status:
    if isinstance(code, int):
        return STATUSES[code] if 0 <= code < len(STATUSES) else "unset"
    return _STATUS_NAMES.get(code, "unset")


def _id(field: str, text: str | None) -> bytes:
    try:
        return bytes.fromhex(text or "")
    except ValueError:
        raise Refused(field, f"{(text or '')[:80]!r} is not hexadecimal") from None


def _us(field: str, written: int | str | None) -> int:
    time_ns = _integer(field, written or 0)
    if time_ns < 0:
        raise Refused(field, f"{written!r} is before 1970")
    return us_of(time_ns)


def _integer(field: str, written: int | str) -> int:
    if isinstance(written, int):
        return written
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _MAX_DIGITS:
        raise Refused(field, f"{written[:80]!r} is not a 64-bit number")
    return int(written)


def _attributes(field: str, entries: list[_Attribute] | None) -> Attributes:
    check_count(field, len(entries or ()), MAX_ATTRIBUTES)
    return {entry.key: _value(f"{field}.{entry.key[:80]}", entry.value) for entry in entries or ()}


def _value(field: str, value: _Value | None) -> Any:  # noqa: ANN401 an attribute may be anything
    if value is None:
        return None
    if value.int_value is not None:
        return _integer(field, value.int_value)
    if value.array_value is not None:
        return [_value(field, one) for one in value.array_value.values or ()]
    if value.kvlist_value is not None:
        return _attributes(field, value.kvlist_value.values)
    if value.bytes_value is not None:
        return _bytes(field, value.bytes_value)
    return next((one for one in (value.string_value, value.bool_value, value.double_value) if one is not None), None)


def _bytes(field: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(field, "its bytesValue is not base64") from None
