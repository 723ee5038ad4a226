"""Datasets: made, found, renamed, deleted; and what of their API is not served yet, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.errors import NotServedYet
from functions.api.example_desk import datasets_of
from functions.api.routes.sessions import TOTAL_HEADER
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.dataset import DatasetChange, DatasetCreate, DatasetQuery, dataset_object
from shared.datasets.dataset import Dataset

MAX_LIMIT = 100

routes = APIRouter(prefix="/datasets")


@routes.post("")
async def create_dataset(caller: CallerIn, asked: DatasetCreate) -> Response:
    """A new dataset. Raises: Malformed, Conflict, NotSupportedYet."""
    made = datasets_of(caller).create(caller.workspace, asked.created(caller.now_us))
    return json_v1(_objects(caller, [made])[0])


@routes.get("")
async def list_datasets(caller: CallerIn, asked: Annotated[DatasetQuery, Query()]) -> Response:
    """The datasets that match, the newest first; the header says how many there are in all."""
    found = asked.chosen(datasets_of(caller).all(caller.workspace))
    page = found[asked.offset : asked.offset + min(asked.limit, MAX_LIMIT)]
    return json_v1(_objects(caller, page), headers={TOTAL_HEADER: str(len(found))})


@routes.post("/upload")
@routes.post("/clone")
@routes.post("/comparative")
async def make_otherwise(request: Request) -> Response:
    """Raises: NotServedYet."""
    raise NotServedYet(request.url.path)


@routes.get("/{dataset_id}")
async def read_dataset(caller: CallerIn, dataset_id: str) -> Response:
    """One dataset. Raises: NotFound."""
    found = datasets_of(caller).get(caller.workspace, uuid_of(dataset_id, "dataset_id"))
    return json_v1(_objects(caller, [found])[0])


@routes.patch("/{dataset_id}")
async def change_dataset(caller: CallerIn, dataset_id: str, asked: DatasetChange) -> Response:
    """The dataset, changed. Raises: NotFound, Malformed, Conflict, NotSupportedYet."""
    named = uuid_of(dataset_id, "dataset_id")
    return json_v1(_objects(caller, [datasets_of(caller).change(caller.workspace, named, asked.changes())])[0])


@routes.delete("/{dataset_id}")
async def delete_dataset(caller: CallerIn, dataset_id: str) -> Response:
    """Remove a dataset with all its examples. Raises: NotFound."""
    datasets_of(caller).delete(caller.workspace, uuid_of(dataset_id, "dataset_id"))
    return json_v1({"message": "deleted"})


@routes.api_route("/{dataset_id}/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def ask_otherwise(request: Request) -> Response:
    """Versions, tags, splits, sharing, files and experiments. Raises: NotServedYet."""
    raise NotServedYet(request.url.path)


def _objects(caller: Caller, found: Sequence[Dataset]) -> list[dict[str, Any]]:
    """The datasets with their counts, all counted together."""
    counts = datasets_of(caller).examples.counts(caller.workspace, [one.id for one in found])
    projects = caller.room.ask.projects.all(caller.workspace)
    return [
        dataset_object(one, caller.workspace, count, [each for each in projects if each.reference_dataset_id == one.id])
        for one, count in zip(found, counts, strict=True)
    ]
