"""What rules did, as logs and traces show it: ids and outcomes from the log, names and times from the trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.api.rule_log import Acted
from functions.api.schemas.moments import utc
from shared.rules.outcome import Outcome
from shared.rules.rule import Action, Rule
from shared.store.applications import LOOKED_BACK, Application
from shared.store.deliveries import Outcome as Delivered

FIELDS: dict[Action, str] = {
    "queue": "add_to_annotation_queue",
    "dataset": "add_to_dataset",
    "webhooks": "webhooks",
    "alerts": "alerts",
    "extend": "extend_only",
}
"""The wire's name of each action's outcome."""
_ONE_EACH = {"items": "item_id", "examples": "example_id"}
"""Lists that have one id for each run, and how the one of a run is called."""
MAX_RUN_IDS = 100

DeliveredById = Mapping[str, Delivered]


def log_entry(acted: Acted, rule: Rule, delivered: DeliveredById) -> dict[str, Any]:
    """One run that a rule acted on. What its trace told is null where that has ended or was erased."""
    entry, application = acted.logged.entry, acted.application
    outcomes = {action: Outcome(result) for action, result in entry.results.items()}
    if application is not None:
        outcomes = application.outcomes
    return {
        "rule_id": rule.id,
        "run_id": acted.run_id,
        "trace_id": entry.trace_id,
        **_told(acted),
        "start_time": utc(acted.logged.since_us),
        "end_time": utc(acted.logged.until_us),
        "application_time": utc(entry.at_us),
        **{name: _outcome(outcomes.get(action), rule, delivered, action, acted) for action, name in FIELDS.items()},
        "evaluators": None,
    }


def applied_object(application: Application, rule: Rule | None, delivered: DeliveredById) -> dict[str, Any]:
    """One time that a rule acted on a trace; without a name where the rule is gone, of the runs the first 100."""
    return {
        "rule_id": application.rule,
        "display_name": None if rule is None else rule.name,
        "applied_at": utc(application.at_us),
        "is_done": application.is_done,
        "looked_back": application.pass_name.startswith(LOOKED_BACK),
        "runs": len(application.run_ids),
        "run_ids": application.run_ids[:MAX_RUN_IDS],
        **{
            name: _outcome(application.outcomes.get(action), rule, delivered, action) for action, name in FIELDS.items()
        },
    }


def delivery_object(delivered: Delivered | None) -> dict[str, Any]:
    """What became of a delivery so far."""
    if delivered is None:
        return {"result": "pending", "attempts": 0, "status_code": None, "reason": None, "at": None}
    return {
        "result": delivered.result,
        "attempts": delivered.attempts,
        "status_code": delivered.status_code,
        "reason": delivered.reason or None,
        "at": utc(delivered.at_us),
    }


def _told(acted: Acted) -> dict[str, Any]:
    """What the trace tells of the run."""
    run = None if acted.read is None else acted.read.run
    return {
        "run_name": None if run is None else run.name,
        "run_type": None if run is None else run.run_type,
        "run_session_id": None if run is None else run.project,
        "run_status": None if run is None else run.status,
        "run_start_time": None if run is None else utc(run.start_us),
        "run_end_time": None if run is None else utc(run.end_us),
        "thread_id": None if run is None else run.thread_id,
    }


def _outcome(
    outcome: Outcome | None, rule: Rule | None, delivered: DeliveredById, action: Action, acted: Acted | None = None
) -> dict[str, Any] | None:
    """How one action ended; deliveries with what became of each, ids of others with the one of this run."""
    if outcome is None:
        return None
    payload: dict[str, Any] = dict(outcome.payload)
    ids = payload.get("deliveries")
    if isinstance(ids, list):
        payload["deliveries"] = [
            {"delivery_id": one, "to": _receiver(rule, action, n), **delivery_object(delivered.get(one))}
            for n, one in enumerate(ids)
        ]
    for name, single in _ONE_EACH.items():
        each = payload.pop(name, None)
        if isinstance(each, list):
            payload |= _one_of(each, single, acted)
    return {"outcome": outcome.outcome, "payload": payload}


def _one_of(each: list[str], name: str, acted: Acted | None) -> dict[str, Any]:
    """The id that belongs to a run, where there is one for each; their number otherwise."""
    application = None if acted is None else acted.application
    if acted is not None and application is not None and len(each) == len(application.run_ids):
        return {name: each[acted.nth]}
    return {"count": len(each)}


def _receiver(rule: Rule | None, action: Action, index: int) -> str | None:
    """Whom a delivery was for, as the rule is now."""
    if rule is None:
        return None
    if action == "webhooks":
        return rule.webhooks[index].url if index < len(rule.webhooks) else None
    alert = rule.alerts[index] if index < len(rule.alerts) else None
    return None if alert is None else alert.url or alert.type
