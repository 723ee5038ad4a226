"""The runs of a window, as an export reads them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from functions.export.reading import WindowReader
from shared.base.units import US_PER_HOUR
from shared.pricing.prices import PriceTable
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE, envelope, post, uuid7
from tests.stores import NOON_US


def test_each_run_is_in_one_window(tmp_path: Path) -> None:
    """Also one that says it started just before the window that its place is in, or hours after it."""
    library = Library(tmp_path, traces=2)
    first_us = NOON_US - 40 * US_PER_HOUR
    sent = []
    for beside_us in (-1, 0, 1, -US_PER_HOUR, 5 * US_PER_HOUR):
        root = post(uuid7(NOON_US - US_PER_HOUR), NOON_US - US_PER_HOUR)
        root.fields["start_us"] += beside_us
        library.take(envelope([root], NOON_US, "name:one"))
        sent.append(root.run_id)
    reader = WindowReader(library.ask, PriceTable.load(), WORKSPACE, library.project("one"))
    windows = [(first_us + hour * US_PER_HOUR, first_us + (hour + 1) * US_PER_HOUR) for hour in range(42)]
    read = [one.run.id for window in windows for batch in reader.batches(*window, None, None) for one in batch.runs]
    assert set(sent) < set(read)
    assert set(Counter(read).values()) == {1}
