"""The laptop's event source mapping: messages from a queue wake the room that works on them.

receive -> event -> handler -> delete what is done, give back what failed, bury what came too often
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from typing import Protocol

from infra.local.function import Handler, context_of
from infra.local.loop import Loop
from infra.local.sqs_event import failed_ids, sqs_event
from infra.topology import FromQueue, Room
from shared.base.clock import Clock
from shared.store.ports import Message, Queue

_log = logging.getLogger(__name__)
_WAIT_S = 0.5  # between two looks at whether to stop; a message that is sent wakes the wait at once
_MAX_RETRY_S = 60


class ReleasingQueue(Queue, Protocol):
    """A queue that takes messages back before their visibility ends."""

    def release(self, handles: Sequence[str], delay_s: float) -> None:
        """Let these received messages be received again, after a delay."""
        ...


class Pump:
    """Takes batches from a queue to a room.

    Lambda lets a failed message wait for the queue's visibility, three minutes; here it comes again after
    `first_retry_s`, then twice that, and so on: nobody waits three minutes on a laptop.
    """

    def __init__(
        self, room: Room, handler: Handler, queue: ReleasingQueue, clock: Clock, first_retry_s: float = 1
    ) -> None:
        if not isinstance(room.trigger, FromQueue):
            raise TypeError(f"room {room.name} is not woken by a queue")
        self._room = room
        self._trigger = room.trigger
        self._handler = handler
        self._queue = queue
        self._clock = clock
        self._first_retry_s = first_retry_s
        self._last_errors: dict[str, str] = {}
        self._loops: list[Loop] = []

    def start(self, threads: int) -> None:
        """Work on the queue with that many threads until `stop`."""
        self._loops = [Loop(f"pump-{self._room.name}-{i}", lambda: self.once(_WAIT_S)) for i in range(threads)]
        for loop in self._loops:
            loop.start()

    def stop(self, timeout_s: float) -> bool:
        """Take no more; says whether the batches in hand were finished in time. If not, they come again."""
        deadline_s = time.monotonic() + timeout_s
        for loop in self._loops:
            loop.ask_to_stop()
        ended = [loop.join(max(0.0, deadline_s - time.monotonic())) for loop in self._loops]
        return all(ended)

    def once(self, wait_s: float = 0) -> int:
        """Work on one batch, waiting up to `wait_s` for it; says how many messages it held."""
        received = self._queue.receive(self._trigger.batch_size, self._trigger.visibility_s, wait_s)
        batch = [message for message in received if not self._is_spent(message)]
        if batch:
            self._deliver(batch)
        return len(received)

    def _is_spent(self, message: Message) -> bool:
        """Whether the redrive policy has buried the message, as SQS does with one received too often."""
        if message.attempt <= self._trigger.max_receives:
            return False
        last = self._last_errors.pop(message.id, "the server ended before it was done")
        self._queue.bury(message.body, f"received {self._trigger.max_receives} times and never done; last: {last}")
        self._queue.delete([message.handle])
        return True

    def _deliver(self, batch: list[Message]) -> None:
        failed = self._failed(batch)
        done = [message for message in batch if message.id not in failed]
        self._queue.delete([message.handle for message in done])
        for message in done:
            self._last_errors.pop(message.id, None)
        for message in batch:
            if message.id in failed:
                self._queue.release([message.handle], self._retry_s(message.attempt))

    def _failed(self, batch: list[Message]) -> set[str]:
        """The ids that come again; all of them when the handler raises."""
        event = sqs_event(batch, self._trigger.queue, self._clock.now_us())
        request_id = str(uuid.uuid4())
        error = "the room named it among its failures"
        try:
            failed = failed_ids(self._handler(event, context_of(self._room, request_id)), batch)
        except Exception as raised:  # noqa: BLE001 the outermost loop: a handler that raises fails its batch, not the pump
            _log.exception("%s: %s failed on messages %s", request_id, self._room.name, [one.id for one in batch])
            failed, error = {message.id for message in batch}, repr(raised)
        self._last_errors.update(dict.fromkeys(failed, error))
        return failed

    def _retry_s(self, attempt: int) -> float:
        return float(min(self._first_retry_s * 2 ** (attempt - 1), _MAX_RETRY_S))
