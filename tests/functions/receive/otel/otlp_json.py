"""OTLP/JSON by hand: no official exporter of Python writes it."""

from __future__ import annotations

from typing import Any

from tests.otel_room import NOON_NS, TRACE_ID, span_id


def json_span(number: int, parent: int | None = None, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 any JSON
    """A span of the same trace as `tests.otel_room.span`, with these fields instead of its own."""
    start_ns = NOON_NS + number * 1_000_000
    return {
        "traceId": TRACE_ID.hex(),
        "spanId": span_id(number).hex(),
        "parentSpanId": "" if parent is None else span_id(parent).hex(),
        "name": f"span {number}",
        "startTimeUnixNano": str(start_ns),
        "endTimeUnixNano": str(start_ns + 1_000_000),
        **fields,
    }


def json_request(*spans: Any) -> dict[str, Any]:  # noqa: ANN401 any JSON
    """The body of an export."""
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "tests"}, "spans": list(spans)}]}]}


def json_value(value: object) -> dict[str, Any]:
    """A value as OTLP/JSON writes it."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [json_value(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": json_attributes(value)}}
    return {} if value is None else {"stringValue": value}


def json_attributes(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Attributes as OTLP/JSON writes them."""
    return [{"key": key, "value": json_value(value)} for key, value in attributes.items()]
