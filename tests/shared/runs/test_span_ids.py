"""The ids of spans as runs."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from shared.runs.span_ids import is_of_span, padded_span_id, span_run_id, stand_in_span_id, trace_uuid

TRACE_IDS = st.binary(min_size=16, max_size=16)
SPAN_IDS = st.binary(min_size=8, max_size=8)


def test_ids_stay_what_they_are() -> None:
    """A pinned pair: were the hash to change, stored children would lose their parents."""
    assert trace_uuid(bytes(range(16))) == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert span_run_id(bytes(range(16)), bytes(8)) == "9aa0f620-2c71-8436-aa0c-128813915ceb"


@given(TRACE_IDS, SPAN_IDS, SPAN_IDS)
def test_each_span_of_a_trace_has_an_id_of_its_own(trace_id: bytes, one: bytes, other: bytes) -> None:
    """A canonical UUID of version 8, the same each time, another for another span."""
    run_id = span_run_id(trace_id, one)
    assert str(uuid.UUID(run_id)) == run_id
    assert uuid.UUID(run_id).version == 8
    assert is_of_span(run_id)
    assert (span_run_id(trace_id, other) == run_id) == (one == other)


@given(SPAN_IDS)
def test_the_sdks_ways_to_write_a_span_id_as_a_run_id(span_id: bytes) -> None:
    """JavaScript pads it with zeros; Python lends a run the first half of its id."""
    assert padded_span_id(str(uuid.UUID(bytes=bytes(8) + span_id))) == span_id
    assert stand_in_span_id(str(uuid.UUID(bytes=span_id + bytes(8)))) == span_id


def test_a_run_id_that_is_no_span_id() -> None:
    """What is not padded is a run's own id."""
    assert padded_span_id("019aa0b0-0000-7000-8000-000000000001") is None
