"""What was recorded in a stretch of time: exactly that, however late it came."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.clock import SteppingClock
from shared.base.ids import new_receipt, receipt_us
from shared.base.units import US_PER_DAY, US_PER_MS, US_PER_S
from shared.store.feed import FeedEntry, Touched, feed_item
from shared.store.following import recorded_between, traces_of
from shared.store.recount import late_items
from shared.store.usage import recorded_us
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store

_seconds = st.integers(0, 5 * 3_600)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(_seconds, _seconds | st.integers(0, 900)), max_size=12), st.lists(_seconds, max_size=5))
def test_stretches_joined_are_all_that_was_recorded(rows: list[tuple[int, int]], cuts: list[int]) -> None:
    """Each entry is found in the one stretch in which it was recorded, whatever its receipt says."""
    with tempfile.TemporaryDirectory() as folder:
        table = local_store(Path(folder), SteppingClock(NOON_US)).traces
        wanted = set()
        for received_s, lag_s in sorted(rows, key=sum):
            receipt = new_receipt(NOON_US + received_s * US_PER_S)
            entry = FeedEntry(receipt, "k", [Touched(receipt, "p", NOON_US)], lag_ms=lag_s * 1_000)
            table.put([feed_item(WORKSPACE, 0, entry, NOON_US + US_PER_DAY)])
            table.put(late_items(WORKSPACE, receipt, (), recorded_us(entry)))
            wanted.add(receipt)
        ends = [0, *sorted(cuts), 11 * 3_600]
        found = [
            [one.receipt for one in recorded_between(table, WORKSPACE, NOON_US + a * US_PER_S, NOON_US + b * US_PER_S)]
            for a, b in pairwise(ends)
        ]
    together = [receipt for stretch in found for receipt in stretch]
    assert sorted(together) == sorted(wanted)


def test_a_trace_is_known_by_the_first_that_was_said_of_it() -> None:
    """Requests and feedback alike, each with the project that it named."""
    entries = [
        FeedEntry(new_receipt(NOON_US), "k", [Touched("t", "p", NOON_US)], lag_ms=5),
        FeedEntry(new_receipt(NOON_US + US_PER_S), "k", [Touched("t", "q", NOON_US)], noticed=[("t", "p"), ("u", "p")]),
    ]
    first, second = (receipt_us(one.receipt) for one in entries)
    assert traces_of(entries) == {"t": {"p": first + 5 * US_PER_MS, "q": second}, "u": {"p": second}}
