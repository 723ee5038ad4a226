"""A deliver room beside those that bring runs in and answer people, with rules whose receivers are on this machine."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from functions.deliver.app import build
from functions.deliver.settings import DeliverSettings
from shared.rules.rule import Alert, Rule, Webhook
from shared.store.deliveries import Deliveries, Delivery, Kind, Outcome, delivery_id
from shared.store.ports import Store
from shared.store.rules import Rules
from shared.store.sealing import Sealing
from tests.api_room import ApiRoom
from tests.operations import WORKSPACE, envelope
from tests.record_room import agent_trace
from tests.stores import NOON_US

DELIVER_SETTINGS = DeliverSettings(
    traces_table="t",
    control_table="c",
    bucket="b",
    deliveries_queue_url="q",
    delivery_dead_letter_queue_url="d",
    hooks_secret="h",
    alerts_topic_arn="a",
    page_url="https://traces.example.com",
    is_local=True,
    within_s=10.0,
)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RULE_ID = "5f0f2a10-0000-4000-8000-00000000aa01"
_VISIBILITY_S = 180
_PROJECT_NAME = "default"


class DeliverRoom(ApiRoom):
    """All rooms that a delivery needs, over one store."""

    def __init__(self, folder: Path, **settings: Any) -> None:  # noqa: ANN401 whatever a setting is
        super().__init__(folder)
        self.folder = folder
        self.settings = dataclasses.replace(DELIVER_SETTINGS, **settings)
        self.sealing = Sealing(self.store.hooks)
        self.rules = Rules(self.store.control, self.clock)
        self.deliveries = Deliveries(self.store.deliveries, self.store.traces, self.clock)
        self.deliver_handler = build(self.settings, self.store, self.clock)
        facts = agent_trace()
        self.take(envelope(facts, NOON_US))
        self.trace_id = facts[0].run_id
        self.run_ids = [fact.run_id for fact in facts[:3]]

    def over(self, store: Store) -> Callable[[dict[str, Any], object], dict[str, Any]]:
        """The room over another view of its store."""
        return build(self.settings, store, self.clock)

    def hook(self, url: str, headers: Mapping[str, str] | None = None, secret: str = SECRET) -> Webhook:
        """A webhook with what is secret of it sealed."""
        sealed = {name: self.sealing.seal(value) for name, value in (headers or {}).items()}
        return Webhook(url, sealed, self.sealing.seal(secret) if secret else "")

    def rule(self, webhooks: Sequence[Webhook] = (), alerts: Sequence[Alert] = (), name: str = "too slow") -> Rule:
        """A rule of the trace's project."""
        rule = Rule(
            id=RULE_ID, name=name, project=self.project(_PROJECT_NAME), webhooks=tuple(webhooks), alerts=tuple(alerts)
        )
        return self.rules.write(WORKSPACE, rule)

    def delivery(self, kind: Kind = "webhook", index: int = 0, run_ids: Sequence[str] | None = None) -> Delivery:
        """What the rule has to tell of the trace's runs."""
        told = tuple(self.run_ids if run_ids is None else run_ids)
        named = delivery_id(RULE_ID, kind, index, self.trace_id, told)
        return Delivery(named, WORKSPACE, RULE_ID, kind, index, self.trace_id, told, NOON_US, NOON_US + 60_000_000)

    def sent(self, kind: Kind = "webhook", index: int = 0, run_ids: Sequence[str] | None = None) -> Delivery:
        """Such a delivery, on its queue."""
        delivery = self.delivery(kind, index, run_ids)
        self.deliveries.send(delivery)
        return delivery

    def work(self, handler: Callable[[dict[str, Any], object], dict[str, Any]] | None = None) -> int:
        """Do what waits now; what fails comes again after its visibility. Says how many messages there were."""
        messages = self.store.deliveries.receive(10, _VISIBILITY_S)
        records = [
            {"messageId": one.id, "body": one.body, "attributes": {"ApproximateReceiveCount": str(one.attempt)}}
            for one in messages
        ]
        answer = (handler or self.deliver_handler)({"Records": records}, None)
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.store.deliveries.delete([one.handle for one in messages if one.id not in failed])
        return len(messages)

    def work_on(self, longest_s: int = 3_600) -> None:
        """Do all that waits, and what comes of it, letting time pass."""
        for _ in range(longest_s):
            if not self.work():
                depth = self.store.deliveries.depth()
                if depth.waiting + depth.delayed + depth.in_flight == 0:
                    return
                self.clock.advance(1)

    def outcome(self, delivery: Delivery) -> Outcome:
        """What became of a delivery."""
        return self.deliveries.outcomes(WORKSPACE, [delivery.id])[delivery.id]

    def alerts_told(self) -> list[dict[str, Any]]:
        """What the topic was told."""
        path = self.folder / "alerts.ndjson"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
