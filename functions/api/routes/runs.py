"""Runs, as v1 reads them."""

from __future__ import annotations

import dataclasses

from fastapi import APIRouter, Response

from functions.api.answers import json_v1
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.criteria import RunCriteria
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.schemas.asked import optional_uuid, uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.run_query_v1 import RunQuery
from functions.api.search_parts import PartIn
from functions.api.shared_tokens import SharedTokens
from shared.wire.run_parts import Around
from shared.wire.run_v1 import selected, whole_run

routes = APIRouter()


@routes.get("/runs/{run_id}")
async def read_run(
    caller: CallerIn,
    run_id: str,
    session_id: str | None = None,
    start_time: str | None = None,
    *,
    exclude_serialized: bool = False,
    include_messages: bool = False,
) -> Response:
    """One run, whole."""
    shape = whole_run(with_serialized=not exclude_serialized, with_messages=include_messages)
    read = caller.room.reader.run(
        caller.workspace,
        uuid_of(run_id, "run_id"),
        shape.payloads,
        optional_uuid(session_id, "session_id"),
        asked_us(start_time, "start_time"),
    )
    return json_v1(shape.object_of(read, around(caller)))


@routes.post("/runs/query", tags=[QUESTION])
async def query_runs(caller: CallerIn, asked: RunQuery, part: PartIn) -> Response:
    """The runs that match, a page at a time."""
    criteria = in_projects(caller, asked.criteria())
    shape = selected(asked.select)
    question = fingerprint("v1", caller.workspace, criteria)
    place = read_cursor(question, part.cursor or asked.cursor)
    after = None if place is None else place.after
    page = caller.room.reader.query(caller.workspace, criteria, asked.page_size, after, shape.payloads, part.patience)
    cursor = write_cursor(question, None if page.next is None else Place(page.next, None, None))
    headers = part.headers(page.served, page.progress)
    if part.must_go_on(is_empty=not page.runs, cursor=cursor):
        return part.sent_on(cursor, headers)
    caller.room.reader.fill_previews(page.runs, shape.previews)
    content = {
        "runs": [shape.object_of(read, around(caller)) for read in page.runs],
        "cursors": {"next": None if asked.skip_pagination else cursor, "prev": None},
        "search_cursors": None,
        "parsed_query": None,
    }
    return json_v1(content, headers=headers)


def around(caller: Caller) -> Around:
    """What a run's answer needs beside the run."""
    shared = SharedTokens(caller.room.store.control, caller.workspace, caller.room.clock)
    return Around(caller.workspace, caller.room.store.objects, shared, caller.origin)


def in_projects(caller: Caller, criteria: RunCriteria) -> RunCriteria:
    """The same question with its projects known to be there. Raises: NotFound.

    A question about reference examples alone is asked of every project, one about ids of none in particular.
    """
    projects = caller.room.ask.projects
    if criteria.ids:
        return criteria
    for project in criteria.projects:
        projects.get(caller.workspace, project)
    if criteria.projects or not criteria.reference_examples:
        return criteria
    return dataclasses.replace(criteria, projects=tuple(one.id for one in projects.all(caller.workspace)))
