"""What was recorded in a stretch of time: exactly that, however late it came."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.clock import SteppingClock
from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY, US_PER_MS, US_PER_S
from shared.store.feed import FeedEntry, Touched, feed_item
from shared.store.following import recorded_between
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
            [
                one.entry.receipt
                for one in recorded_between(table, WORKSPACE, NOON_US + a * US_PER_S, NOON_US + b * US_PER_S)
            ]
            for a, b in pairwise(ends)
        ]
    together = [receipt for stretch in found for receipt in stretch]
    assert sorted(together) == sorted(wanted)


def test_an_entry_names_the_traces_of_requests_and_of_feedback(tmp_path: Path) -> None:
    """Each with its project, and each once."""
    table = local_store(tmp_path, SteppingClock(NOON_US)).traces
    entry = FeedEntry(
        new_receipt(NOON_US), "k", [Touched("t", "p", NOON_US)], lag_ms=5, noticed=[("t", "p"), ("u", "p")]
    )
    table.put([feed_item(WORKSPACE, 3, entry, NOON_US + US_PER_DAY)])
    [found] = recorded_between(table, WORKSPACE, NOON_US, NOON_US + US_PER_S)
    assert (found.key, found.at_us) == (f"{entry.receipt}#0003", NOON_US + 5 * US_PER_MS)
    assert found.traces == {("t", "p"), ("u", "p")}
