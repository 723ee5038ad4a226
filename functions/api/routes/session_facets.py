"""What a project's runs are called, tagged and marked with."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from functions.api.answers import json_v1, served_header
from functions.api.auth import CallerIn
from functions.api.facets import FACETS_HEADER, Facet, Facets, facets_of, feedback_keys, top
from functions.api.given_feedback import feedback_header
from functions.api.schemas.asked import uuid_of
from functions.api.schemas.moments import asked_us, utc
from functions.api.search import Served

MAX_K = 100

routes = APIRouter()
Most = Annotated[int, Query(ge=1, le=MAX_K)]


@routes.get("/sessions/{session_id}/metadata")
async def session_metadata(
    caller: CallerIn,
    session_id: str,
    metadata_keys: Annotated[list[str] | None, Query()] = None,
    start_time: str | None = None,
    k: Annotated[int, Query(ge=1)] = 10,
    *,
    root_runs_only: bool = False,
) -> Response:
    """The most frequent values of each metadata key, as texts, among the newest runs."""
    project, start_us = uuid_of(session_id, "session_id"), asked_us(start_time, "start_time")
    facets = facets_of(caller.room.ask, caller.workspace, project, start_us, roots_only=root_runs_only)
    keys = facets.metadata_keys(metadata_keys)
    shown = {key: [_as_text(one.value) for one in facets.values(key, min(k, MAX_K))] for key in keys}
    return json_v1(shown, headers={**served_header(Served("log")), **_header(facets)})


@routes.get("/sessions/{session_id}/facets")
async def session_facets(
    caller: CallerIn, session_id: str, start_time: str | None = None, k: Most = 10, *, root_runs_only: bool = False
) -> Response:
    """The most frequent of all that filters name, each with how many runs have it."""
    project, start_us = uuid_of(session_id, "session_id"), asked_us(start_time, "start_time")
    facets = facets_of(caller.room.ask, caller.workspace, project, start_us, roots_only=root_runs_only)
    keys, given = feedback_keys(caller.room.ask, caller.workspace, project)
    content = {**_shown(facets, k), "feedback_keys": _objects(top(keys, k)), "feedback_looked_at": len(given.looked_at)}
    return json_v1(content, headers={**served_header(Served("log")), **_header(facets), **feedback_header(given)})


def _shown(facets: Facets, k: int) -> dict[str, Any]:
    return {
        "runs_looked_at": facets.runs,
        "is_all": facets.is_all,
        "oldest_start_time": utc(facets.oldest_us),
        "names": _objects(top(facets.names, k)),
        "run_types": _objects(top(facets.run_types, k)),
        "statuses": _objects(top(facets.statuses, k)),
        "tags": _objects(top(facets.tags, k)),
        "metadata": [
            {"key": key, "count": facets.metadata[key].total(), "values": _objects(facets.values(key, k))}
            for key in facets.metadata_keys()
        ],
    }


def _objects(facets: list[Facet]) -> list[dict[str, Any]]:
    return [{"value": one.value, "count": one.count} for one in facets]


def _as_text(value: object) -> str:
    """A value as text: numbers, true and false as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value)


def _header(facets: Facets) -> dict[str, str]:
    return {FACETS_HEADER: f"runs-looked-at={facets.runs}; all={'yes' if facets.is_all else 'no'}"}
