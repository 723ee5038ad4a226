"""The share room: what links show, made, kept up with its trace, and taken back (ADR 15).

app.py       messages → tasks; what fails comes again, what keeps failing is buried with its reason
sharer.py    make, check, view: what is shown
taker.py     end, take_back, sweep, switch: what is shown no more, and the receipt of it
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from functions.share.settings import ShareSettings
from functions.share.sharer import Sharer
from functions.share.taker import Taker
from shared.base.clock import Clock
from shared.base.errors import ServiceError
from shared.base.log import logger
from shared.retention.periods import Periods
from shared.store.ports import Queue, Store
from shared.store.questions import open_questions
from shared.store.shares import Shares, ShareTask, Step, encoded_task, share_task_of
from shared.store.snapshots import Snapshots

_PAUSES_S = (1, 3, 10, 30, 120, 600, 900)
"""Before each further try; the last, before all that follow."""

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def build(settings: ShareSettings, store: Store, clock: Clock) -> Handler:
    """The handler of SQS events; it answers with the ids of the messages that must come again."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    shares = Shares(store.control, store.shares, clock)
    taker = Taker(settings, store, shares, clock)
    sharer = Sharer(settings, store, shares, Snapshots(ask, store, clock), taker)
    steps: dict[Step, Callable[[ShareTask], None]] = {
        "make": sharer.make,
        "check": sharer.check,
        "view": sharer.view,
        "end": taker.end,
        "take_back": taker.take_back,
        "sweep": taker.sweep,
        "switch": taker.switch,
    }
    room = _Room(steps, store.shares, settings.max_attempts)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        failed = [record["messageId"] for record in event["Records"] if not room.done(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


class _Room:
    def __init__(self, steps: dict[Step, Callable[[ShareTask], None]], queue: Queue, max_attempts: int) -> None:
        self._steps = steps
        self._queue = queue
        self._max_attempts = max_attempts

    def done(self, record: dict[str, Any]) -> bool:
        """Whether a message is finished: carried out, or buried because it failed too often."""
        body, attempt = record["body"], int(record["attributes"]["ApproximateReceiveCount"])
        try:
            task = share_task_of(body)
        except msgspec.DecodeError as error:
            self._bury(record["messageId"], body, f"not a task: {error}")
            return True
        failure = self._failure(task)
        if failure is None:
            return True
        tries = task.tries + attempt
        if tries < self._max_attempts:
            return self._again(task, tries)
        fresh = encoded_task(msgspec.structs.replace(task, tries=0))
        self._bury(record["messageId"], fresh, f"failed {tries} times, last with {failure!r}")
        return True

    def _again(self, task: ShareTask, tries: int) -> bool:
        """Whether the task was put on the queue anew, to come soon: left where it is it would wait for its visibility.

        That is half an hour, in which whoever has a page open goes on reading what was taken back.
        Source: AWS Lambda, "Handling errors for an SQS event source in Lambda".
        """
        pause_s = _PAUSES_S[min(tries, len(_PAUSES_S)) - 1]
        try:
            self._queue.send(
                encoded_task(msgspec.structs.replace(task, tries=tries)), group=task.workspace, delay_s=pause_s
            )
        except ServiceError:
            return False
        return True

    def _failure(self, task: ShareTask) -> Exception | None:
        """None when the task was carried out, else what went wrong."""
        try:
            self._steps[task.step](task)
        except Exception as error:  # noqa: BLE001 the outermost loop: a task that fails is tried again, then buried
            logger.exception("sharing failed", extra={"share_id": task.share_id, "step": task.step})
            return error
        return None

    def _bury(self, message_id: str, body: str, reason: str) -> None:
        logger.error("message buried", extra={"message_id": message_id, "reason": reason})
        self._queue.bury(body, reason)
