"""What rules did: by rule, and by trace."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.rule_desk import RuleDesk
from functions.api.rule_log import Acted, LogAsked, RuleLog, delivered_of
from functions.api.schemas.asked import optional_uuid, uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.rule_log import applied_object, log_entry
from shared.base.errors import NotFound
from shared.rules.rule import Rule
from shared.store.deliveries import Deliveries

routes = APIRouter()

Limit = Annotated[int, Query(ge=1, le=1_440)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@routes.get("/runs/rules/{rule_id}/logs")
async def read_log(
    caller: CallerIn,
    rule_id: str,
    limit: Limit = 150,
    offset: Offset = 0,
    start_time: str | None = None,
    end_time: str | None = None,
    session_id: str | None = None,
    *,
    backfill: bool | None = None,
) -> Response:
    """The runs that a rule acted on, newest first. Raises: NotFound, Malformed."""
    rule, log = _opened(caller, rule_id)
    asked = _asked(start_time, end_time, session_id, looks_back=backfill)
    return json_v1(_entries(log, rule, log.some(asked, offset, limit)))


@routes.get("/runs/rules/{rule_id}/logs/v2")
async def read_log_pages(
    caller: CallerIn,
    rule_id: str,
    limit: Limit = 150,
    cursor: str | None = None,
    start_time: str | None = None,
    end_time: str | None = None,
    session_id: str | None = None,
    *,
    backfill: bool = False,
) -> Response:
    """The same, page by page. Raises: NotFound, Malformed, BadRequest."""
    rule, log = _opened(caller, rule_id)
    page = log.page(_asked(start_time, end_time, session_id, looks_back=backfill), cursor, limit)
    content = {"logs": _entries(log, rule, page.acted), "cursor": page.cursor, "has_more": page.cursor is not None}
    return json_v1(content)


@routes.get("/runs/rules/{rule_id}/last_applied")
async def read_last_applied(caller: CallerIn, rule_id: str, *, backfill: bool | None = None) -> Response:
    """The newest entry of the log, or null. Raises: NotFound."""
    rule, log = _opened(caller, rule_id)
    entries = _entries(log, rule, log.some(LogAsked(looks_back=backfill), 0, 1))
    return json_v1(entries[0] if entries else None)


@routes.get("/traces/{trace_id}/rules")
async def read_rules_of_trace(caller: CallerIn, trace_id: str) -> Response:
    """What rules did with runs of a trace, in order of time. Raises: NotFound."""
    desk, trace = RuleDesk(caller), uuid_of(trace_id, "trace_id")
    if caller.room.ask.traces.load(caller.workspace, trace) is None:
        raise NotFound(f"Trace {trace} does not exist, has expired, or has not been recorded yet")
    applications = desk.applications.of_trace(caller.workspace, trace)
    rules = {one.id: one for one in desk.rules.all(caller.workspace)} if applications else {}
    store = caller.room.store
    delivered = delivered_of(
        Deliveries(store.deliveries, store.traces, caller.room.clock), caller.workspace, applications
    )
    return json_v1([applied_object(one, rules.get(one.rule), delivered) for one in applications])


def _opened(caller: Caller, rule_id: str) -> tuple[Rule, RuleLog]:
    desk = RuleDesk(caller)
    rule = desk.rules.get(caller.workspace, uuid_of(rule_id, "rule_id"))
    return rule, RuleLog(caller, desk, rule)


def _asked(
    start_time: str | None, end_time: str | None, session_id: str | None, *, looks_back: bool | None
) -> LogAsked:
    start_us, end_us = asked_us(start_time, "start_time"), asked_us(end_time, "end_time")
    return LogAsked(looks_back, start_us or 0, end_us, optional_uuid(session_id, "session_id"))


def _entries(log: RuleLog, rule: Rule, acted: list[Acted]) -> list[dict[str, Any]]:
    delivered = log.delivered(acted)
    return [log_entry(one, rule, delivered) for one in acted]
