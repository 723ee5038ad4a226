"""Saved views of a project: what somebody filtered for, under a name, for all who see the project."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from functions.api.answers import json_v1
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.view import ViewChange, ViewCreate, view_object
from shared.store.views import Views

routes = APIRouter(prefix="/sessions/{session_id}/views")


async def _project(caller: CallerIn, session_id: str) -> str:
    """The id of the project in the path. Raises: NotFound, Malformed."""
    return caller.room.ask.projects.get(caller.workspace, uuid_of(session_id, "session_id")).id


ProjectIn = Annotated[str, Depends(_project)]


@routes.get("")
async def list_views(caller: CallerIn, project: ProjectIn) -> Response:
    """The views of the project, in order of their names."""
    return json_v1([view_object(one) for one in _views(caller).all(caller.workspace, project)])


@routes.post("")
async def create_view(caller: CallerIn, project: ProjectIn, asked: ViewCreate) -> Response:
    """A new view. Raises: Malformed, FilterError, Conflict."""
    made = _views(caller).create(caller.workspace, asked.created(project, caller.now_us))
    return json_v1(view_object(made))


@routes.patch("/{view_id}")
async def change_view(caller: CallerIn, project: ProjectIn, view_id: str, asked: ViewChange) -> Response:
    """The view, changed. Raises: NotFound, Malformed, FilterError, Conflict."""
    named = uuid_of(view_id, "view_id")
    return json_v1(view_object(_views(caller).change(caller.workspace, project, named, asked.changes())))


@routes.delete("/{view_id}")
async def delete_view(caller: CallerIn, project: ProjectIn, view_id: str) -> Response:
    """Forget a view. Raises: NotFound."""
    _views(caller).delete(caller.workspace, project, uuid_of(view_id, "view_id"))
    return json_v1({"message": "deleted"})


def _views(caller: Caller) -> Views:
    return Views(caller.room.store.control, caller.room.clock)
