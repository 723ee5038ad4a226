"""What every Queue promises. Waits are bounds, never expectations about time."""

from __future__ import annotations

import pytest

from shared.base.errors import Malformed, TooLarge
from shared.store.ports import MAX_MESSAGE_BYTES, Depth, Message, Queue

PATIENCE_S = 10


def _receive_all(queue: Queue, count: int) -> list[Message]:
    received: list[Message] = []
    for _ in range(20 * count):
        received += queue.receive(10, visibility_s=60, wait_s=0.2)
        if len(received) >= count:
            break
    return received


def test_a_message_comes_as_it_was_sent(queue: Queue) -> None:
    """Body and attributes, beyond ASCII too; the first delivery is attempt 1."""
    queue.send("höhe 😀\n\t{}", group="w", attributes={"kind": "ünï", "n": "1"})
    (message,) = queue.receive(10, visibility_s=60, wait_s=PATIENCE_S)
    assert message.body == "höhe 😀\n\t{}"
    assert dict(message.attributes) == {"kind": "ünï", "n": "1"}
    assert message.attempt == 1


def test_the_depth_is_what_is_there(queue: Queue) -> None:
    """What waits, what is delayed, what somebody holds, and what was given up."""
    assert queue.depth() == Depth(waiting=0, delayed=0, in_flight=0, dead=0)
    for body in ("a", "b", "c"):
        queue.send(body, group="w")
    queue.send("later", group="w", delay_s=900)
    queue.bury("given up", "no envelope")
    (held,) = queue.receive(1, visibility_s=60, wait_s=PATIENCE_S)
    assert queue.depth() == Depth(waiting=2, delayed=1, in_flight=1, dead=1)
    queue.delete([held.handle])
    assert queue.depth() == Depth(waiting=2, delayed=1, in_flight=0, dead=1)


def test_an_empty_queue_gives_nothing(queue: Queue) -> None:
    """Waiting or not."""
    assert list(queue.receive(10, visibility_s=60)) == []
    assert list(queue.receive(10, visibility_s=60, wait_s=0.05)) == []


def test_a_received_message_is_hidden_and_comes_again_unless_deleted(queue: Queue) -> None:
    """After its visibility, with the next attempt and a handle of its own; a deleted one never."""
    queue.send("again", group="w")
    queue.send("done", group="w")
    first = {message.body: message for message in _receive_all_for(queue, 2, visibility_s=1)}
    assert list(queue.receive(10, visibility_s=1)) == []
    queue.delete([first["done"].handle])
    (second,) = queue.receive(10, visibility_s=60, wait_s=PATIENCE_S)
    assert (second.body, second.attempt, second.id) == ("again", 2, first["again"].id)
    assert second.handle != first["again"].handle


def _receive_all_for(queue: Queue, count: int, visibility_s: int) -> list[Message]:
    received: list[Message] = []
    while len(received) < count:
        received += queue.receive(count, visibility_s=visibility_s, wait_s=PATIENCE_S)
    return received


def test_a_delayed_message_comes_later_than_one_that_is_not(queue: Queue) -> None:
    """Nothing is there at first; waiting brings it."""
    queue.send("later", group="w", delay_s=1)
    assert list(queue.receive(10, visibility_s=60)) == []
    queue.send("now", group="w")
    assert [message.body for message in queue.receive(10, visibility_s=60, wait_s=PATIENCE_S)] == ["now"]
    assert [message.body for message in queue.receive(10, visibility_s=60, wait_s=PATIENCE_S)] == ["later"]


def test_no_more_than_the_limit_comes_at_once_and_all_come_in_the_end(queue: Queue) -> None:
    """25 messages, at most 10 a call, each once while hidden."""
    for number in range(25):
        queue.send(str(number), group=f"w{number % 3}")
    assert len(queue.receive(3, visibility_s=0, wait_s=PATIENCE_S)) <= 3
    received = _receive_all(queue, 25)
    assert sorted(int(message.body) for message in received) == list(range(25))


def test_deleting_many_handles_deletes_them_all(queue: Queue) -> None:
    """25 handles, over the 10 of one SQS request."""
    for number in range(25):
        queue.send(str(number), group="w")
    received = _receive_all_for_each(queue, 25)
    queue.delete([message.handle for message in received])
    queue.delete([])
    assert list(queue.receive(10, visibility_s=60, wait_s=1.5)) == []


def _receive_all_for_each(queue: Queue, count: int) -> list[Message]:
    received: list[Message] = []
    while len(received) < count:
        received += queue.receive(10, visibility_s=60, wait_s=PATIENCE_S)
    return received


def test_a_message_may_have_one_mib_and_not_a_byte_more(queue: Queue) -> None:
    """Counted in UTF-8, attributes included."""
    full = "é" * (MAX_MESSAGE_BYTES // 2)
    queue.send(full, group="w")
    (message,) = queue.receive(1, visibility_s=60, wait_s=PATIENCE_S)
    assert message.body == full
    with pytest.raises(TooLarge, match="1048577 bytes; the limit is 1048576"):
        queue.send(full + "x", group="w")
    with pytest.raises(TooLarge):
        queue.send(full, group="w", attributes={"a": "b"})
    with pytest.raises(Malformed):
        queue.send("", group="w")


@pytest.mark.parametrize("reason", ["", "it was no envelope", "ü" * 5_000])
def test_a_buried_message_is_on_no_receivers_way(queue: Queue, reason: str) -> None:
    """Burying takes any reason and puts nothing on the queue itself."""
    queue.bury("poison", reason)
    queue.send("good", group="w")
    assert [message.body for message in queue.receive(10, visibility_s=60, wait_s=PATIENCE_S)] == ["good"]
