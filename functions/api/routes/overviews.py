"""An organization and a workspace at a glance: what they are called, and how much there is in them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.schemas.workspace import organization_of
from functions.api.seen import workspaces_seen
from functions.api.sharing import Sharing
from functions.api.usage_reader import OrganizationUse
from shared.store.annotation_queues import AnnotationQueues
from shared.store.datasets import Datasets
from shared.usage.plan import plan_of

routes = APIRouter()


@routes.get("/orgs/current/info")
async def organization_info(caller: CallerIn) -> Response:
    """The organization, with its plan and what it may do here. Limits that nobody set are null."""
    seen = workspaces_seen(caller)
    terms = OrganizationUse(caller).terms()
    content = {
        **organization_of(seen),
        "tier": plan_of(terms).id,
        "has_billing": terms.has_billing,
        "reached_max_workspaces": False,
        "disabled": False,
        "config": {"max_workspaces": None, "max_identities": None, "can_use_rbac": False, "can_use_bulk_export": True},
        "public_sharing_disabled": Sharing(caller).settings()[1].is_off,
    }
    return json_v1(content)


@routes.get("/workspaces/current/stats")
async def workspace_stats(caller: CallerIn) -> Response:
    """How many projects, datasets and annotation queues there are in the caller's workspace."""
    room, workspace = caller.room, caller.workspace
    queues = AnnotationQueues(room.store, room.clock, room.ask.traces.periods)
    content = {
        "tenant_id": workspace,
        "tracer_session_count": len(room.ask.projects.all(workspace)),
        "dataset_count": len(Datasets(room.store, room.ask.traces, room.clock).all(workspace)),
        "annotation_queue_count": len(queues.all(workspace)),
        "repo_count": 0,
        "deployment_count": 0,
        "dashboards_count": 0,
    }
    return json_v1(content)
