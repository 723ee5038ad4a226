"""The queue takes messages back, and tells what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.sqlite_queue import SqliteQueue
from shared.base.clock import SteppingClock
from shared.base.units import US_PER_S
from shared.store.ports import Depth

NOON_US = 1_763_640_000 * US_PER_S


@pytest.fixture
def clock() -> SteppingClock:
    """A time that the test moves."""
    return SteppingClock(NOON_US)


@pytest.fixture
def queue(tmp_path: Path, clock: SteppingClock) -> Iterator[SqliteQueue]:
    """An empty queue by that time."""
    made = SqliteQueue(tmp_path / "queue.sqlite", clock)
    yield made
    made.close()


def test_a_released_message_comes_again_after_its_delay(queue: SqliteQueue, clock: SteppingClock) -> None:
    """Not before the delay is over, then with its next attempt."""
    queue.send("m", group="w")
    [first] = queue.receive(1, 180)
    queue.release([first.handle], 1.5)
    clock.advance(1.4)
    assert not queue.receive(1, 180)
    clock.advance(0.1)
    [second] = queue.receive(1, 180)
    assert (second.body, second.attempt) == ("m", 2)


def test_a_handle_of_an_earlier_delivery_releases_nothing(queue: SqliteQueue, clock: SteppingClock) -> None:
    """What somebody else has received since stays hidden."""
    queue.send("m", group="w")
    [first] = queue.receive(1, 10)
    clock.advance(10)
    assert len(queue.receive(1, 10)) == 1
    queue.release([first.handle], 0)
    assert not queue.receive(1, 10)


def test_release_all_gives_back_what_a_dead_process_had(queue: SqliteQueue) -> None:
    """All in flight may be received at once; what was sent with a delay still waits for it."""
    queue.send("taken", group="w")
    queue.receive(1, 180)
    queue.send("delayed", group="w", delay_s=60)
    queue.release_all()
    assert [message.body for message in queue.receive(10, 180)] == ["taken"]


def test_counts_tell_waiting_delayed_in_flight_and_dead(queue: SqliteQueue) -> None:
    """Each message is in exactly one of the four."""
    for number in range(3):
        queue.send(str(number), group="w")
    queue.receive(1, 180)
    queue.send("later", group="w", delay_s=60)
    queue.bury("bad", "no envelope")
    assert queue.depth() == Depth(waiting=2, delayed=1, in_flight=1, dead=1)
