"""Makes deliveries, each once. Nothing is lost and nothing is told twice, but by who dies between telling and noting.

take     the attempt is ours, for as long as this room may run
tell     one attempt
note     what came of it
again    the message of the next attempt, with a growing delay; who dies before it, sends it when he comes again
"""

from __future__ import annotations

import msgspec

from functions.deliver.receivers import Receivers
from functions.deliver.settings import DeliverSettings
from functions.deliver.verdict import Verdict
from shared.base.clock import Clock
from shared.base.errors import ServiceError
from shared.base.log import logger
from shared.store.deliveries import Deliveries, Delivery, Outcome, Taken


class Courier:
    """Carries deliveries to their receivers."""

    def __init__(self, settings: DeliverSettings, deliveries: Deliveries, receivers: Receivers, clock: Clock) -> None:
        self._settings = settings
        self._deliveries = deliveries
        self._receivers = receivers
        self._clock = clock

    def carry(self, delivery: Delivery) -> bool:
        """Whether its message is done; one that somebody else is at work on must come again, in case he dies.

        Raises: Unavailable, with nothing told.
        """
        taken = self._deliveries.take(delivery, self._settings.lease_s)
        if isinstance(taken, Outcome):
            return self._stands(delivery, taken)
        try:
            verdict = self._receivers.tell(delivery)
        except ServiceError:
            self._deliveries.let_go(taken)
            raise
        self._noted(taken, verdict)
        return True

    def _stands(self, delivery: Delivery, outcome: Outcome) -> bool:
        """Whether nothing is to be done for a message whose attempt is not ours."""
        is_ours = outcome.attempts == delivery.attempt and not outcome.is_final
        if is_ours and outcome.result == "retrying":
            self._again(delivery)
        return not (is_ours and outcome.result == "running")

    def _noted(self, taken: Taken, verdict: Verdict) -> None:
        delivery = taken.delivery
        is_last = delivery.attempt >= self._settings.attempts
        result = "retrying" if verdict.result == "again" and not is_last else verdict.result
        outcome = Outcome(
            "failed" if result == "again" else result,
            delivery.attempt,
            self._clock.now_us(),
            verdict.status_code,
            verdict.reason,
        )
        _log(delivery, outcome)
        if self._deliveries.note(taken, outcome) and outcome.result == "retrying":
            self._again(delivery)

    def _again(self, delivery: Delivery) -> None:
        delay_s = self._settings.first_retry_s * 2 ** (delivery.attempt - 1)
        self._deliveries.send(msgspec.structs.replace(delivery, attempt=delivery.attempt + 1), delay_s)


def _log(delivery: Delivery, outcome: Outcome) -> None:
    """A line with ids alone: an address may hold its owner's secret, a reason names hosts at most."""
    said = {"delivery_id": delivery.id, "rule_id": delivery.rule, "kind": delivery.kind, "attempt": delivery.attempt}
    log = logger.warning if outcome.result == "failed" else logger.info
    log(outcome.result, extra={**said, "status_code": outcome.status_code, "reason": outcome.reason})
