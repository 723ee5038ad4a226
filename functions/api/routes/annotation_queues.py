"""Annotation queues: made, found, changed, deleted, and how many runs are in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import CallerIn
from functions.api.errors import NotServedYet
from functions.api.queued_runs import queues_of
from functions.api.routes.sessions import TOTAL_HEADER
from functions.api.schemas.annotation_queue import QueueChange, QueueCreate, QueueQuery, queue_object
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.queue_item import ItemQuery
from shared.queues.item import Section

MAX_LIMIT = 100

routes = APIRouter(prefix="/annotation-queues")


@routes.post("")
async def create_queue(caller: CallerIn, asked: QueueCreate) -> Response:
    """A new queue. Raises: Malformed, Conflict, NotSupportedYet."""
    made = queues_of(caller).create(caller.workspace, asked.created(caller.now_us))
    return json_v1(queue_object(made, caller.workspace))


@routes.get("")
async def list_queues(caller: CallerIn, asked: Annotated[QueueQuery, Query()]) -> Response:
    """The queues that match, the newest first, each with how many runs wait in it, and are done."""
    queues = queues_of(caller)
    found = asked.chosen(queues.all(caller.workspace))
    page = found[asked.offset : asked.offset + min(asked.limit, MAX_LIMIT)]
    counts = queues.counts(caller.workspace, [one.id for one in page])
    shown = [queue_object(one, caller.workspace, count) for one, count in zip(page, counts, strict=True)]
    return json_v1(shown, headers={TOTAL_HEADER: str(len(found))})


@routes.post("/populate")
async def fill_otherwise(request: Request) -> Response:
    """Raises: NotServedYet."""
    raise NotServedYet(request.url.path)


@routes.get("/{queue_id}")
async def read_queue(caller: CallerIn, queue_id: str) -> Response:
    """One queue. Raises: NotFound."""
    found = queues_of(caller).get(caller.workspace, uuid_of(queue_id, "queue_id"))
    return json_v1(queue_object(found, caller.workspace))


@routes.patch("/{queue_id}")
async def change_queue(caller: CallerIn, queue_id: str, asked: QueueChange) -> Response:
    """The queue, changed. Raises: NotFound, Malformed, NotSupportedYet."""
    changed = queues_of(caller).change(caller.workspace, uuid_of(queue_id, "queue_id"), asked.changes())
    return json_v1(queue_object(changed, caller.workspace))


@routes.delete("/{queue_id}")
async def delete_queue(caller: CallerIn, queue_id: str) -> Response:
    """Forget a queue and what is in it; the runs stay. Raises: NotFound."""
    queues_of(caller).delete(caller.workspace, uuid_of(queue_id, "queue_id"))
    return json_v1({"message": "deleted"})


@routes.get("/{queue_id}/size")
async def size_of_queue(caller: CallerIn, queue_id: str, asked: Annotated[ItemQuery, Query()]) -> Response:
    """How many runs need review, or are in the section that is named. Raises: NotFound."""
    return _size(caller, queue_id, asked.section or "needs_my_review")


@routes.get("/{queue_id}/total_size")
async def total_size_of_queue(caller: CallerIn, queue_id: str) -> Response:
    """How many runs need anybody's review. Raises: NotFound."""
    return _size(caller, queue_id, "needs_my_review")


@routes.get("/{queue_id}/total_archived")
async def archived_of_queue(caller: CallerIn, queue_id: str) -> Response:
    """How many runs were completed. Raises: NotFound."""
    return _size(caller, queue_id, "completed")


@routes.post("/{queue_id}/export")
async def export_otherwise(queue_id: str, request: Request) -> Response:  # noqa: ARG001 the path says it
    """Raises: NotServedYet."""
    raise NotServedYet(request.url.path)


def _size(caller: CallerIn, queue_id: str, section: Section) -> Response:
    queues, named = queues_of(caller), uuid_of(queue_id, "queue_id")
    queues.get(caller.workspace, named)
    return json_v1({"size": len(queues.items(caller.workspace, named, section))})
