"""Where spans lie in a protobuf body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from functions.receive.otel.slices import check_size, span_slices
from shared.base.errors import Malformed, Rejected, TooLarge
from tests.otel_room import request_of, span


@given(st.lists(st.lists(st.integers(0, 20), max_size=4), max_size=4))
def test_the_slices_are_the_spans(scopes: list[list[int]]) -> None:
    """Each span, scope and resource is found where the official messages find it, in order."""
    body = b"".join(request_of([span(number) for number in of], {"n": len(of)}, f"s{len(of)}") for of in scopes)
    whole = ExportTraceServiceRequest.FromString(body)
    expected = [
        (one.SerializeToString(), part.scope.SerializeToString(), of.resource.SerializeToString())
        for of in whole.resource_spans
        for part in of.scope_spans
        for one in part.spans
    ]
    assert [tuple(body[slice(*place)] for place in found) for found in span_slices(body)] == expected


@given(st.binary(max_size=60))
def test_any_bytes_end_in_an_answer(body: bytes) -> None:
    """Either spans or an error that says what is wrong."""
    broken = None
    try:
        found = list(span_slices(body))
    except Malformed as error:
        broken, found = error.message, []
    assert all(place.span <= (len(body), len(body)) for place in found)
    assert broken is None or "no protobuf ExportTraceServiceRequest: at byte" in broken


def test_a_large_span_is_counted_before_it_is_decoded() -> None:
    """Millions of small fields are refused; a span that is large because of one text is not."""
    with pytest.raises(TooLarge):
        check_size(b"\x4a\x00" * 1_000_000)
    check_size(span(0, attributes={"input.value": "x" * 3_000_000}).SerializeToString())
    with pytest.raises(Rejected):
        check_size(b"\x4a\xff\xff\xff\x7f" + bytes(1_100_000))
