"""Units add up, from any thread, and for whoever watches."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from shared.store.tally import PRICES, Meter, Tally, price_usd


def test_tallies_add_and_subtract_unit_by_unit() -> None:
    """What was added can be taken away again."""
    one, other = Tally(write_units=2, read_units=0.5, object_puts=1), Tally(write_units=1, queue_requests=3)
    assert one + other == Tally(write_units=3, read_units=0.5, object_puts=1, queue_requests=3)
    assert (one + other) - other == one


def test_no_count_is_lost_between_threads() -> None:
    """Eight threads, 4,000 counts."""
    meter = Meter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: meter.count(Tally(write_units=1, read_units=0.5)), range(4_000)))
    assert meter.total() == Tally(write_units=4_000, read_units=2_000)


def test_a_reset_gives_what_was_counted_and_begins_again() -> None:
    """Nothing is in neither and nothing in both."""
    meter = Meter()
    meter.count(Tally(object_gets=2))
    assert meter.reset() == Tally(object_gets=2)
    meter.count(Tally(object_gets=3))
    assert meter.total() == Tally(object_gets=3)


def test_a_watch_sees_its_own_block_only() -> None:
    """Not what came before or after it, nor what another thread does meanwhile, but what an inner one sees."""
    meter = Meter()
    meter.count(Tally(read_units=100))
    with ThreadPoolExecutor(1) as elsewhere, meter.watch() as outer:
        meter.count(Tally(read_units=1))
        elsewhere.submit(meter.count, Tally(read_units=1_000)).result()
        with meter.watch() as inner:
            meter.count(Tally(read_units=10))
    meter.count(Tally(read_units=10_000))
    assert (inner.tally.read_units, outer.tally.read_units) == (10, 11)
    assert meter.total().read_units == 11_111


def test_a_watch_sees_threads_that_carry_its_context() -> None:
    """As FastAPI's do, for routes that are not coroutines."""
    meter = Meter()
    with ThreadPoolExecutor(1) as elsewhere, meter.watch() as watch:
        elsewhere.submit(copy_context().run, meter.count, Tally(read_units=2)).result()
    assert watch.tally == Tally(read_units=2)


@pytest.mark.parametrize(
    ("tally", "usd"),
    [
        (Tally(write_units=1_000_000), 0.625),
        (Tally(read_units=1_000_000), 0.125),
        (Tally(object_puts=500_000, object_copies=250_000, object_lists=250_000), 5.0),
        (Tally(object_gets=1_000_000), 0.4),
        (Tally(queue_requests=1_000_000), 0.5),
        (Tally(object_bytes_written=10**12, object_bytes_read=10**12, table_requests=10**9), 0.0),
    ],
)
def test_a_million_units_cost_the_list_price(tally: Tally, usd: float) -> None:
    """Of us-east-1; bytes within a region and the calls themselves are free."""
    assert price_usd(tally, PRICES) == pytest.approx(usd)
