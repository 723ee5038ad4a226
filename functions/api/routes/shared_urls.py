"""Shared URLs: the links of every workspace that the caller sees, listed, exported, taken back, and their receipts.

LangSmith's `/workspaces/current/shared` knows one workspace, newest first; these are additive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from functions.api.answers import json_v2
from functions.api.auth import Caller, CallerIn
from functions.api.schemas.asked import uuids_of
from functions.api.schemas.share import Unshare
from functions.api.schemas.shared_url import listed_object, listed_receipt, shared_csv
from functions.api.seen import workspaces_seen
from functions.api.shared_urls import Listed, Order, SharedUrls, Sort
from shared.base.errors import NotFound

routes = APIRouter()
_MOST_WORDS_CHARS = 200
Words = Annotated[str, Query(max_length=_MOST_WORDS_CHARS)]
Named = Annotated[list[str] | None, Query()]


async def _links(
    caller: CallerIn,
    workspace_id: Named = None,
    q: Words = "",
    sort: Sort = "created_at",
    order: Order = "desc",
) -> list[Listed]:
    """The links that are asked for, in the order asked. Raises: Malformed, NotFound."""
    return _urls(caller, workspace_id).found(q, sort, order)


LinksIn = Annotated[list[Listed], Depends(_links)]


@routes.get("/workspaces/all/shared")
async def list_links(
    caller: CallerIn,
    links: LinksIn,
    workspace_id: Named = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """A page of the links."""
    page = _urls(caller, workspace_id).filled(links[offset : offset + limit])
    return json_v2({"entities": [listed_object(one, caller.origin) for one in page], "total": len(links)})


@routes.get("/workspaces/all/shared/export")
async def export_links(
    caller: CallerIn,
    links: LinksIn,
    workspace_id: Named = None,
    format: Literal["csv", "json"] = "csv",  # noqa: A002 its name in the URL
) -> Response:
    """All of them as a file."""
    whole = _urls(caller, workspace_id).filled(links)
    headers = {"content-disposition": f'attachment; filename="shared-urls.{format}"'}
    if format == "csv":
        return Response(shared_csv(whole, caller.origin), 200, headers, "text/csv")
    return json_v2({"entities": [listed_object(one, caller.origin) for one in whole]}, headers=headers)


@routes.delete("/workspaces/all/shared")
async def take_back_links(caller: CallerIn, asked: Unshare, workspace_id: Named = None) -> Response:
    """Take back these, or all that the caller sees; tokens of no such link are passed over."""
    taken = _urls(caller, workspace_id).take_back(asked.tokens(), takes_all=asked.unshare_all)
    return json_v2({"unshared": taken})


@routes.get("/workspaces/all/shared/receipts")
async def list_receipts(
    caller: CallerIn,
    workspace_id: Named = None,
    before: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """What became of links, open ones and others, newest first; `before` is the id of the last one seen."""
    found = _urls(caller, workspace_id).receipts(before, limit)
    return json_v2([listed_receipt(*one) for one in found])


def _urls(caller: Caller, named: Sequence[str] | None) -> SharedUrls:
    """The links of the named workspaces, or of all that the caller sees. Raises: Malformed, NotFound."""
    seen = {one.id: one for one in workspaces_seen(caller)}
    asked = list(dict.fromkeys(uuids_of(named, "workspace_id"))) if named else list(seen)
    unseen = [one for one in asked if one not in seen]
    if unseen:
        raise NotFound(f"Workspace {unseen[0]} does not exist, or your key does not see it")
    return SharedUrls(caller, [seen[one] for one in asked])
