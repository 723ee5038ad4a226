"""Projects, which the wire calls sessions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.deletions import delete_project
from functions.api.errors import BadRequest
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.moments import asked_us
from functions.api.schemas.session import session_of
from functions.api.schemas.session_bodies import SessionChange, SessionCreate
from functions.api.schemas.session_list import SessionQuery
from functions.api.session_rows import SessionRows, in_order
from shared.base.errors import Conflict, NotFound
from shared.projects.project import DEFAULT_NAME, Project
from shared.retention.periods import Periods

TOTAL_HEADER = "X-Pagination-Total"
MAX_LIMIT = 100

routes = APIRouter()


@routes.get("/sessions")
async def list_sessions(caller: CallerIn, asked: Annotated[SessionQuery, Query()]) -> Response:
    """The projects that match, in order; the header says how many there are in all."""
    asked.check()
    rows = SessionRows(caller, asked_us(asked.stats_start_time, "stats_start_time"))
    ordered = in_order(rows, asked.chosen(_candidates(caller, asked)), asked)
    page = ordered[asked.offset : asked.offset + min(asked.limit, MAX_LIMIT)]
    shown = [rows.shown(project) if asked.include_stats else session_of(project) for project in page]
    return json_v1(shown, headers={TOTAL_HEADER: str(len(ordered)), **rows.feedback_header()})


@routes.post("/sessions")
async def create_session(caller: CallerIn, asked: SessionCreate, *, upsert: bool = False) -> Response:
    """A new project; with `upsert`, the one that has this name already, changed."""
    projects = caller.room.ask.projects
    known = projects.named(caller.workspace, asked.name) if upsert else None
    if known is not None:
        return json_v1(session_of(projects.change(asked.changed(known, caller.now_us, periods_of(caller)))))
    project = asked.created(caller.workspace, caller.now_us, periods_of(caller))
    if asked.id is not None and _exists(caller, project.id):
        raise Conflict(f"A project with the id {project.id} already exists")
    return json_v1(session_of(projects.create(project)))


@routes.delete("/sessions")
async def delete_sessions(caller: CallerIn, session_ids: Annotated[list[str] | None, Query()] = None) -> Response:
    """Several projects, with all their traces."""
    ids = [uuid_of(part, "session_ids") for text in session_ids or () for part in text.split(",")]
    if not ids:
        raise BadRequest("session_ids: name the projects to delete")
    for project in ids:
        caller.room.ask.projects.get(caller.workspace, project)
    deletions = [delete_project(caller, project).id for project in dict.fromkeys(ids)]
    return json_v1({"deleted": ids, "deletion_ids": deletions}, status=202)


@routes.get("/sessions/{session_id}")
async def read_session(
    caller: CallerIn, session_id: str, *, include_stats: bool = False, stats_start_time: str | None = None
) -> Response:
    """One project."""
    project = caller.room.ask.projects.get(caller.workspace, uuid_of(session_id, "session_id"))
    if not include_stats:
        return json_v1(session_of(project))
    rows = SessionRows(caller, asked_us(stats_start_time, "stats_start_time"))
    return json_v1(rows.shown(project), headers=rows.feedback_header())


@routes.patch("/sessions/{session_id}")
async def change_session(caller: CallerIn, session_id: str, asked: SessionChange) -> Response:
    """One project, changed."""
    projects = caller.room.ask.projects
    project = projects.get(caller.workspace, uuid_of(session_id, "session_id"))
    return json_v1(session_of(projects.change(asked.changed(project, caller.now_us, periods_of(caller)))))


@routes.delete("/sessions/{session_id}")
async def delete_session(caller: CallerIn, session_id: str) -> Response:
    """One project, with all its traces.

    It is marked and so out of every answer at once, and its name is free; the erase room removes its traces.
    """
    project = uuid_of(session_id, "session_id")
    return json_v1({"deleted": [project], "deletion_ids": [delete_project(caller, project).id]}, status=202)


def periods_of(caller: Caller) -> Periods:
    """The days of the tiers in this deployment."""
    return caller.room.ask.traces.periods


def _candidates(caller: Caller, asked: SessionQuery) -> list[Project]:
    """The projects to choose from. A name is looked up; the default project is made when it is missed."""
    projects = caller.room.ask.projects
    if asked.name is None:
        known = projects.all(caller.workspace)
    else:
        named = projects.named(caller.workspace, asked.name)
        known = [] if named is None else [named]
    wants_default = asked.name in {None, DEFAULT_NAME} and all(one.name != DEFAULT_NAME for one in known)
    return [*known, projects.resolve(caller.workspace, None)] if wants_default else known


def _exists(caller: Caller, project_id: str) -> bool:
    try:
        caller.room.ask.projects.get(caller.workspace, project_id)
    except NotFound:
        return False
    return True
