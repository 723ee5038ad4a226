"""How a workspace shares, and whether its organization lets it."""

from __future__ import annotations

import dataclasses

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import QUESTION, CallerIn
from functions.api.schemas.share import OrganizationSharing, SettingsAsked, TrialAsked, settings_object
from functions.api.sharing import Sharing
from shared.sharing.redact import Redactor
from shared.sharing.redaction import redaction_of

routes = APIRouter()


@routes.get("/workspaces/current/share-settings")
async def read_settings(caller: CallerIn) -> Response:
    """Whether links work, how long they do at most, and what they hide where nobody says."""
    return json_v1(settings_object(*Sharing(caller).settings()))


@routes.put("/workspaces/current/share-settings")
async def change_settings(caller: CallerIn, asked: SettingsAsked) -> Response:
    """Change it: switched off, all links of the workspace stop, until it is switched on again."""
    sharing = Sharing(caller)
    settings, organization = sharing.settings()
    changed = asked.changed(settings)
    sharing.shares.keep_settings(caller.workspace, changed)
    return json_v1(settings_object(changed, organization))


@routes.post("/workspaces/current/share-settings/trial", tags=[QUESTION])
async def try_rules(_caller: CallerIn, asked: TrialAsked) -> Response:
    """What rules leave of a text, before they are anybody's. Raises: Malformed."""
    redactor = Redactor(redaction_of(asked.redaction))
    redactor.learn("text", asked.text)
    shown = redactor.text("text", asked.text)
    return json_v1({"text": shown, "hidden": dict(redactor.counts)})


@routes.put("/orgs/current/share-settings")
async def change_organization(caller: CallerIn, asked: OrganizationSharing) -> Response:
    """Stop, or allow, the links of every workspace of the organization. Raises: NotAllowed."""
    caller.key.check_organization_wide()
    sharing = Sharing(caller)
    settings, organization = sharing.settings()
    changed = dataclasses.replace(organization, is_off=asked.public_sharing_disabled)
    sharing.shares.keep_settings(sharing.organization(), changed)
    return json_v1(settings_object(settings, changed))
