"""Deliveries: made once, made again where that may help, and noted whatever comes of them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions.deliver.app import build
from shared.rules.rule import Rule
from shared.store.deliveries import Delivery
from shared.store.ports import Store
from tests.deliver_room import DeliverRoom
from tests.hook_receiver import Behaviour, Receiver, receiver
from tests.operations import WORKSPACE


class Killed(BaseException):
    """The room ends here, as by a signal: no `except Exception` sees it."""


class Killing:
    """A door that lets so many calls through, and then kills the room: before the next one, or after it."""

    def __init__(self, door: object, calls: list[int], *, is_after: bool) -> None:
        self._door = door
        self._calls = calls
        self._is_after = is_after

    def __getattr__(self, name: str) -> object:
        """A method of the door, counted."""
        method = getattr(self._door, name)

        def call(*arguments: object, **named: object) -> object:
            self._calls[0] -= 1
            if self._calls[0] < 0 and not self._is_after:
                raise Killed
            answer = method(*arguments, **named)
            if self._calls[0] < 0:
                raise Killed
            return answer

        return call


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver."""
    with receiver() as made:
        yield made


@pytest.fixture
def room(tmp_path: Path, hook: Receiver) -> DeliverRoom:
    """A room with a rule that has one webhook."""
    made = DeliverRoom(tmp_path)
    made.rule([made.hook(hook.url)])
    return made


def test_a_delivery_is_made_and_noted(room: DeliverRoom, hook: Receiver) -> None:
    """With its attempt, its status and its time, readable by its id."""
    delivery = room.sent()
    room.work_on()
    assert hook.ids == [delivery.id]
    outcome = room.outcome(delivery)
    assert (outcome.result, outcome.attempts, outcome.status_code, outcome.reason) == ("delivered", 1, 200, "")
    assert outcome.at_us == room.clock.now_us()


def test_sent_twice_it_is_delivered_once(room: DeliverRoom, hook: Receiver) -> None:
    """Whether the messages come together, or one long after the other."""
    room.sent()
    room.sent()
    room.work_on()
    room.sent()
    room.work_on()
    assert len(hook.ids) == 1


def test_two_rooms_at_once_make_one_attempt(room: DeliverRoom, hook: Receiver) -> None:
    """SQS may hand a message to two: the second waits until the first has ended, and finds it done."""
    answering = threading.Event()

    def slowly(connection: socket.socket) -> None:
        answering.wait(10)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    hook.behaviours.append(slowly)
    delivery = room.sent()
    first = threading.Thread(target=room.work)
    first.start()
    while not hook.got:
        first.join(0.01)
    room.sent()
    room.work()
    assert room.outcome(delivery).result == "running"
    answering.set()
    first.join()
    room.work_on()
    assert hook.ids == [delivery.id]
    assert room.outcome(delivery).result == "delivered"


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_receiver_that_fails_is_asked_two_times_more(room: DeliverRoom, hook: Receiver, status: int) -> None:
    """With a growing wait, under the same id; then it has failed, and people read why."""
    hook.behaviours.extend([status] * 5)
    delivery = room.sent()
    began_us, made_us = room.clock.now_us(), []
    while room.store.deliveries.depth()[:3] != (0, 0, 0):
        before = len(hook.got)
        room.work()
        made_us += [room.clock.now_us() - began_us] * (len(hook.got) - before)
        room.clock.advance(1)
    assert [round(one / 1e6) for one in made_us] == [0, 15, 45]
    assert hook.ids == [delivery.id] * 3
    outcome = room.outcome(delivery)
    assert (outcome.result, outcome.attempts, outcome.status_code) == ("failed", 3, status)
    assert outcome.reason == f"it answered {status}"


def test_a_receiver_that_recovers_gets_it_once_more(room: DeliverRoom, hook: Receiver) -> None:
    """One failure, one success: two attempts, and nothing after them."""
    hook.behaviours.append(503)
    delivery = room.sent()
    room.work()
    assert room.outcome(delivery).result == "retrying"
    room.work_on()
    assert hook.ids == [delivery.id] * 2
    assert (room.outcome(delivery).result, room.outcome(delivery).attempts) == ("delivered", 2)


def test_nobody_reached_is_tried_two_times_more(room: DeliverRoom, hook: Receiver) -> None:
    """As a receiver that fails; a connection that breaks before an answer reached nobody either."""
    hook.behaviours.extend([b"", b"", 200])
    delivery = room.sent()
    room.work_on()
    assert len(hook.got) == 3
    assert (room.outcome(delivery).result, room.outcome(delivery).attempts) == ("delivered", 3)


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 410, 413, 429])
def test_what_a_receiver_refuses_is_not_sent_again(room: DeliverRoom, hook: Receiver, status: int) -> None:
    """It would be refused again: it has failed, with the status that it answered."""
    hook.behaviours.append(status)
    delivery = room.sent()
    room.work_on()
    assert len(hook.got) == 1
    outcome = room.outcome(delivery)
    assert (outcome.result, outcome.attempts, outcome.status_code) == ("failed", 1, status)
    assert ("redirects are not followed" in outcome.reason) == (status < 400)


def test_a_receiver_that_takes_too_long_is_not_asked_again(tmp_path: Path, hook: Receiver) -> None:
    """The five seconds, made shorter: it may be at work on it, so it has failed and says so."""
    room = DeliverRoom(tmp_path, within_s=0.4)
    room.rule([room.hook(hook.url)])
    hang: Behaviour = hook.hang
    hook.behaviours.append(hang)
    delivery = room.sent()
    room.work_on()
    assert len(hook.got) == 1
    outcome = room.outcome(delivery)
    assert (outcome.result, outcome.attempts, outcome.status_code) == ("failed", 1, None)
    assert "no answer within 0.4 s" in outcome.reason


def test_one_that_hangs_keeps_no_other_waiting(tmp_path: Path, hook: Receiver) -> None:
    """Ten deliveries of a batch are made side by side."""
    room = DeliverRoom(tmp_path)
    arrived = threading.Barrier(10, timeout=10)

    def together(connection: socket.socket) -> None:
        arrived.wait()
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    room.rule([room.hook(f"{hook.url}/{number}") for number in range(10)])
    hook.behaviours.extend([together] * 10)
    sent = [room.sent(index=number) for number in range(10)]
    room.work_on()
    assert [room.outcome(one).result for one in sent] == ["delivered"] * 10


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://10.0.0.1/hook", "use https://"),
        ("https://169.254.169.254/latest", "no public address"),
        ("https://metadata.google.internal/", "inner network"),
    ],
)
def test_an_address_that_was_written_past_the_checks_is_not_called(room: DeliverRoom, url: str, why: str) -> None:
    """What is called is checked again, whoever wrote the rule and however."""
    rule = room.rules.get(WORKSPACE, room.delivery().rule)
    room.rules.write(WORKSPACE, _with_hook(room, rule, url))
    delivery = room.sent()
    room.work_on()
    outcome = room.outcome(delivery)
    assert (outcome.result, outcome.attempts) == ("failed", 1)
    assert why in outcome.reason


def test_what_changed_since_is_said(room: DeliverRoom, hook: Receiver) -> None:
    """A rule that is gone, a webhook that it has no more, runs that were deleted: failed, each with its reason."""
    unknown = room.sent(run_ids=["5f0f2a10-0000-4000-8000-00000000ffff"])
    beyond = room.sent(index=7)
    room.work_on()
    assert "are not there any more" in room.outcome(unknown).reason
    assert "no such webhook any more" in room.outcome(beyond).reason
    room.rules.delete(WORKSPACE, beyond.rule)
    gone = room.sent()
    room.work_on()
    assert "does not exist" in room.outcome(gone).reason
    assert {room.outcome(one).result for one in (unknown, beyond, gone)} == {"failed"}
    assert hook.got == []


def test_a_new_address_is_used_by_what_waits(room: DeliverRoom, hook: Receiver) -> None:
    """A rule is read when it is told: who mends an address mends what is on its way."""
    hook.behaviours.append(500)
    delivery = room.sent()
    room.work()
    rule = room.rules.get(WORKSPACE, delivery.rule)
    room.rules.write(WORKSPACE, _with_hook(room, rule, f"{hook.url}?mended"))
    room.work_on()
    assert [one.line.split()[1] for one in hook.got] == ["/hook", "/hook?mended"]


def test_a_test_tells_of_a_run_that_nobody_made(room: DeliverRoom, hook: Receiver) -> None:
    """Signed and with the owner's headers as any other, and marked; its outcome is there by its id."""
    test_id = room.deliveries.send_test(WORKSPACE, room.delivery().rule, 0)
    room.work_on()
    [got] = hook.got
    assert got.headers["webhook-id"] == test_id
    assert "webhook-signature" in got.headers
    assert got.json["is_test"] is True
    assert [run["name"] for run in got.json["runs"]] == ["sample of a delivery"]
    assert room.deliveries.outcomes(WORKSPACE, [test_id])[test_id].result == "delivered"


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("failing", [False, True])
def test_killed_anywhere_it_is_delivered_all_the_same(tmp_path: Path, *, failing: bool, is_after: bool) -> None:
    """At every call of a door, before it or after it: what was begun is finished by whoever comes next.

    It arrives at least once, and twice only where the room died between telling and noting.
    """
    doubles: list[bool] = []
    died = True
    for step in range(60):
        with receiver() as hook:
            hook.behaviours.extend([503] if failing else [])
            folder = tmp_path / f"{step}"
            folder.mkdir()
            died, ids, delivery = _killed_once(folder, hook, step, is_after=is_after)
        wanted = 2 if failing else 1
        assert set(ids) == {delivery.id}
        assert wanted <= len(ids) <= wanted + 1
        doubles.append(len(ids) > wanted)
        if not died:
            break
    assert not died, "the room makes more calls than this test tries: raise its range"
    assert sum(doubles) <= (2 if failing else 1)


def _killed_once(folder: Path, hook: Receiver, step: int, *, is_after: bool) -> tuple[bool, list[str], Delivery]:
    """Deliver with a room that is killed at this call, then with one that lives."""
    room = DeliverRoom(folder)
    room.rule([room.hook(hook.url)])
    delivery = room.sent()
    calls = [step]
    died = False
    handler = build(room.settings, _watched(room.store, calls, is_after=is_after), room.clock)
    for _ in range(4):
        try:
            room.work(handler)
        except Killed:
            died = True
            break
        room.clock.advance(60)
    room.work_on()
    assert room.outcome(delivery).result == "delivered"
    assert room.store.deliveries.depth().dead == 0
    return died, hook.ids, delivery


def _watched(store: Store, calls: list[int], *, is_after: bool) -> Store:
    """The store behind doors that kill; they count together."""
    names = ("traces", "control", "deliveries", "hooks", "objects")
    doors: dict[str, Any] = {name: Killing(getattr(store, name), calls, is_after=is_after) for name in names}
    return replace(store, **doors)


def _with_hook(room: DeliverRoom, rule: Rule, url: str) -> Rule:
    return msgspec.structs.replace(rule, webhooks=(room.hook(url),))
