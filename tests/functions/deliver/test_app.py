"""The room as SQS sees it: what comes again, and what is buried with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.base.errors import Unavailable
from tests.deliver_room import DeliverRoom
from tests.hook_receiver import Receiver, receiver


class Away:
    """A door that does not answer, so many times."""

    def __init__(self, door: object, times: int, method: str) -> None:
        self._door = door
        self._times = times
        self._method = method

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 a method of any kind
        """A method of the door, if it answers."""
        if name == self._method and self._times > 0:
            self._times -= 1
            raise Unavailable(f"{name}: no answer")
        return getattr(self._door, name)


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


@pytest.mark.parametrize(("door", "method"), [("control", "query"), ("traces", "put_if"), ("hooks", "read")])
def test_what_cannot_be_read_now_is_read_when_its_message_comes_again(
    room: DeliverRoom, hook: Receiver, door: str, method: str
) -> None:
    """A table or secret that does not answer sends the message back, with nothing told and nothing lost."""
    handler = room.over(replace(room.store, **{door: Away(getattr(room.store, door), 1, method)}))
    delivery = room.sent()
    room.work(handler)
    assert hook.got == []
    assert room.store.deliveries.depth().in_flight == 1
    room.clock.advance(181)
    room.work(handler)
    assert hook.ids == [delivery.id]
    assert room.outcome(delivery).result == "delivered"


def test_one_that_fails_sends_no_other_back(room: DeliverRoom, hook: Receiver) -> None:
    """The ids of those that come again are the failed ones alone."""
    first, second = room.sent(run_ids=room.run_ids[:1]), room.sent(run_ids=room.run_ids[1:])
    control = Away(room.store.control, 1, "query")
    assert room.work(room.over(replace(room.store, control=control))) == 2
    assert room.store.deliveries.depth().in_flight == 1
    assert len(hook.ids) == 1
    room.work_on()
    assert sorted(hook.ids) == sorted([first.id, second.id])


def test_what_keeps_failing_is_buried_and_its_rule_says_so(room: DeliverRoom, hook: Receiver) -> None:
    """With the reason, for who looks at the dead letters and for who looks at the rule; sent on again, it is told."""
    delivery = room.sent()
    control = Away(room.store.control, 99, "query")
    handler = room.over(replace(room.store, control=control))
    for _ in range(room.settings.max_attempts):
        room.work(handler)
        room.clock.advance(181)
    assert room.store.deliveries.depth() == (0, 0, 0, 1)
    outcome = room.outcome(delivery)
    assert (outcome.result, outcome.is_buried) == ("failed", True)
    assert outcome.reason.startswith("failed 5 times, last with Unavailable")
    room.deliveries.send(delivery)
    room.work_on()
    assert hook.ids == [delivery.id]
    assert room.outcome(delivery).result == "delivered"


@pytest.mark.parametrize("body", ["", "{}", "no json", '{"id": 1}', "[]", '{"id":"a","workspace":"w"}'])
def test_what_is_no_delivery_is_buried_at_once(room: DeliverRoom, body: str) -> None:
    """It would never be one."""
    record = {"messageId": "1", "body": body or " ", "attributes": {"ApproximateReceiveCount": "1"}}
    assert room.deliver_handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert room.store.deliveries.depth().dead == 1


def test_whoever_finds_another_at_work_does_not_bury_what_he_holds(room: DeliverRoom, hook: Receiver) -> None:
    """However often the message came: its time will be over, and then somebody makes the attempt."""
    delivery = room.sent()
    room.deliveries.take(delivery, room.settings.lease_s)
    [message] = room.store.deliveries.receive(1, 1)
    record = {"messageId": "1", "body": message.body, "attributes": {"ApproximateReceiveCount": "7"}}
    assert room.deliver_handler({"Records": [record]}, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    room.clock.advance(room.settings.lease_s + 1)
    assert room.deliver_handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert hook.ids == [delivery.id]
    assert room.store.deliveries.depth().dead == 0


@pytest.mark.parametrize(("door", "method"), [("control", "query"), ("hooks", "read")])
def test_who_told_nobody_holds_nothing_back(room: DeliverRoom, hook: Receiver, door: str, method: str) -> None:
    """The attempt is free at once for whoever comes next, not only when its time is over."""
    handler = room.over(replace(room.store, **{door: Away(getattr(room.store, door), 1, method)}))
    room.sent()
    [message] = room.store.deliveries.receive(1, 180)
    record = {"messageId": "1", "body": message.body, "attributes": {"ApproximateReceiveCount": "1"}}
    assert handler({"Records": [record]}, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert len(hook.got) == 1
