"""Dry runs: what a rule would do, before it is made or changed."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from functions.api.answers import json_v1, served_header
from functions.api.auth import QUESTION, CallerIn
from functions.api.dry_run import DryRun
from functions.api.patience import wait_of
from functions.api.reader import Served
from functions.api.schemas.rule import RuleTrialAsked

routes = APIRouter(prefix="/runs/rules")


@routes.post("/dry-run", tags=[QUESTION])
async def dry_run(caller: CallerIn, request: Request, asked: RuleTrialAsked) -> Response:
    """What the rule would have done, as far as can be looked at in time; with a cursor where there is more."""
    wait_s = wait_of(request.headers.get("prefer"))
    return json_v1(DryRun(caller, asked).part(wait_s), headers=served_header(Served("heads")))
