"""Runs as NDJSON, a page at a time: every page fits into what Lambda may answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from functions.api.answers import served_header
from functions.api.auth import QUESTION, Caller, CallerIn
from functions.api.criteria import RunCriteria
from functions.api.cursors import Place, fingerprint, read_cursor, write_cursor
from functions.api.patience import Patience
from functions.api.plan import path_of
from functions.api.routes.runs import around
from functions.api.schemas.export_line import NDJSON_TYPE, PAYLOADS, line_of
from functions.api.schemas.run_query_v2 import MAX_EXPORTED, RunExport
from functions.api.search import Served
from shared.base.units import MIB
from shared.store.runlog import position_of
from shared.store.walk import Position
from shared.wire.run_parts import FEEDBACK

CURSOR_HEADER = "Tracekeep-Next-Cursor"
PAGE_BYTES = 3 * MIB
"""A page ends before it is larger, uncompressed, unless it is one run: in base64 it still fits into an answer."""

_WAIT_S = 10.0
"""A page ends then, also one without a line: whoever reads it goes by the header."""
_FIRST = 100
"""Runs that are read before it is known how large they are."""
_FIELDS = PAYLOADS | {FEEDBACK}

routes = APIRouter(prefix="/v2")


@routes.post("/runs/export", tags=[QUESTION])
async def export_runs(caller: CallerIn, asked: RunExport) -> Response:
    """The runs that match, newest first, one a line; `Tracekeep-Next-Cursor` is there while there are more."""
    question = fingerprint("export", caller.workspace, asked.model_dump(exclude={"cursor", "page_size", "selects"}))
    place = read_cursor(question, asked.cursor)
    span_us = asked.span_us(caller.now_us) if place is None else (place.start_us or 0, place.end_us)
    page = _Page(caller, asked.criteria(span_us), None if place is None else place.after, Patience(_WAIT_S))
    page.fill(min(asked.page_size, MAX_EXPORTED))
    following = None if page.next is None else Place(page.next, *span_us)
    cursor = write_cursor(question, following)
    headers = served_header(page.served) | ({CURSOR_HEADER: cursor} if cursor else {})
    return Response(b"".join(page.lines), headers=headers, media_type=NDJSON_TYPE)


@routes.get("/runs/export")
async def get_export(caller: CallerIn, asked: Annotated[RunExport, Query()]) -> Response:
    """The same by GET, for a browser or curl."""
    return await export_runs(caller, asked)


class _Page:
    """The lines of one answer, and where the next goes on."""

    def __init__(self, caller: Caller, criteria: RunCriteria, after: Position | None, patience: Patience) -> None:
        self._caller = caller
        self._patience = patience
        self._criteria = criteria
        self.next = after
        self.served = Served(path_of(criteria))
        self.lines: list[bytes] = []
        self._bytes = 0
        projects = caller.room.ask.projects
        self._names = {one: projects.get(caller.workspace, one).name for one in criteria.projects}

    def fill(self, limit: int) -> None:
        """Take runs until the page is full: first some, then as many as will fit if they are like these."""
        while len(self.lines) < limit:
            fitting = (PAGE_BYTES - self._bytes) * len(self.lines) // max(1, self._bytes) if self.lines else _FIRST
            if not self._take(min(limit - len(self.lines), fitting)):
                return

    def _take(self, limit: int) -> bool:
        """Up to so many more; says whether there may be room for others behind them."""
        if limit < 1:
            return False
        reader = self._caller.room.reader
        found = reader.query(self._caller.workspace, self._criteria, limit, self.next, _FIELDS, self._patience)
        self.served = found.served
        nearby = around(self._caller)
        for read in found.runs:
            line = line_of(read, self._names[read.run.project], nearby)
            if self.lines and self._bytes + len(line) > PAGE_BYTES:
                return False
            self.lines.append(line)
            self._bytes += len(line)
            self.next = position_of(read.run)
        self.next = found.next
        return found.next is not None and found.served.stopped_at is None
