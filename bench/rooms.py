"""Receive and record in this process, woken as Lambda wakes them, one call at a time, over any store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.capture import API_KEY, Sent
from functions.receive.app import build as build_receive
from functions.receive.settings import ReceiveSettings
from functions.record.app import build as build_record
from functions.record.settings import RecordSettings
from infra.local.http_event import Request, http_event
from infra.local.routes import Routes
from infra.local.sqs_event import sqs_event
from infra.local.store import settings_of
from infra.topology import RECEIVE, RECORD, ROOMS, consumer_of
from shared.base.clock import SystemClock
from shared.store.access import Access
from shared.store.ports import Message, Store

WORKSPACE = "b0000000-0000-4000-8000-000000000001"
_ACCEPTED = 202
_ROUTES = Routes(ROOMS)


class Refused(Exception):
    """A room did not do its work, so its time says nothing."""


@dataclass
class Rooms:
    """The two rooms over one store; `cpu_s` and `calls` add up what each of them took."""

    store: Store
    cpu_s: dict[str, float] = field(default_factory=lambda: {RECEIVE.name: 0.0, RECORD.name: 0.0})
    calls: dict[str, int] = field(default_factory=lambda: {RECEIVE.name: 0, RECORD.name: 0})

    def __post_init__(self) -> None:
        """Make the key that the captured requests carry, and build the rooms."""
        clock = SystemClock()
        access = Access(self.store.control, clock)
        access.create_workspace("bench", WORKSPACE)
        access.create_key(WORKSPACE, "bench", text=API_KEY)
        self._receive = build_receive(settings_of(ReceiveSettings, {}), self.store, clock)
        self._record = build_record(settings_of(RecordSettings, {}), self.store, clock)

    def take(self, event: dict[str, Any]) -> None:
        """Receive one request. Raises: Refused when it is not accepted whole."""
        began_s = time.process_time()
        answer = self._receive(event, None)
        self._spent(RECEIVE.name, began_s)
        if answer["statusCode"] != _ACCEPTED:
            raise Refused(f"receive answered {answer['statusCode']}: {answer['body'][:500]}")

    def take_all(self, requests: Sequence[Sent]) -> None:
        """Receive them all. Raises: Refused."""
        for event in list(map(event_of, requests)):
            self.take(event)

    def record_all(self, batch_size: int) -> None:
        """Record everything that waits, so many messages at once. Raises: Refused."""
        while self.record(batch_size):
            pass

    def reset(self) -> None:
        """Begin to measure at nothing; the rooms stay warm."""
        self.cpu_s = dict.fromkeys(self.cpu_s, 0.0)
        self.calls = dict.fromkeys(self.calls, 0)

    def record(self, batch_size: int) -> int:
        """Record the next messages, at most so many, as one batch; says how many. Raises: Refused."""
        trigger = consumer_of("operations")
        messages = self.store.operations.receive(min(batch_size, trigger.batch_size), trigger.visibility_s)
        if messages:
            self._deliver(messages)
            self.store.operations.delete([message.handle for message in messages])
        return len(messages)

    def _deliver(self, messages: Sequence[Message]) -> None:
        event = sqs_event(messages, "operations", SystemClock().now_us())
        began_s = time.process_time()
        answer = self._record(event, None)
        self._spent(RECORD.name, began_s)
        if answer["batchItemFailures"]:
            raise Refused(f"record gave back {answer['batchItemFailures']}")

    def _spent(self, room: str, began_s: float) -> None:
        self.cpu_s[room] += time.process_time() - began_s
        self.calls[room] += 1


def event_of(sent: Sent) -> dict[str, Any]:
    """The event that the gateway makes of a captured request."""
    match = _ROUTES.match(sent.method, sent.path)
    if match is None:
        raise Refused(f"no room answers {sent.method} {sent.path}")
    request = Request(sent.method, sent.path, "", sent.headers, sent.body)
    return http_event(request, match, SystemClock().now_us(), "00000000-0000-4000-8000-000000000000")
