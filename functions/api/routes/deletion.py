"""Deletion on request, and its receipts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.deletions import delete_by_metadata, delete_traces, erasures_of, receipt_of
from functions.api.schemas.erasure import TracesToDelete, receipt
from shared.store.erasure import Erasure

routes = APIRouter()


@routes.post("/runs/delete")
async def delete_runs(caller: CallerIn, asked: TracesToDelete) -> Response:
    """Traces by their ids, or by metadata; unreadable when this is answered, or as they are found."""
    pairs = asked.pairs()
    if pairs is not None:
        return accepted(delete_by_metadata(caller, pairs))
    return accepted(delete_traces(caller, *asked.named()))


@routes.post("/runs/delete/traces")
async def delete_named_traces(caller: CallerIn, asked: TracesToDelete) -> Response:
    """Traces by their ids."""
    return accepted(delete_traces(caller, *asked.named()))


@routes.get("/deletions")
async def list_deletions(caller: CallerIn, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Response:
    """The newest receipts, newest first."""
    erasures = erasures_of(caller)
    newest = erasures.newest(caller.workspace, limit)
    return json_v1([receipt(one, erasures.parts(caller.workspace, one.id)) for one in newest])


@routes.get("/deletions/{deletion_id}")
async def read_deletion(caller: CallerIn, deletion_id: str) -> Response:
    """One receipt, as far as it is done."""
    found = receipt_of(caller, deletion_id)
    return json_v1(receipt(found, erasures_of(caller).parts(caller.workspace, found.id)))


def accepted(erasure: Erasure) -> Response:
    """Taken on, under this receipt."""
    return json_v1({"deletion_id": erasure.id, "receipt": f"/api/v1/deletions/{erasure.id}"}, status=202)
