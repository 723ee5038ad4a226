"""The deliver room: what rules have to tell somebody → told, and noted (ADR 22; docs/webhooks.md).

app.py         messages → deliveries, side by side; what fails comes again, what keeps failing is buried
courier.py     each delivery once: taken, told, noted, and again where that may help
receivers.py   whom it is for: a webhook, PagerDuty, the topic
body.py        what a webhook is sent      alert.py     what an alert says
signature.py   how a receiver knows us     post.py      the request, to nobody within
verdict.py     what an attempt came to
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from functions.deliver.courier import Courier
from functions.deliver.post import Poster
from functions.deliver.receivers import Receivers
from functions.deliver.settings import DeliverSettings
from shared.base.clock import Clock
from shared.base.log import logger
from shared.retention.periods import Periods
from shared.store.deliveries import Deliveries, Delivery, delivery_of
from shared.store.ports import Queue, Store
from shared.store.questions import open_questions

Handler = Callable[[dict[str, Any], object], dict[str, Any]]
_AT_ONCE = 10
"""As many as a batch has: a receiver that takes its time keeps no other waiting."""


def build(settings: DeliverSettings, store: Store, clock: Clock, poster: Poster | None = None) -> Handler:
    """The handler of SQS events; it answers with the ids of the messages that must come again."""
    poster = poster or Poster(settings.within_s, allow_loopback=settings.is_local)
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    deliveries = Deliveries(store.deliveries, store.traces, clock)
    courier = Courier(settings, deliveries, Receivers(settings, store, ask, clock, poster), clock)
    room = _Room(courier, deliveries, store.deliveries, settings.max_attempts)
    threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="deliver")

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        records = event["Records"]
        is_done = threads.map(room.take, records)
        failed = [record["messageId"] for record, done in zip(records, is_done, strict=True) if not done]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


class _Room:
    def __init__(self, courier: Courier, deliveries: Deliveries, queue: Queue, max_attempts: int) -> None:
        self._courier = courier
        self._deliveries = deliveries
        self._queue = queue
        self._max_attempts = max_attempts

    def take(self, record: dict[str, Any]) -> bool:
        """Whether a message is finished: carried, or buried because it failed too often."""
        try:
            delivery = delivery_of(record["body"])
        except msgspec.DecodeError as error:
            self._log_burial(record, f"not a delivery: {error}")
            self._queue.bury(record["body"], f"not a delivery: {error}")
            return True
        try:
            return self._courier.carry(delivery)
        except Exception as error:  # noqa: BLE001 the outermost loop: a delivery that fails is tried again, then buried
            logger.exception("delivering failed", extra={"delivery_id": delivery.id})
            return self._gave_up(record, delivery, error)

    def _gave_up(self, record: dict[str, Any], delivery: Delivery, error: Exception) -> bool:
        received = int(record["attributes"]["ApproximateReceiveCount"])
        if received < self._max_attempts:
            return False
        reason = f"failed {received} times, last with {error!r}"
        self._log_burial(record, reason)
        self._deliveries.bury(delivery, reason)
        return True

    def _log_burial(self, record: dict[str, Any], reason: str) -> None:
        logger.error("message buried", extra={"message_id": record["messageId"], "reason": reason})
