"""Whom a delivery is for, and telling them: all is read when it is told, from the rule and from the trace."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from functions.deliver.alert import Finding, attributes, letter, pagerduty_event, webhook_alert
from functions.deliver.body import Bodies
from functions.deliver.post import Poster
from functions.deliver.settings import DeliverSettings
from functions.deliver.signature import signing_headers
from functions.deliver.verdict import Verdict, published, verdict_of
from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.units import US_PER_S
from shared.rules.rule import Alert, Rule, Webhook
from shared.store.deliveries import Delivery
from shared.store.ports import Store
from shared.store.questions import Questions
from shared.store.rules import Rules
from shared.store.sealing import Sealing
from shared.store.whole import ReadRun, WholeTraces
from shared.wire.app_paths import run_path

_JSON = {"Content-Type": "application/json"}
_encode = msgspec.json.Encoder(decimal_format="string").encode


class Receivers:
    """Tells webhooks, PagerDuty and the topic."""

    def __init__(self, settings: DeliverSettings, store: Store, ask: Questions, clock: Clock, poster: Poster) -> None:
        self._settings = settings
        self._ask = ask
        self._clock = clock
        self._poster = poster
        self._alerts = store.alerts
        self._rules = Rules(store.control, clock)
        self._sealing = Sealing(store.hooks)
        self._traces = WholeTraces(ask, ask.prices)
        self._bodies = Bodies(self._traces, store.objects, settings.max_body_bytes)

    def tell(self, delivery: Delivery) -> Verdict:
        """One attempt. Raises: Unavailable where what is to be told cannot be read now."""
        try:
            return self._told(delivery, self._rules.get(delivery.workspace, delivery.rule))
        except IndexError:
            return Verdict("failed", f"the rule has no such {delivery.kind} any more: it was changed since")
        except NotFound as error:
            return Verdict("failed", f"it was not sent: {error}")

    def _told(self, delivery: Delivery, rule: Rule) -> Verdict:
        if delivery.kind == "test":
            body = self._bodies.of_sample(delivery, rule.project or "")
            return self._post(delivery, rule.webhooks[delivery.index], body)
        if delivery.kind == "webhook":
            hook = rule.webhooks[delivery.index]
            return self._post(delivery, hook, self._bodies.of_runs(delivery, self._runs(delivery)))
        return self._alert(delivery, rule, rule.alerts[delivery.index])

    def _alert(self, delivery: Delivery, rule: Rule, alert: Alert) -> Verdict:
        found = self._finding(delivery, rule, alert)
        if alert.type == "sns":
            return published(lambda: self._alerts.publish(*letter(found), attributes(found)))
        if alert.type == "webhook":
            hook = Webhook(alert.url, alert.sealed_headers, alert.sealed_secret)
            return self._post(delivery, hook, _encode(webhook_alert(found)))
        return self._page_somebody(found)

    def _page_somebody(self, found: Finding) -> Verdict:
        def attempt() -> int:
            key = self._sealing.unseal(found.alert.sealed_routing_key)
            source = urlsplit(self._settings.page_url).hostname or "tracekeep"
            event = _encode(pagerduty_event(found, key, source))
            return self._poster.post(self._settings.pagerduty_url, _JSON, event)

        return verdict_of(attempt, heeds_rate=True)

    def _post(self, delivery: Delivery, hook: Webhook, body: bytes) -> Verdict:
        return verdict_of(lambda: self._poster.post(hook.url, self._headers(delivery, hook, body), body))

    def _headers(self, delivery: Delivery, hook: Webhook, body: bytes) -> Mapping[str, str]:
        """The owner's, and ours, which nobody else's stand in for. Raises: Malformed where a seal does not open."""
        secret = self._sealing.unseal(hook.sealed_secret) if hook.sealed_secret else ""
        at_epoch_s = self._clock.now_us() // US_PER_S
        ours = _JSON | signing_headers(delivery.id, at_epoch_s, body, secret)
        taken = {name.lower() for name in ours}
        theirs = {name: self._sealing.unseal(value) for name, value in hook.sealed_headers.items()}
        return {name: value for name, value in theirs.items() if name.lower() not in taken} | ours

    def _finding(self, delivery: Delivery, rule: Rule, alert: Alert) -> Finding:
        first = self._runs(delivery)[0].run
        project = self._ask.projects.get(delivery.workspace, first.project)
        link = f"{self._settings.page_url}{run_path(delivery.workspace, first)}" if self._settings.page_url else ""
        return Finding(delivery, rule, alert, project.name, link)

    def _runs(self, delivery: Delivery) -> list[ReadRun]:
        """Those of its runs that are there now, in order of execution. Raises: NotFound where there are none."""
        whole = self._traces.one(delivery.workspace, delivery.trace_id, consistent=True)
        wanted = set(delivery.run_ids)
        runs = [] if whole is None else [read for run_id, read in whole.runs.items() if run_id in wanted]
        if not runs:
            raise NotFound(f"its runs of trace {delivery.trace_id} are not there any more: deleted, or expired")
        return runs
