"""In a segment every trace's bytes are found again, by its manifest; and the segment itself, by its name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.base.ids import new_receipt, receipt_us
from shared.base.units import US_PER_MINUTE
from shared.store import keys
from shared.store.segments import buckets, frames_of, may_hold, name_of, sealed, segment_name
from tests.stores import NOON_US

HALF_AN_HOUR_US = 30 * US_PER_MINUTE
payloads = st.lists(st.tuples(st.uuids().map(str), st.binary(max_size=50)), max_size=20)
times = st.integers(NOON_US, NOON_US + 10**12)


def key_of(name: str) -> str:
    """The key of a segment."""
    return keys.segment("base", "5f0f2a10-0000-4000-8000-000000000001", name)


@given(payloads)
def test_the_manifest_names_each_traces_bytes(given_: list[tuple[str, bytes]]) -> None:
    """Each frame is where it says, and all of them are the part before it."""
    body = sealed(given_)
    frames, end = frames_of(key_of(segment_name(NOON_US, {new_receipt(NOON_US)})), body)
    found = [(frame.trace_id, body[frame.offset : frame.offset + frame.length]) for frame in frames]
    assert found == given_
    assert body[:end] == b"".join(payload for _, payload in given_)


@given(st.binary(max_size=100))
def test_what_receive_wrote_has_no_manifest(body: bytes) -> None:
    """Whatever its last bytes look like: its name is a receipt alone."""
    assert frames_of(key_of(new_receipt(NOON_US)), body) == ([], len(body))


@given(times, st.integers(1, 80))
def test_a_name_tells_whose_requests_are_in_it(time_us: int, count: int) -> None:
    """Of each of them, however many there are; it is new each time, and short enough for a file's name."""
    receipts = {new_receipt(time_us) for _ in range(count)}
    name = segment_name(time_us, receipts)
    assert all(may_hold(name, {one}) for one in receipts)
    assert name != segment_name(time_us, receipts)
    assert len(name) <= 250


def test_another_requests_segment_is_not_looked_into() -> None:
    """Nor one that `receive` wrote for another."""
    mine, other = "0" * 32, "1" * 32
    assert not may_hold(segment_name(NOON_US, {other}), {mine})
    assert not may_hold(other, {mine})
    assert may_hold(mine, {mine})


@given(times, st.integers(0, HALF_AN_HOUR_US))
def test_a_segment_is_listed_where_its_request_is_looked_for(received_us: int, later_us: int) -> None:
    """Written within half an hour of its request, it is under one of the beginnings, also seen from the other side."""
    written = name_of(key_of(segment_name(received_us + later_us, {new_receipt(received_us)})))
    assert any(written.startswith(begin) for begin in buckets([received_us], 1, 2))
    other = new_receipt(received_us)
    assert any(other.startswith(begin) for begin in buckets([receipt_us(written)], 2, 0))
