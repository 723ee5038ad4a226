"""Deliveries: who may make an attempt, what is noted of it, and what people read."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from infra.local.sqlite_queue import SqliteQueue
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.store.deliveries import Deliveries, Delivery, Outcome, Taken, delivery_id, delivery_of
from tests.stores import NOON_US

_WITHIN_S = 60
_DELIVERY = Delivery("D", "W", "R", "webhook", 0, "T", ("a", "b"), NOON_US, NOON_US + 1)


class Desk(Deliveries):
    """Deliveries over a folder, with their clock and queue."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.queue = SqliteQueue(folder / "deliveries.db", self.clock)
        super().__init__(self.queue, SqliteTable(folder / "traces.db"), self.clock)

    def taken(self, delivery: Delivery = _DELIVERY) -> Taken:
        """The attempt, which must be ours."""
        taken = self.take(delivery, _WITHIN_S)
        assert isinstance(taken, Taken)
        return taken

    def outcome(self, result: str = "delivered", attempts: int = 1) -> Outcome:
        """An outcome of now."""
        return Outcome(result, attempts, self.clock.now_us(), 200)  # type: ignore[arg-type]  # a Result

    def read(self) -> Outcome | None:
        """What people read of the delivery."""
        return self.outcomes("W", ["D"]).get("D")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A new one."""
    return Desk(tmp_path)


def test_a_delivery_comes_out_of_its_message_as_it_was_sent(desk: Desk) -> None:
    """The queue holds ids, and all of them."""
    desk.send(_DELIVERY)
    [message] = desk.queue.receive(1, 60)
    assert delivery_of(message.body) == _DELIVERY


def test_a_trace_of_25000_runs_fits_in_one_message(desk: Desk) -> None:
    """The most runs that a trace may have are told of together."""
    run_ids = tuple(f"00000000-0000-4000-8000-{number:012d}" for number in range(25_000))
    desk.send(msgspec.structs.replace(_DELIVERY, run_ids=run_ids))
    [message] = desk.queue.receive(1, 60)
    assert delivery_of(message.body).run_ids == run_ids


def test_a_sample_is_of_no_run_and_has_an_id_to_ask_by(desk: Desk) -> None:
    """Who asks for a test gets the id under which its outcome will be."""
    asked = desk.send_test("W", "R", 1)
    [message] = desk.queue.receive(1, 60)
    sent = delivery_of(message.body)
    assert (sent.id, sent.kind, sent.index, sent.run_ids) == (asked, "test", 1, ())


def test_an_attempt_is_taken_by_one(desk: Desk) -> None:
    """Whoever comes second while the first is at work is told so."""
    desk.taken()
    second = desk.take(_DELIVERY, _WITHIN_S)
    assert isinstance(second, Outcome)
    assert second.result == "running"


def test_what_was_noted_is_read_and_not_made_again(desk: Desk) -> None:
    """A delivered or failed one is final, for its message and for every later one."""
    assert desk.note(desk.taken(), desk.outcome())
    assert desk.read() == desk.outcome()
    assert desk.take(_DELIVERY, _WITHIN_S) == desk.outcome()
    assert desk.take(msgspec.structs.replace(_DELIVERY, attempt=2), _WITHIN_S) == desk.outcome()


def test_an_attempt_whose_room_died_is_taken_when_its_time_is_over(desk: Desk) -> None:
    """And what the dead one would say afterwards is not heard."""
    lost = desk.taken()
    desk.clock.advance(_WITHIN_S + 1)
    again = desk.taken()
    assert not desk.note(lost, desk.outcome("failed"))
    assert desk.note(again, desk.outcome())
    assert desk.read() == desk.outcome()


def test_after_an_attempt_that_failed_the_next_one_may_be_taken_and_no_earlier(desk: Desk) -> None:
    """The message of an attempt that was made does not make it again."""
    desk.note(desk.taken(), desk.outcome("retrying"))
    assert desk.take(_DELIVERY, _WITHIN_S) == desk.outcome("retrying")
    second = desk.taken(msgspec.structs.replace(_DELIVERY, attempt=2))
    assert isinstance(desk.take(_DELIVERY, _WITHIN_S), Outcome)
    desk.note(second, desk.outcome(attempts=2))
    assert desk.read() == desk.outcome(attempts=2)


def test_one_that_was_buried_has_failed_for_people_and_may_be_sent_on_again(desk: Desk) -> None:
    """Its reason is read, its message is a dead letter, and a redrive of that is delivered."""
    desk.taken()
    desk.bury(_DELIVERY, "the table did not answer")
    read = desk.read()
    assert read is not None
    assert (read.result, read.reason) == ("failed", "the table did not answer")
    assert desk.queue.depth().dead == 1
    assert desk.note(desk.taken(), desk.outcome())


def test_burying_does_not_undo_what_is_final(desk: Desk) -> None:
    """What was delivered stays delivered, whatever became of a second message of it."""
    desk.note(desk.taken(), desk.outcome())
    desk.bury(_DELIVERY, "came too often")
    assert desk.read() == desk.outcome()


def test_outcomes_are_read_of_those_that_there_are_and_of_ones_own_workspace(desk: Desk) -> None:
    """Unknown ids are left out, another workspace sees none."""
    desk.note(desk.taken(), desk.outcome())
    assert desk.outcomes("W", ["D", "E"]) == {"D": desk.outcome()}
    assert desk.outcomes("V", ["D"]) == {}


def test_the_same_runs_make_the_same_id_in_any_order() -> None:
    """Who acts again sends the same delivery; another rule, receiver or run is another one."""
    asked = delivery_id("R", "webhook", 0, "T", ["a", "b"])
    assert asked == delivery_id("R", "webhook", 0, "T", ["b", "a"])
    others = [
        delivery_id("S", "webhook", 0, "T", ["a", "b"]),
        delivery_id("R", "alert", 0, "T", ["a", "b"]),
        delivery_id("R", "webhook", 1, "T", ["a", "b"]),
        delivery_id("R", "webhook", 0, "U", ["a", "b"]),
        delivery_id("R", "webhook", 0, "T", ["a"]),
    ]
    assert len({asked, *others}) == 1 + len(others)
