"""Neighbouring ranges are fetched together, and each gets its own bytes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.memory import MemoryObjects
from shared.store import ranges
from shared.store.counted import CountedObjects
from shared.store.ports import ObjectRange
from shared.store.ranges import get_ranges
from shared.store.tally import Meter

BODIES = {key: random.Random(key).randbytes(400) for key in ("a", "b")}
RANGES = st.lists(st.builds(ObjectRange, st.sampled_from("ab"), st.integers(0, 399), st.integers(0, 60)), max_size=12)


def counted() -> tuple[CountedObjects, Meter]:
    """Two objects of 400 bytes."""
    meter, plain = Meter(), MemoryObjects()
    for key, body in BODIES.items():
        plain.put(key, body)
    return CountedObjects(plain, meter), meter


@given(asked=RANGES, gap=st.integers(0, 100), most=st.integers(1, 200))
def test_each_gets_what_it_asked_for(asked: list[ObjectRange], gap: int, most: int) -> None:
    """Whatever is joined, in whatever order it was asked, once or twice, and beyond the end."""
    objects, meter = counted()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "GAP_BYTES", gap)
        patch.setattr(ranges, "MOST_BYTES", most)
        assert get_ranges(objects, asked) == [BODIES[one.key][one.offset : one.offset + one.length] for one in asked]
    assert meter.total().object_gets <= len(set(asked))


def test_neighbours_are_one_request() -> None:
    """Three ranges of one object and one of another are two GETs."""
    objects, meter = counted()
    asked = [ObjectRange("a", 300, 10), ObjectRange("a", 0, 10), ObjectRange("b", 5, 10), ObjectRange("a", 20, 100)]
    get_ranges(objects, asked)
    assert meter.total().object_gets == 2
    assert meter.total().object_bytes_read == 320
