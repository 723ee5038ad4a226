"""Deletion on request, and its receipts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.deletions import delete_by_metadata, delete_traces, erasures_of, receipt_of
from functions.api.schemas.erasure import TracesToDelete, dataset_examples, exported_files, receipt
from functions.api.schemas.share import receipt_object
from shared.store.copied import CopiedExamples
from shared.store.erasure import Erasure
from shared.store.exported import ExportedFiles

_COPIES_OF_ONE = 1_000
_COPIES_OF_MANY = 10
"""Exported files, and examples, that a receipt names, alone and among others: an answer has 6 MB at most."""

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
    newest = erasures_of(caller).newest(caller.workspace, limit)
    return json_v1([_receipt(caller, one, _COPIES_OF_MANY) for one in newest])


@routes.get("/deletions/{deletion_id}")
async def read_deletion(caller: CallerIn, deletion_id: str) -> Response:
    """One receipt, as far as it is done."""
    erasure = receipt_of(caller, deletion_id)
    shares = [receipt_object(one) for one in erasures_of(caller).unshared(erasure)]
    return json_v1(_receipt(caller, erasure, _COPIES_OF_ONE) | {"shares": shares})


def _receipt(caller: Caller, erasure: Erasure, most: int) -> dict[str, Any]:
    """The receipt with at most so many of the files, and of the examples, that hold copies."""
    store, workspace = caller.room.store, caller.workspace
    exported = ExportedFiles(store.control, caller.room.clock).of(workspace, erasure.id, most + 1)
    copies = CopiedExamples(store.control)
    copied = copies.of(workspace, erasure.id, most + 1)
    return {
        **receipt(erasure, erasures_of(caller).parts(workspace, erasure.id)),
        **exported_files(exported, most),
        **dataset_examples(copied, copies.still_there(workspace, copied[:most]), most),
    }


def accepted(erasure: Erasure) -> Response:
    """Taken on, under this receipt."""
    return json_v1({"deletion_id": erasure.id, "receipt": f"/api/v1/deletions/{erasure.id}"}, status=202)
