"""The keep room: traces that came into the extended tier → all of them where they live as long as it says (ADR 16).

app.py        messages → tasks; what fails comes again, what keeps failing is buried with its reason
keeper.py     the order in which traces are moved
moving.py     a trace that is moved, and which of its chunks end with the base tier
archiving.py  those chunks, facts and payloads, into a segment of the extended prefix
pointing.py   rows of the log that lead there
rows.py       the rows that lists read, and those of the log that were written for good
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from functions.keep.keeper import Keeper
from functions.keep.settings import KeepSettings
from shared.base.clock import Clock
from shared.base.log import logger
from shared.retention.periods import Periods
from shared.store.ports import Queue, Store
from shared.store.questions import open_questions
from shared.store.upgrades import Task, Upgrades, task_of

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


class Delivery(NamedTuple):
    """One message of a batch: its id, its text, how often it was delivered, what it asks of each of its traces."""

    id: str
    body: str
    attempt: int
    tasks: list[Task]


def build(settings: KeepSettings, store: Store, clock: Clock) -> Handler:
    """The handler of SQS events; it answers with the ids of the messages that must come again."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    room = _Room(Keeper(settings, store, ask, clock), ask.upgrades, store.upgrades, settings.max_attempts)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        failed = room.take(event["Records"])
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


class _Room:
    def __init__(self, keeper: Keeper, upgrades: Upgrades, queue: Queue, max_attempts: int) -> None:
        self._keeper = keeper
        self._upgrades = upgrades
        self._queue = queue
        self._max_attempts = max_attempts

    def take(self, records: list[dict[str, Any]]) -> list[str]:
        """Move the traces of all messages together; if that fails, each alone, to find the one that spoils it."""
        deliveries = [delivery for record in records if (delivery := self._opened(record)) is not None]
        if not deliveries or self._failure(deliveries) is None:
            return []
        return [one.id for one in deliveries if not self._done(one)]

    def _opened(self, record: dict[str, Any]) -> Delivery | None:
        body, attempt = record["body"], int(record["attributes"]["ApproximateReceiveCount"])
        try:
            return Delivery(record["messageId"], body, attempt, task_of(body).each())
        except msgspec.DecodeError as error:
            self._bury(record["messageId"], body, f"not a task: {error}")
            return None

    def _done(self, delivery: Delivery) -> bool:
        """Whether a message is finished: its trace moved, or a message for each, or buried as it failed too often."""
        failure = self._failure([delivery])
        if failure is None:
            return True
        if len(delivery.tasks) > 1:
            for task in delivery.tasks:
                self._upgrades.send(task)
            return True
        if delivery.attempt < self._max_attempts:
            return False
        self._bury(delivery.id, delivery.body, f"failed {delivery.attempt} times, last with {failure!r}")
        return True

    def _failure(self, deliveries: list[Delivery]) -> Exception | None:
        """None when the traces were moved, else what went wrong."""
        tasks = [task for one in deliveries for task in one.tasks]
        try:
            self._keeper.keep(tasks)
        except Exception as error:  # noqa: BLE001 the outermost loop: a task that fails is tried again, then buried
            logger.exception("keeping failed", extra={"trace_ids": [task.trace_id for task in tasks]})
            return error
        return None

    def _bury(self, message_id: str, body: str, reason: str) -> None:
        logger.error("message buried", extra={"message_id": message_id, "reason": reason})
        self._queue.bury(body, reason)
