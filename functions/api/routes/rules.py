"""Automation rules: made, listed, changed, removed; and what they spend."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.errors import BadRequest
from functions.api.rule_desk import RuleDesk, check_webhook
from functions.api.rule_rows import RuleRows
from functions.api.rule_spend import Spend
from functions.api.schemas.asked import optional_uuid, uuid_of, uuids_of
from functions.api.schemas.rule import RuleAsked, TriggerMany
from functions.api.schemas.rule_log import delivery_object
from functions.api.schemas.rule_spend import spend_object
from shared.base.errors import Malformed
from shared.rules.rule import Rule
from shared.store.deliveries import Deliveries
from shared.usage.month import Month

routes = APIRouter(prefix="/runs/rules")

PASS_S, LAPTOP_PASS_S = 60, 2
"""How often the automate room looks at what is new (`infra/topology.py`)."""
Ids = Annotated[list[str] | None, Query()]


@routes.get("")
async def list_rules(
    caller: CallerIn,
    session_id: str | None = None,
    dataset_id: str | None = None,
    type: Literal["session", "dataset"] | None = None,  # noqa: A002 its name in the URL
    name_contains: str | None = None,
    id: Ids = None,  # noqa: A002 its name in the URL
    evaluator_id: str | None = None,
    tag_value_id: Ids = None,
) -> Response:
    """The rules of the workspace, the oldest first. None has a dataset's experiments, an evaluator or a tag."""
    desk = RuleDesk(caller)
    project, ids = optional_uuid(session_id, "session_id"), uuids_of(id, "id")
    if dataset_id or evaluator_id or tag_value_id or type == "dataset":
        return json_v1([])
    found = [
        one
        for one in desk.rules.standings(caller.workspace, consistent=True)
        if (project is None or one.rule.project == project)
        and (not ids or one.rule.id in ids)
        and (name_contains or "").casefold() in one.rule.name.casefold()
    ]
    return json_v1(RuleRows(caller, desk).shown(found))


@routes.post("")
async def create_rule(caller: CallerIn, asked: RuleAsked) -> Response:
    """A new rule. Raises: BadRequest, Malformed, NotFound, Conflict."""
    desk = RuleDesk(caller)
    rule, secrets = desk.create(asked)
    return json_v1(RuleRows(caller, desk).one(rule.id, secrets))


@routes.get("/spend")
async def read_spend(caller: CallerIn, month: str | None = None) -> Response:
    """What each rule's upgrades of a month cost, and those of all other causes. Raises: Malformed."""
    asked = Month.of(caller.now_us) if month is None else Month.read(month)
    spend = Spend(caller.room.store.control, caller.workspace, asked)
    return json_v1(spend_object(spend, RuleDesk(caller).rules.all(caller.workspace)))


@routes.post("/trigger")
async def trigger_rules(caller: CallerIn, asked: TriggerMany) -> Response:
    """Have these rules run now. Raises: NotFound, Conflict, Malformed."""
    if not asked.rule_ids:
        raise Malformed("rule_ids: name the rules that are to run; rules of a dataset's experiments are none of ours")
    desk = RuleDesk(caller)
    return json_v1(_triggered(caller, [desk.ready(uuid_of(one, "rule_ids")) for one in asked.rule_ids]))


@routes.post("/validate")
async def validate_rule() -> Response:
    """Refused: it tries LLM judges."""
    raise BadRequest(
        "validate: it tries an evaluator's prompt, and Tracekeep runs no evaluators; to try a rule's filters and see "
        "what it would cost, ask POST /runs/rules/dry-run"
    )


@routes.get("/{rule_id}")
async def read_rule(caller: CallerIn, rule_id: str) -> Response:
    """One rule. Raises: NotFound."""
    desk = RuleDesk(caller)
    return json_v1(RuleRows(caller, desk).one(uuid_of(rule_id, "rule_id")))


@routes.patch("/{rule_id}")
async def change_rule(caller: CallerIn, rule_id: str, asked: RuleAsked) -> Response:
    """The rule as it is from now on: all of it. Raises: BadRequest, Malformed, NotFound."""
    desk = RuleDesk(caller)
    rule, secrets = desk.change(uuid_of(rule_id, "rule_id"), asked)
    return json_v1(RuleRows(caller, desk).one(rule.id, secrets))


@routes.delete("/{rule_id}")
async def delete_rule(caller: CallerIn, rule_id: str) -> Response:
    """Forget a rule; what it did stays done. Raises: NotFound."""
    known = RuleDesk(caller).delete(uuid_of(rule_id, "rule_id"))
    return json_v1({"id": known.id, "message": "deleted"})


@routes.post("/{rule_id}/trigger")
async def trigger_rule(caller: CallerIn, rule_id: str) -> Response:
    """Have a rule run now. Raises: NotFound, Conflict."""
    return json_v1(_triggered(caller, [RuleDesk(caller).ready(uuid_of(rule_id, "rule_id"))]))


@routes.post("/{rule_id}/webhooks/{index}/secret")
async def rotate_secret(caller: CallerIn, rule_id: str, index: int) -> Response:
    """A new signing secret of one webhook, told this once; the one before signs nothing more. Raises: NotFound."""
    rule, secret = RuleDesk(caller).rotate(uuid_of(rule_id, "rule_id"), index)
    return json_v1({"rule_id": rule.id, "url": rule.webhooks[index].url, "signing_secret": secret})


@routes.post("/{rule_id}/webhooks/{index}/test")
async def send_test(caller: CallerIn, rule_id: str, index: int) -> Response:
    """Send one webhook a sample without a run; its outcome is asked by the delivery's id. Raises: NotFound."""
    rule = RuleDesk(caller).rules.get(caller.workspace, uuid_of(rule_id, "rule_id"))
    check_webhook(rule, index)
    sent = _deliveries(caller).send_test(caller.workspace, rule.id, index)
    return json_v1({"delivery_id": sent, "rule_id": rule.id, "url": rule.webhooks[index].url})


@routes.get("/{rule_id}/deliveries/{delivery_id}")
async def read_delivery(caller: CallerIn, rule_id: str, delivery_id: str) -> Response:
    """What became of one delivery so far; `pending` where nobody has begun it. Raises: NotFound."""
    RuleDesk(caller).rules.get(caller.workspace, uuid_of(rule_id, "rule_id"))
    named = uuid_of(delivery_id, "delivery_id")
    found = _deliveries(caller).outcomes(caller.workspace, [named])
    return json_v1({"delivery_id": named, **delivery_object(found.get(named))})


def _triggered(caller: Caller, rules: list[Rule]) -> dict[str, Any]:
    """Every rule runs by itself, all the time: what was asked for comes with the next pass."""
    within_s = LAPTOP_PASS_S if caller.room.settings.is_local else PASS_S
    return {"rule_ids": [one.id for one in rules], "runs_within_s": within_s}


def _deliveries(caller: Caller) -> Deliveries:
    store = caller.room.store
    return Deliveries(store.deliveries, store.traces, caller.room.clock)
