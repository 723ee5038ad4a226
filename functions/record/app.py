"""The record room: messages from the queue → rows of traces, and of the lists that find them.

app.py        messages → envelopes; what fails comes again, what keeps failing is buried with its reason
recorder.py   the order in which a batch is written
arrivals.py   each group of facts, placed in a trace and a project
feedback.py   feedback, placed; and brought to runs that came after it
payloads.py   inline, or one segment a batch
tiers.py      in which tier a trace is born, and whether feedback keeps it longer
listings.py   log, failures, pointers, hours, feed
noticed.py    which traces got feedback, for rules
summary.py    the head of a trace
limits.py     25,000 runs a trace
late.py       what came for deleted traces
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from functions.record.recorder import Recorder
from functions.record.settings import RecordSettings
from shared.base.clock import Clock
from shared.base.errors import ServiceError
from shared.base.log import logger
from shared.retention.periods import Periods
from shared.runs.codec import unpack_envelope
from shared.runs.fact import Envelope
from shared.store.ports import Store
from shared.store.questions import open_questions
from shared.store.rejects import buried_item

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


class Delivery(NamedTuple):
    """One message of a batch: its id, its text, how often it was delivered, what it holds."""

    id: str
    body: str
    attempt: int
    envelope: Envelope


def build(settings: RecordSettings, store: Store, clock: Clock) -> Handler:
    """The handler of SQS events; it answers with the ids of the messages that must come again."""
    ask = open_questions(store, clock, Periods(settings.base_days, settings.extended_days))
    recorder = Recorder(store, ask, clock, ask.prices, settings.inline_bytes, settings.gather_s)
    room = _Room(recorder, store, settings.max_attempts)

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        failed = room.take(event["Records"])
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


class _Room:
    def __init__(self, recorder: Recorder, store: Store, max_attempts: int) -> None:
        self._recorder = recorder
        self._store = store
        self._max_attempts = max_attempts

    def take(self, records: list[dict[str, Any]]) -> list[str]:
        """Record all messages together; if that fails, each alone, to find the one that spoils it."""
        deliveries = [delivery for record in records if (delivery := self._opened(record)) is not None]
        if not deliveries or self._recorded(deliveries) is None:
            return []
        return [one.id for one in deliveries if not self._done(one)]

    def _opened(self, record: dict[str, Any]) -> Delivery | None:
        body, attempt = record["body"], int(record["attributes"]["ApproximateReceiveCount"])
        try:
            return Delivery(record["messageId"], body, attempt, unpack_envelope(body))
        except (ValueError, msgspec.DecodeError) as error:
            self._bury(record["messageId"], body, f"not an envelope: {error}")
            return None

    def _done(self, delivery: Delivery) -> bool:
        """Whether a message is finished: recorded, or buried because it failed too often."""
        error = self._recorded([delivery])
        if error is None:
            return True
        if delivery.attempt < self._max_attempts:
            return False
        reason = f"failed {delivery.attempt} times, last with {error!r}"
        self._bury(delivery.id, delivery.body, reason)
        self._tell(delivery.envelope, reason)
        return True

    def _recorded(self, deliveries: list[Delivery]) -> Exception | None:
        """None when they were recorded, else what went wrong."""
        try:
            self._recorder.record([one.envelope for one in deliveries])
        except Exception as error:  # noqa: BLE001 the outermost loop: one message must not take others down with it
            logger.exception("recording failed", extra={"message_ids": [one.id for one in deliveries]})
            return error
        return None

    def _bury(self, message_id: str, body: str, reason: str) -> None:
        logger.error("message buried", extra={"message_id": message_id, "reason": reason})
        self._store.operations.bury(body, reason)

    def _tell(self, envelope: Envelope, reason: str) -> None:
        """List a buried message where its owner looks, if the table takes as much."""
        try:
            self._store.traces.put([buried_item(envelope.workspace, envelope.receipt, reason)])
        except ServiceError:
            logger.exception("a buried message is not listed", extra={"receipt": envelope.receipt})
