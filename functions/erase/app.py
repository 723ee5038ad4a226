"""The erase room: what was deleted on request → out of the table and out of the objects (ADR 8).

app.py        messages → tasks; what fails comes again, what keeps failing is buried with its reason
eraser.py     the four tasks: find, remove, close, late
projectrows.py  what a deleted project has beside its traces
search.py     which traces an erasure by metadata, or of a project, is about
removal.py    some traces, removed: payloads, lists, log, and the trace's own rows last
cutting.py    bytes out of segments that other traces share
logrows.py    facts out of log rows that other traces share
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from functions.erase.eraser import Eraser
from functions.erase.settings import EraseSettings
from shared.base.clock import Clock
from shared.base.log import logger
from shared.retention.periods import Periods
from shared.store.erasure import Task, task_of
from shared.store.ports import Queue, Store
from shared.store.questions import open_questions

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def build(settings: EraseSettings, store: Store, clock: Clock) -> Handler:
    """The handler of SQS events; it answers with the ids of the messages that must come again."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    room = _Room(Eraser(settings, store, ask, clock), store.erasures, settings.max_attempts)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        failed = [record["messageId"] for record in event["Records"] if not room.done(record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


class _Room:
    def __init__(self, eraser: Eraser, queue: Queue, max_attempts: int) -> None:
        self._eraser = eraser
        self._queue = queue
        self._max_attempts = max_attempts

    def done(self, record: dict[str, Any]) -> bool:
        """Whether a message is finished: carried out, or buried because it failed too often."""
        body, attempt = record["body"], int(record["attributes"]["ApproximateReceiveCount"])
        try:
            task = task_of(body)
        except msgspec.DecodeError as error:
            self._bury(record["messageId"], body, f"not a task: {error}")
            return True
        failure = self._failure(task)
        if failure is None:
            return True
        if attempt < self._max_attempts:
            return False
        self._bury(record["messageId"], body, f"failed {attempt} times, last with {failure!r}")
        return True

    def _failure(self, task: Task) -> Exception | None:
        """None when the task was carried out, else what went wrong."""
        try:
            self._eraser.do(task)
        except Exception as error:  # noqa: BLE001 the outermost loop: a task that fails is tried again, then buried
            logger.exception("erasing failed", extra={"erasure_id": task.erasure_id, "step": task.step})
            return error
        return None

    def _bury(self, message_id: str, body: str, reason: str) -> None:
        logger.error("message buried", extra={"message_id": message_id, "reason": reason})
        self._queue.bury(body, reason)
