"""A rule: which runs it is for, and what it does with each of them, once (ADR 18)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, get_args

import msgspec

Action = Literal["queue", "dataset", "webhooks", "alerts", "extend"]
ACTIONS: tuple[Action, ...] = get_args(Action)
"""What a rule may do, in the order in which it does it."""
AlertType = Literal["pagerduty", "sns", "webhook"]
Severity = Literal["critical", "warning", "error", "info"]


class Webhook(msgspec.Struct, frozen=True, omit_defaults=True):
    """An address that is told of what matched. What is secret of it is sealed: its headers, and what it is signed with.

    Shapes: `sealed_headers` is sealed text by the header's name; `sealed_secret` of `whsec_…` (Standard Webhooks).
    """

    url: str
    sealed_headers: dict[str, str] = {}
    sealed_secret: str = ""


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who is told that something matched: by PagerDuty's events, the deployment's topic, or a webhook.

    `sealed_routing_key` is PagerDuty's; `url`, `sealed_headers` and `sealed_secret` are a webhook's.
    """

    type: AlertType
    summary: str = ""
    severity: Severity = "warning"
    sealed_routing_key: str = ""
    url: str = ""
    sealed_headers: dict[str, str] = {}
    sealed_secret: str = ""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an owner asked to be done with runs that match.

    `project` None is every project of the workspace. Texts of filters that are None or blank ask for nothing.
    `sampling_rate` is the share of traces with matching runs that it acts on.
    `extends` is the rule's own switch of the extended tier; `extend_for_…` are those of its actions, None like False.
    `monthly_cap_usd` bounds what its upgrades may cost in a calendar month (UTC) at LangSmith's price.
    `is_transient` rules look back only, and are over with that.
    Units: times are microseconds since 1970 UTC. It looks at nothing that was recorded before `enabled_us`,
    but for what its backfill finds. `revision` grows by one with each change.
    """

    id: str
    name: str
    project: str | None = None
    is_enabled: bool = True
    sampling_rate: float = 1.0
    filter: str | None = None
    trace_filter: str | None = None
    tree_filter: str | None = None
    backfill_from_us: int | None = None
    extend_only: bool = False
    extends: bool = False
    queue: str | None = None
    extend_for_queue: bool | None = None
    dataset: str | None = None
    prefers_correction: bool = False
    extend_for_dataset: bool | None = None
    webhooks: tuple[Webhook, ...] = ()
    extend_for_webhook: bool | None = None
    alerts: tuple[Alert, ...] = ()
    monthly_cap_usd: Decimal | None = None
    is_transient: bool = False
    created_us: int = 0
    updated_us: int = 0
    enabled_us: int = 0
    created_by: str = ""
    revision: int = 0

    @property
    def upgrades(self) -> bool:
        """Whether what it acts on comes into the extended tier."""
        by_action = (
            (self.queue is not None, self.extend_for_queue),
            (self.dataset is not None, self.extend_for_dataset),
            (bool(self.webhooks), self.extend_for_webhook),
        )
        return self.extend_only or self.extends or any(does and extends is True for does, extends in by_action)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What it does with a run, in order."""
        does: dict[Action, bool] = {
            "queue": self.queue is not None,
            "dataset": self.dataset is not None,
            "webhooks": bool(self.webhooks),
            "alerts": bool(self.alerts),
        }
        first = () if self.extend_only else tuple(action for action in ACTIONS if does.get(action))
        return (*first, "extend") if self.upgrades else first
