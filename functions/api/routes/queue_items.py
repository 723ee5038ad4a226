"""The runs in annotation queues: added, reviewed, taken out, and the queues that a run is in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.errors import NotServedYet
from functions.api.queued_runs import QueuedRuns, queues_of
from functions.api.routes.sessions import TOTAL_HEADER
from functions.api.schemas.annotation_queue import queue_object
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.queue_item import ItemChange, ItemQuery, ItemStatus, ItemsToRemove, RunToAdd, item_object
from functions.api.source_runs import Named
from shared.base.errors import NotFound
from shared.queues.item import QueueItem

routes = APIRouter()


@routes.post("/annotation-queues/{queue_id}/runs")
@routes.post("/annotation-queues/{queue_id}/runs/by-key")
async def add_runs(
    caller: CallerIn, queue_id: str, asked: list[str | RunToAdd], *, extend_trace_retention: bool = False
) -> Response:
    """Add runs, each once. Raises: NotFound, Malformed, Conflict, NotAllowed, TooLarge."""
    named = [Named(uuid_of(one, "run_id")) if isinstance(one, str) else one.named() for one in asked]
    added = QueuedRuns(caller).add(uuid_of(queue_id, "queue_id"), named, extends=extend_trace_retention)
    return json_v1([item_object(one) for one in added.items])


@routes.get("/annotation-queues/{queue_id}/runs")
async def list_runs(caller: CallerIn, queue_id: str, asked: Annotated[ItemQuery, Query()]) -> Response:
    """The runs in a queue, the longest waiting first. Raises: NotFound, TooLarge."""
    runs = QueuedRuns(caller)
    items = _items(runs, caller, queue_id, asked)
    return json_v1(runs.shown(asked.page_of(items)), headers={TOTAL_HEADER: str(len(items))})


@routes.get("/annotation-queues/{queue_id}/items")
async def list_items(caller: CallerIn, queue_id: str, asked: Annotated[ItemQuery, Query()]) -> Response:
    """The same runs by name, without their payloads: what a list of them shows. Raises: NotFound."""
    runs = QueuedRuns(caller)
    items = _items(runs, caller, queue_id, asked)
    return json_v1(runs.named(asked.page_of(items)), headers={TOTAL_HEADER: str(len(items))})


@routes.get("/annotation-queues/{queue_id}/run/{index}")
async def read_run_at(caller: CallerIn, queue_id: str, index: int) -> Response:
    """The run at this place among those that need review, counted from 0. Raises: NotFound."""
    runs, named = QueuedRuns(caller), uuid_of(queue_id, "queue_id")
    runs.queues.get(caller.workspace, named)
    items = runs.queues.items(caller.workspace, named, "needs_my_review")
    if not 0 <= index < len(items):
        raise NotFound(f"No run is at {index} in annotation queue {named}: {len(items)} of its runs need review")
    return json_v1(runs.shown([items[index]])[0])


@routes.post("/annotation-queues/{queue_id}/runs/delete")
async def remove_runs(caller: CallerIn, queue_id: str, asked: ItemsToRemove) -> Response:
    """Take runs out of a queue. Raises: NotFound, Malformed."""
    queues, named = queues_of(caller), uuid_of(queue_id, "queue_id")
    queues.get(caller.workspace, named)
    queues.remove(caller.workspace, named, asked.chosen(queues.items(caller.workspace, named)))
    return json_v1({"message": "deleted"})


@routes.patch("/annotation-queues/{queue_id}/runs/{queue_run_id}")
async def change_run(caller: CallerIn, queue_id: str, queue_run_id: str, asked: ItemChange) -> Response:
    """Put a run elsewhere in its queue, or say when it was reviewed. Raises: NotFound, Malformed."""
    queues = queues_of(caller)
    item = queues.item(caller.workspace, uuid_of(queue_id, "queue_id"), uuid_of(queue_run_id, "queue_run_id"))
    return json_v1(item_object(queues.mark(caller.workspace, item, asked.changes())))


@routes.delete("/annotation-queues/{queue_id}/runs/{queue_run_id}")
async def remove_run(caller: CallerIn, queue_id: str, queue_run_id: str) -> Response:
    """Take a run out of a queue, by its id or that of its item: clients say either. Raises: NotFound."""
    queues, named = queues_of(caller), uuid_of(queue_id, "queue_id")
    item = queues.item(caller.workspace, named, uuid_of(queue_run_id, "queue_run_id"))
    queues.remove(caller.workspace, named, [item.id])
    return json_v1({"message": "deleted"})


@routes.post("/annotation-queues/status/{queue_run_id}")
async def mark_run(caller: CallerIn, queue_run_id: str, asked: ItemStatus) -> Response:
    """Say that a run was looked at or completed, or needs review again. Raises: NotFound, Malformed."""
    queues = queues_of(caller)
    item = queues.found(caller.workspace, uuid_of(queue_run_id, "queue_run_id"))
    changes = asked.changes(caller.now_us, caller.key.description)
    return json_v1(item_object(queues.mark(caller.workspace, item, changes)))


@routes.get("/annotation-queues/{run_id}/queues")
async def queues_of_run(caller: CallerIn, run_id: str) -> Response:
    """The queues that a run is in."""
    found = queues_of(caller).queues_of(caller.workspace, uuid_of(run_id, "run_id"))
    return json_v1([queue_object(one, caller.workspace) for one in found])


@routes.api_route("/platform/annotation-queues/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def ask_otherwise(request: Request) -> Response:
    """Items of the newer API, and threads in queues. Raises: NotServedYet."""
    raise NotServedYet(request.url.path)


def _items(runs: QueuedRuns, caller: Caller, queue_id: str, asked: ItemQuery) -> list[QueueItem]:
    """All that are in the section that is asked for. Raises: NotFound."""
    named = uuid_of(queue_id, "queue_id")
    runs.queues.get(caller.workspace, named)
    return runs.queues.items(caller.workspace, named, asked.section)
