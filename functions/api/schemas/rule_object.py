"""A rule as the wire shows it: with names beside ids, what it has spent, and nothing of what is secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from functions.api.rule_secrets import HIDDEN, SecretsByPlace
from functions.api.rule_spend import Spend, upgrade_cost
from functions.api.schemas.moments import utc
from shared.rules.rule import Alert, Rule, Webhook
from shared.store.rules import Backfill, Standing
from shared.wire.money import amount

_NO_EVALUATORS: dict[str, Any] = {
    "dataset_id": None,
    "dataset_name": None,
    "evaluators": None,
    "code_evaluators": None,
    "evaluator_id": None,
    "evaluator_version": 0,
    "use_corrections_dataset": False,
    "num_few_shot_examples": None,
    "corrections_dataset_id": None,
    "alignment_annotation_queue_id": None,
    "extend_evaluator_trace_retention": None,
    "include_extended_stats": False,
    "group_by": None,
    "is_managed_evaluator": False,
    "is_tracing_disabled": True,
    "spend_limit": None,
    "effective_spend_limit": None,
}
"""What clients expect to find of things that Tracekeep does not run."""


class Names(NamedTuple):
    """The names of what rules refer to, by its id; what is no longer there has none."""

    projects: Mapping[str, str]
    queues: Mapping[str, str]
    datasets: Mapping[str, str]


class Known(NamedTuple):
    """What is known of the rules of a workspace, for one answer; `applied_us` is when each acted last, by its id."""

    names: Names
    spend: Spend
    applied_us: Mapping[str, int | None]


def rule_object(standing: Standing, tenant: str, known: Known, secrets: SecretsByPlace | None = None) -> dict[str, Any]:
    """A rule; `secrets` are those that were made for it just now, and are told this once."""
    rule, told = standing.rule, secrets or {}
    upgrades, names = known.spend.of(rule.id), known.names
    return {
        "id": rule.id,
        "tenant_id": tenant,
        "display_name": rule.name,
        "session_id": rule.project,
        "session_name": names.projects.get(rule.project or ""),
        "is_enabled": rule.is_enabled,
        "sampling_rate": rule.sampling_rate,
        "filter": rule.filter,
        "trace_filter": rule.trace_filter,
        "tree_filter": rule.tree_filter,
        "transient": rule.is_transient,
        **_actions(rule, names),
        "webhooks": [_webhook(one, told.get(f"webhooks.{n}")) for n, one in enumerate(rule.webhooks)],
        "alerts": [_alert(one, told.get(f"alerts.{n}")) for n, one in enumerate(rule.alerts)],
        "monthly_cap_usd": amount(rule.monthly_cap_usd),
        "trace_count": upgrades,
        "spend_usd": float(upgrade_cost(upgrades).list_price_usd),
        "aws_spend_usd": amount(upgrade_cost(upgrades).aws_usd),
        **_health(standing, known.applied_us.get(rule.id)),
        **_backfill(standing),
        "created_at": utc(rule.created_us),
        "updated_at": utc(rule.updated_us),
        "created_by": rule.created_by or None,
        "revision": rule.revision,
        **_NO_EVALUATORS,
    }


def _actions(rule: Rule, names: Names) -> dict[str, Any]:
    return {
        "actions": rule.actions,
        "extend_only": rule.extend_only,
        "extend_trace_retention": rule.extends,
        "extends_traces": rule.upgrades,
        "add_to_annotation_queue_id": rule.queue,
        "add_to_annotation_queue_name": names.queues.get(rule.queue or ""),
        "extend_annotation_queue_trace_retention": rule.extend_for_queue,
        "add_to_dataset_id": rule.dataset,
        "add_to_dataset_name": names.datasets.get(rule.dataset or ""),
        "add_to_dataset_prefer_correction": rule.prefers_correction,
        "extend_dataset_trace_retention": rule.extend_for_dataset,
        "extend_webhook_trace_retention": rule.extend_for_webhook,
    }


def _webhook(hook: Webhook, secret: str | None) -> dict[str, Any]:
    return {"url": hook.url, "headers": dict.fromkeys(hook.sealed_headers, HIDDEN), "signing_secret": secret}


def _alert(alert: Alert, secret: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"type": alert.type, "summary": alert.summary or None, "severity": alert.severity}
    if alert.type == "webhook":
        hook = Webhook(alert.url, alert.sealed_headers)
        return said | _webhook(hook, secret)
    return said | {"routing_key": HIDDEN} if alert.type == "pagerduty" else said


def _health(standing: Standing, applied_us: int | None) -> dict[str, Any]:
    """When it last acted, up to when it has looked, and why its last pass failed, if it did."""
    state = standing.state
    return {
        "last_applied_at": utc(applied_us),
        "looked_until": utc(state.looked_us or None),
        "error": state.error or None,
    }


def _backfill(standing: Standing) -> dict[str, Any]:
    rule, step = standing.rule, standing.backfill
    has_one = rule.backfill_from_us is not None
    return {
        "backfill_from": utc(rule.backfill_from_us),
        "backfill_id": rule.id if has_one else None,
        "backfill_status": _status(standing) if has_one else None,
        "backfill_progress": _progress(step) if has_one else None,
        "backfill_error": (standing.state.error or None) if standing.looks_back else None,
        "backfill_completed_at": utc(step.done_us),
        "backfill_looked_at": step.looked if has_one else None,
        "backfill_matched": step.matched if has_one else None,
    }


def _status(standing: Standing) -> str:
    if not standing.looks_back:
        return "completed"
    if standing.state.error:
        return "retrying"
    return "running" if standing.backfill.number else "pending"


def _progress(step: Backfill) -> float:
    return 1.0 if step.done_us is not None else step.part
