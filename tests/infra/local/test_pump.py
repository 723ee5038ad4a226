"""The pump treats messages as SQS and Lambda would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.local.function import Handler
from infra.local.pump import Pump
from infra.local.sqlite_queue import SqliteQueue
from infra.topology import API, RECORD, FromQueue
from shared.base.clock import SteppingClock
from shared.base.units import US_PER_S

NOON_US = 1_763_640_000 * US_PER_S
TRIGGER = FromQueue(queue="operations", batch_size=10, window_s=0, visibility_s=180, max_receives=3)
ROOM = replace(RECORD, trigger=TRIGGER)


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


def _pump(queue: SqliteQueue, clock: SteppingClock, handler: Handler) -> Pump:
    return Pump(ROOM, handler, queue, clock, first_retry_s=0)


def _bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def test_a_batch_is_one_event_and_is_deleted_when_done(queue: SqliteQueue, clock: SteppingClock) -> None:
    """Up to ten messages at once; afterwards the queue is empty."""
    batches: list[list[str]] = []
    for number in range(12):
        queue.send(str(number), group="w")
    pump = _pump(queue, clock, lambda event, _context: batches.append(_bodies(event)))
    assert [pump.once(), pump.once(), pump.once()] == [10, 2, 0]
    assert sorted((body for batch in batches for body in batch), key=int) == [str(number) for number in range(12)]
    assert sum(queue.depth()) == 0


def test_only_what_failed_comes_again(queue: SqliteQueue, clock: SteppingClock) -> None:
    """A partial failure keeps the named message, with its attempts counted."""
    seen: list[tuple[str, str]] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        records = event["Records"]
        seen.extend((one["body"], one["attributes"]["ApproximateReceiveCount"]) for one in records)
        bad = [one["messageId"] for one in records if one["body"] == "bad" and len(seen) < 3]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in bad]}

    for body in ("good", "bad"):
        queue.send(body, group="w")
    pump = _pump(queue, clock, handler)
    pump.once()
    pump.once()
    assert seen == [("good", "1"), ("bad", "1"), ("bad", "2")]
    assert sum(queue.depth()) == 0


def test_a_handler_that_raises_fails_its_batch(
    queue: SqliteQueue, clock: SteppingClock, caplog: pytest.LogCaptureFixture
) -> None:
    """No message of the batch is lost, and the cause is in the log."""

    def handler(_event: object, _context: object) -> None:
        raise RuntimeError("table is away")

    for body in ("a", "b"):
        queue.send(body, group="w")
    _pump(queue, clock, handler).once()
    assert queue.depth().waiting == 2
    assert "table is away" in caplog.text


def test_poison_ends_among_the_dead_with_its_reason(queue: SqliteQueue, clock: SteppingClock) -> None:
    """After the most deliveries the message is buried; it says how often it came and what went wrong last."""
    deliveries: list[str] = []

    def handler(event: dict[str, Any], _context: object) -> None:
        deliveries.extend(_bodies(event))
        raise ValueError("cannot be read")

    queue.send("poison", group="w")
    pump = _pump(queue, clock, handler)
    for _ in range(TRIGGER.max_receives + 1):
        pump.once()
    [dead] = queue.list_dead()
    assert deliveries == ["poison"] * 3
    assert dead.body == "poison"
    assert dead.reason == "received 3 times and never done; last: ValueError('cannot be read')"
    assert sum(queue.depth()) == 1


def test_poison_does_not_take_others_with_it(queue: SqliteQueue, clock: SteppingClock) -> None:
    """A spent message is buried while the rest of its batch is delivered."""
    done: list[str] = []

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        done.extend(body for body in _bodies(event) if body != "poison")
        bad = [one["messageId"] for one in event["Records"] if one["body"] == "poison"]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in bad]}

    pump = _pump(queue, clock, handler)
    queue.send("poison", group="w")
    for number in range(TRIGGER.max_receives + 1):
        queue.send(str(number), group="w")
        pump.once()
    assert done == ["0", "1", "2", "3"]
    assert [dead.body for dead in queue.list_dead()] == ["poison"]


def test_retries_wait_longer_each_time(queue: SqliteQueue, clock: SteppingClock) -> None:
    """One second, then two: a fault that lasts is not hammered."""
    pump = Pump(ROOM, lambda _event, _context: {"batchItemFailures": [{"itemIdentifier": ""}]}, queue, clock)
    queue.send("m", group="w")
    received = [pump.once()]
    for seconds in (0.9, 0.1, 1.9, 0.1):
        clock.advance(seconds)
        received.append(pump.once())
    assert received == [1, 0, 1, 0, 1]


def test_running_pumps_work_on_what_is_sent_and_stop(tmp_path: Path, clock: SteppingClock) -> None:
    """Threads take messages as they come; after the stop none is taken."""
    queue = SqliteQueue(tmp_path / "queue.sqlite", clock)
    all_done = threading.Event()
    done: list[str] = []

    def handler(event: dict[str, Any], _context: object) -> None:
        done.extend(_bodies(event))
        if len(done) == 50:
            all_done.set()

    pump = _pump(queue, clock, handler)
    pump.start(threads=2)
    for number in range(50):
        queue.send(str(number), group="w")
    assert all_done.wait(20)
    assert pump.stop(timeout_s=20)
    queue.send("late", group="w")
    assert sorted(done, key=int) == [str(number) for number in range(50)]
    assert queue.depth().waiting == 1
    queue.close()


def test_a_room_without_a_queue_has_no_pump(queue: SqliteQueue, clock: SteppingClock) -> None:
    """Only what the topology wakes by a queue is woken by one."""
    with pytest.raises(TypeError, match="api is not woken by a queue"):
        Pump(API, lambda _event, _context: None, queue, clock)


WORKER = """
import sys, time
from pathlib import Path
from infra.local.pump import Pump
from infra.local.sqlite_queue import SqliteQueue
from infra.topology import RECORD
from shared.base.clock import SystemClock
folder = Path(sys.argv[1])
def handler(event, context):
    for record in event["Records"]:
        with open(folder / "done.txt", "a") as done:
            done.write(record["body"] + "\\n")
        print(record["body"])
        time.sleep(0.005)
Pump(RECORD, handler, SqliteQueue(folder / "queue.sqlite"), SystemClock()).start(threads=2)
time.sleep(60)
"""


def test_kill_9_in_the_middle_loses_no_message(tmp_path: Path) -> None:
    """What the killed process had in hand is given back to the next, and every message is worked on."""
    queue = SqliteQueue(tmp_path / "queue.sqlite")
    for number in range(200):
        queue.send(str(number), group="w")
    command = [sys.executable, "-u", "-c", WORKER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as child:
        assert child.stdout is not None
        for _ in range(60):
            child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    done = (tmp_path / "done.txt").read_text().split()
    assert 60 <= len(done) < 200
    queue.release_all()
    clock = SteppingClock(0)
    pump = _pump(queue, clock, lambda event, _context: done.extend(_bodies(event)))
    while pump.once():
        pass
    assert set(done) == {str(number) for number in range(200)}
    assert sum(queue.depth()) == 0
    queue.close()
