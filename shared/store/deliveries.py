"""What rules have told somebody: a message to the deliver room for each, and a row for what became of it (ADR 18).

message  ids alone: what is sent is read when it is sent
row      by the delivery's id: taken before it is made, then what came of it. So it is made once, but by a room that
         died between making it and saying so; and people read why it failed
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.ids import new_uuid
from shared.base.units import S_PER_DAY, US_PER_S
from shared.store import keys
from shared.store.ports import Absent, Equals, Item, KeyRange, Queue, Table, Value

Kind = Literal["webhook", "alert", "test"]
Result = Literal["running", "retrying", "delivered", "failed"]
_KEPT_S = 90 * S_PER_DAY
"""Longer than a message lives, buried and sent on again (4 and 14 days), and than anybody asks why it failed."""
_NAMES = uuid.UUID("6c0e2a0b-3c1b-5d43-8f0a-2d3a51f1c9d7")
_ROW, _VERSION = "d", "v"


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one webhook or alert of a rule is to be told: which runs of a trace matched, in a pass over some time.

    `index` says which of the rule's webhooks, or for the kind `alert` of its alerts. A `test` tells a webhook of no
    run. Units: [`since_us`, `until_us`) is what the pass looked at. `attempt` counts from 1.
    """

    id: str
    workspace: str
    rule: str
    kind: Kind
    index: int
    trace_id: str = ""
    run_ids: tuple[str, ...] = ()
    since_us: int = 0
    until_us: int = 0
    attempt: int = 1


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a delivery so far, never with a word of a trace.

    `delivered` and `failed` are final; of `retrying` another attempt will come; of `running` one is under way, or its
    room died. `reason` is a sentence for people. `status_code` is what the receiver answered, if it did. What
    `is_buried` failed in the room itself: its message is among the dead letters, and may be sent on again.
    """

    result: Result
    attempts: int
    at_us: int
    status_code: int | None = None
    reason: str = ""
    is_buried: bool = False

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come of it."""
        return self.result in {"delivered", "failed"} and not self.is_buried


class Taken(NamedTuple):
    """An attempt that is ours to make: nobody else makes it until the time for it is over."""

    delivery: Delivery
    version: int


_encode = msgspec.json.Encoder().encode
_outcome = msgspec.json.Decoder(Outcome).decode


def delivery_id(rule: str, kind: Kind, index: int, trace_id: str, run_ids: Sequence[str]) -> str:
    """The id of what a rule tells one receiver of these runs: the same again for the same, in whatever order."""
    return str(uuid.uuid5(_NAMES, "\0".join((rule, kind, str(index), trace_id, *sorted(run_ids)))))


def delivery_of(body: str) -> Delivery:
    """The delivery of a message. Raises: msgspec.DecodeError when it is none."""
    return msgspec.json.decode(body, type=Delivery)


class Deliveries:
    """What is to be delivered, and what was."""

    def __init__(self, queue: Queue, table: Table, clock: Clock) -> None:
        """`table` is the one of traces; who only reads outcomes needs no queue."""
        self._queue = queue
        self._table = table
        self._clock = clock

    def send(self, delivery: Delivery, delay_s: int = 0) -> None:
        """Have it delivered. Sent twice under one id, it is delivered once. All of 25,000 runs fit in a message."""
        self._queue.send(_encode(delivery).decode(), group=delivery.workspace, delay_s=delay_s)

    def send_test(self, workspace: str, rule: str, index: int) -> str:
        """Have a sample delivered to one webhook of a rule; its id, for `outcomes`."""
        now_us = self._clock.now_us()
        sample = Delivery(new_uuid(), workspace, rule, "test", index, since_us=now_us, until_us=now_us)
        self.send(sample)
        return sample.id

    def outcomes(self, workspace: str, ids: Sequence[str]) -> dict[str, Outcome]:
        """What became of these by id; nothing of those that nobody has begun to deliver, or that are long over."""
        found = self._table.query_many([KeyRange(keys.delivery(workspace, one).pk) for one in ids])
        return {one: _read(items[0]) for one, items in zip(ids, found, strict=True) if items}

    def take(self, delivery: Delivery, within_s: int) -> Taken | Outcome:
        """The attempt, to be made and noted `within_s` seconds; or how it stands where it is not ours to make."""
        known = self._known(delivery)
        if known is None:
            return self._took(delivery, None, 1)
        outcome, version = known
        is_held = outcome.result == "running" and self._clock.now_us() < outcome.at_us + within_s * US_PER_S
        is_made = outcome.result == "retrying" and outcome.attempts == delivery.attempt
        if outcome.is_final or is_held or is_made or outcome.attempts > delivery.attempt:
            return outcome
        return self._took(delivery, version, version + 1)

    def note(self, taken: Taken, outcome: Outcome) -> bool:
        """Say what came of an attempt; False where its time was over, and somebody else took it."""
        item = self._item(taken.delivery, outcome, taken.version + 1)
        return self._table.put_if(item, Equals(_VERSION, taken.version))

    def let_go(self, taken: Taken) -> None:
        """Leave an attempt to whoever comes next, with nothing told: as if its time had been over long ago."""
        self.note(taken, Outcome("running", taken.delivery.attempt, at_us=0))

    def bury(self, delivery: Delivery, reason: str) -> None:
        """Put it among the dead letters, and say so where people look, unless something final is known of it."""
        known = self._known(delivery)
        outcome = Outcome("failed", delivery.attempt, self._clock.now_us(), reason=reason, is_buried=True)
        if known is None:
            self._table.put_if(self._item(delivery, outcome, 1), Absent())
        elif not known[0].is_final:
            self._table.put_if(self._item(delivery, outcome, known[1] + 1), Equals(_VERSION, known[1]))
        self._queue.bury(_encode(delivery).decode(), reason)

    def _took(self, delivery: Delivery, known: int | None, version: int) -> Taken | Outcome:
        running = Outcome("running", delivery.attempt, self._clock.now_us())
        condition = Absent() if known is None else Equals(_VERSION, known)
        return (
            Taken(delivery, version)
            if self._table.put_if(self._item(delivery, running, version), condition)
            else running
        )

    def _item(self, delivery: Delivery, outcome: Outcome, version: int) -> Item:
        at = keys.delivery(delivery.workspace, delivery.id)
        row: dict[str, Value] = {_ROW: _encode(outcome), _VERSION: version}
        return Item(at.pk, at.sk, row, self._clock.now_us() // US_PER_S + _KEPT_S)

    def _known(self, delivery: Delivery) -> tuple[Outcome, int] | None:
        item = self._table.get(keys.delivery(delivery.workspace, delivery.id), consistent=True)
        return None if item is None else (_read(item), int(str(item.attributes[_VERSION])))


def _read(item: Item) -> Outcome:
    return _outcome(item.attributes[_ROW])  # type: ignore[arg-type]  # bytes, as `Deliveries` writes them
