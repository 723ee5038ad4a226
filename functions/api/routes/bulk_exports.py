"""Bulk exports: asked for here, done by the export room."""

from __future__ import annotations

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import optional_uuid, uuid_of
from functions.api.schemas.bulk_export import (
    BulkExportChange,
    BulkExportCreate,
    DestinationCreate,
    destination_object,
    export_object,
    run_object,
)
from shared.base.errors import Malformed
from shared.exports.columns import COLUMNS
from shared.store.exports import Exports

routes = APIRouter(prefix="/bulk-exports")


@routes.post("/destinations")
async def create_destination(caller: CallerIn, asked: DestinationCreate) -> Response:
    """A new place for exports."""
    bucket = caller.room.settings.bucket
    made = _exports(caller).add_destination(asked.created(caller.workspace, bucket, caller.now_us))
    return json_v1(destination_object(made, bucket))


@routes.get("/destinations")
async def list_destinations(caller: CallerIn) -> Response:
    """The places of this workspace."""
    found = _exports(caller).destinations(caller.workspace)
    return json_v1([destination_object(one, caller.room.settings.bucket) for one in found])


@routes.get("/destinations/{destination_id}")
async def read_destination(caller: CallerIn, destination_id: str) -> Response:
    """One place."""
    found = _exports(caller).destination(caller.workspace, uuid_of(destination_id, "destination_id"))
    return json_v1(destination_object(found, caller.room.settings.bucket))


@routes.post("")
async def create_export(caller: CallerIn, asked: BulkExportCreate) -> Response:
    """A new export, once or at an interval. Without a destination it goes into the workspace's own folder."""
    exports = _exports(caller)
    named = optional_uuid(asked.bulk_export_destination_id, "bulk_export_destination_id")
    place = None if named is None else exports.destination(caller.workspace, named)
    if unknown := set(asked.export_fields or ()) - COLUMNS.keys():
        raise Malformed(f"export_fields: {', '.join(sorted(unknown))[:200]} is none of {', '.join(COLUMNS)}")
    export = asked.created(caller.workspace, place, caller.now_us)
    caller.room.ask.projects.get(caller.workspace, export.project)
    return json_v1(export_object(exports.create(export)))


@routes.get("")
async def list_exports(caller: CallerIn) -> Response:
    """The exports of this workspace, the newest first."""
    return json_v1([export_object(one) for one in _exports(caller).all(caller.workspace)])


@routes.get("/{export_id}")
async def read_export(caller: CallerIn, export_id: str) -> Response:
    """One export."""
    return json_v1(export_object(_exports(caller).get(caller.workspace, uuid_of(export_id, "export_id"))))


@routes.patch("/{export_id}")
async def change_export(caller: CallerIn, export_id: str, _asked: BulkExportChange) -> Response:
    """Cancel an export: what is written stays, and no manifest is."""
    return json_v1(export_object(_exports(caller).cancel(caller.workspace, uuid_of(export_id, "export_id"))))


@routes.get("/{export_id}/runs")
async def list_windows(caller: CallerIn, export_id: str) -> Response:
    """How far it is: one entry for the whole of it, or one for each interval."""
    exports = _exports(caller)
    export = exports.get(caller.workspace, uuid_of(export_id, "export_id"))
    return json_v1([run_object(export, window) for window in exports.windows(caller.workspace, export.id)])


def _exports(caller: Caller) -> Exports:
    return Exports(caller.room.store.control, caller.room.clock)
