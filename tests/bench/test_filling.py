"""Stored samples are what record writes: lists find them as they find real traces."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from bench.filling import NEWEST, fill
from bench.rooms import WORKSPACE
from functions.api.criteria import RunCriteria
from functions.api.reader import Reader
from infra.local.store import open_local_store
from shared.base.clock import SystemClock
from shared.base.units import US_PER_MINUTE
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.store.questions import open_questions


def test_samples_are_found_as_roots_and_as_errors(tmp_path: Path) -> None:
    """The newest roots come newest first, and one in fifty of the last half hour has failed."""
    clock = SystemClock()
    now_us = clock.now_us()
    store = open_local_store(tmp_path, "http://localhost", clock, {})
    [project] = set(islice(fill(store, now_us), NEWEST))
    reader = Reader(open_questions(store, clock, Periods()), PriceTable.load())
    roots = reader.query(WORKSPACE, RunCriteria(projects=(project,), is_root=True), NEWEST + 1).runs
    starts = [one.run.start_us for one in roots]
    assert len(starts) == NEWEST
    assert starts == sorted(starts, reverse=True)
    assert now_us - starts[-1] < 30 * US_PER_MINUTE
    failed = reader.query(WORKSPACE, RunCriteria(projects=(project,), has_error=True), NEWEST).runs
    assert len(failed) == NEWEST // 50
    store.close()
