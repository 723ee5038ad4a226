"""What the laptop's queue adds to the promises of every Queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.sqlite_queue import SqliteQueue
from shared.base.clock import SteppingClock
from shared.base.units import US_PER_S
from shared.store.ports import MAX_MESSAGE_BYTES
from tests.infra.local.killed import acknowledged_before_kill

SENDER = """
import sys
from pathlib import Path
from infra.local.sqlite_queue import SqliteQueue
queue = SqliteQueue(Path(sys.argv[1]) / "queue.sqlite")
for number in range(1_000_000):
    queue.send(str(number), group="w")
    print(number)
"""
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


def _bodies(queue: SqliteQueue, limit: int, visibility_s: int = 60) -> list[str]:
    return [message.body for message in queue.receive(limit, visibility_s)]


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Every message whose send returned before SIGKILL is received."""
    acknowledged = acknowledged_before_kill(SENDER, tmp_path, acknowledgements=200)
    queue = SqliteQueue(tmp_path / "queue.sqlite")
    received = _bodies(queue, limit=1_000_000)
    queue.close()
    assert set(acknowledged) <= set(received)
    assert len(received) - len(acknowledged) <= 1


def test_visibility_ends_exactly_when_it_was_said_to(queue: SqliteQueue, clock: SteppingClock) -> None:
    """Hidden one moment, there the next, attempt after attempt."""
    queue.send("m", group="w")
    for attempt in (1, 2, 3):
        (message,) = queue.receive(1, visibility_s=30)
        assert message.attempt == attempt
        clock.advance(29.999999)
        assert _bodies(queue, 1) == []
        clock.advance(0.000001)


def test_a_handle_of_an_earlier_delivery_deletes_nothing(queue: SqliteQueue, clock: SteppingClock) -> None:
    """Who was too slow cannot take the message from who has it now."""
    queue.send("m", group="w")
    (first,) = queue.receive(1, visibility_s=1)
    clock.advance(1)
    (second,) = queue.receive(1, visibility_s=1)
    queue.delete([first.handle])
    clock.advance(1)
    (third,) = queue.receive(1, visibility_s=1)
    assert (second.attempt, third.attempt) == (2, 3)


def test_a_delay_ends_exactly_when_it_was_said_to(queue: SqliteQueue, clock: SteppingClock) -> None:
    """Not a microsecond early."""
    queue.send("m", group="w", delay_s=5)
    clock.advance(4.999999)
    assert _bodies(queue, 1) == []
    clock.advance(0.000001)
    assert _bodies(queue, 1) == ["m"]


def test_groups_take_turns(queue: SqliteQueue) -> None:
    """A workspace with a thousand messages does not make another wait for its one."""
    for number in range(1_000):
        queue.send(f"loud {number}", group="a-loud")
    queue.send("quiet 1", group="b-quiet")
    queue.send("silent 1", group="c-silent")
    queue.send("quiet 2", group="b-quiet")
    assert _bodies(queue, 5) == ["loud 0", "quiet 1", "silent 1", "loud 1", "quiet 2"]


def test_groups_take_turns_over_several_receivers(queue: SqliteQueue) -> None:
    """Also where each takes one message only."""
    for number in range(3):
        for group in ("a", "b", "c"):
            queue.send(f"{group}{number}", group=group)
    assert [_bodies(queue, 1) for _ in range(9)] == [
        [f"{group}{number}"] for number in range(3) for group in ("a", "b", "c")
    ]


def test_sending_wakes_a_receiver_that_waits(queue: SqliteQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes back with the message, though it would look by itself only in an hour."""
    monkeypatch.setattr("infra.local.sqlite_queue._LOOK_AGAIN_S", 3_600)
    received: list[str] = []
    is_back = threading.Event()

    def receive() -> None:
        received.extend(message.body for message in queue.receive(1, visibility_s=60, wait_s=3_600))
        is_back.set()

    threading.Thread(target=receive, daemon=True).start()
    queue.send("m", group="w")
    assert is_back.wait(timeout=30)
    assert received == ["m"]


def test_racing_receivers_share_the_messages_without_doubles(queue: SqliteQueue) -> None:
    """Each of 200 messages goes to one of four threads."""
    for number in range(200):
        queue.send(str(number), group=f"w{number % 5}")
    received: list[str] = []

    def drain() -> None:
        while bodies := _bodies(queue, 7):
            received.extend(bodies)

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, received)) == list(range(200))


def test_a_dead_letter_keeps_its_body_reason_and_time(queue: SqliteQueue) -> None:
    """In the order they were buried; a long reason is cut to a KiB of whole characters."""
    queue.bury("poison 1", "no envelope")
    queue.bury("poison 2", "ü" * 5_000)
    first, second = queue.list_dead()
    assert (first.body, first.reason, first.buried_us) == ("poison 1", "no envelope", NOON_US)
    assert second.reason == "ü" * 512


def test_a_dead_letter_of_full_size_loses_its_reason_and_not_its_body(queue: SqliteQueue) -> None:
    """What was received can always be buried."""
    body = "x" * MAX_MESSAGE_BYTES
    queue.bury(body, "too big to explain")
    (dead,) = queue.list_dead()
    assert (dead.body, dead.reason) == (body, "")


def test_redriven_dead_letters_are_messages_again(queue: SqliteQueue) -> None:
    """As new ones, first attempt; those not named stay, those unknown are not counted."""
    for body in ("a", "b", "c"):
        queue.bury(body, "why")
    dead = {letter.body: letter.id for letter in queue.list_dead()}
    assert queue.redrive([dead["a"], dead["c"], 999]) == 2
    received = queue.receive(10, visibility_s=60)
    assert [(message.body, message.attempt) for message in received] == [("a", 1), ("c", 1)]
    assert [letter.body for letter in queue.list_dead()] == ["b"]
