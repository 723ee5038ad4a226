"""An answer to a search that may take several: what is asked of the headers, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from starlette.responses import Response

from functions.api.answers import served_header
from functions.api.edge import ORIGINAL_PATH
from functions.api.patience import Patience, wait_of
from functions.api.progress import Progress
from functions.api.search import Served
from shared.runs.times import utc_time

PROGRESS_HEADER = "Tracekeep-Progress"
_APPLIED_HEADER = "Preference-Applied"


class SearchPart:
    """One request of a search: how long it may take, and where the one before it stopped, if the address says."""

    def __init__(self, request: Request, cursor: str | None) -> None:
        self.patience = Patience(wait_of(request.headers.get("prefer")))
        self.cursor = cursor
        self._path: str = request.scope[ORIGINAL_PATH]

    def headers(self, served: Served, progress: Progress | None) -> dict[str, str]:
        """How the page was found, how far the search came, and whether the client's wish was heard."""
        applied = {_APPLIED_HEADER: f"wait={self.patience.wait_s:g}"} if self.patience.takes_parts else {}
        came = {} if progress is None else {PROGRESS_HEADER: progress_text(progress)}
        return served_header(served) | came | applied

    def must_go_on(self, *, is_empty: bool, cursor: str | None) -> bool:
        """Whether the client would take this page for the end, which it is not."""
        return is_empty and cursor is not None and not self.patience.takes_parts

    def sent_on(self, cursor: str | None, headers: Mapping[str, str]) -> Response:
        """The same question again, from behind what was looked at."""
        location = f"{self._path}?{urlencode({'cursor': cursor})}"
        return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={**headers, "Location": location})


async def _part(request: Request, cursor: Annotated[str | None, Query()] = None) -> SearchPart:
    return SearchPart(request, cursor)


PartIn = Annotated[SearchPart, Depends(_part)]


def progress_text(progress: Progress) -> str:
    """The header's value; without `reached` where all was looked at."""
    reached_us = progress.reached_us
    reached = "" if reached_us is None else f"; reached={utc_time(reached_us):%Y-%m-%dT%H:%M:%S.%fZ}"
    return f"looked_at={progress.looked_at}{reached}; done={progress.share:.4f}"
