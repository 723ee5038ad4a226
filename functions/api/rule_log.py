"""Reads what rules did: run by run, as the log names them and the traces tell, with what became of deliveries."""

from __future__ import annotations

import base64
import binascii
import heapq
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from functions.api.auth import Caller
from functions.api.errors import BadRequest
from functions.api.rule_desk import RuleDesk
from shared.rules.rule import Rule
from shared.store.applications import Application, Logged
from shared.store.deliveries import Deliveries, Outcome
from shared.store.whole import ReadRun, WholeTraces

_PAGE_ENTRIES = 200
_AT_ONCE = 50
"""Traces that are read together."""
_PLACE = re.compile(r"([wb][0-9#]+\|[0-9]{1,9})~([0-9]{1,9})", re.ASCII)
"""Where a page begins: behind an entry of the log, and behind so many runs of the next."""


class Acted(NamedTuple):
    """One run that a rule acted on: the `nth` of its application. What is gone is None."""

    logged: Logged
    nth: int
    application: Application | None = None
    read: ReadRun | None = None

    @property
    def run_id(self) -> str | None:
        """The run; None where its trace has ended or was erased."""
        return None if self.application is None else self.application.run_ids[self.nth]


class LogAsked(NamedTuple):
    """Which of a rule's log: what it did in [start, end) as it followed, as it looked back, or (None) both."""

    looks_back: bool | None = False
    start_us: int = 0
    end_us: int | None = None
    project: str | None = None


class LogPage(NamedTuple):
    """Some runs that a rule acted on, and where to go on; None behind the last."""

    acted: list[Acted]
    cursor: str | None


class RuleLog:
    """The log of one rule."""

    def __init__(self, caller: Caller, desk: RuleDesk, rule: Rule) -> None:
        self._room = caller.room
        self._workspace = caller.workspace
        self._applications = desk.applications
        self._rule = rule
        self._whole = WholeTraces(caller.room.ask, caller.room.ask.prices)
        self._deliveries = Deliveries(caller.room.store.deliveries, caller.room.store.traces, caller.room.clock)

    def some(self, asked: LogAsked, offset: int, limit: int) -> list[Acted]:
        """The runs from the `offset`-th on, newest first."""
        if asked.project is None:
            return self._read(islice(self._slots(asked), offset, offset + limit))
        return list(islice(self._of_project(asked, None, asked.project), offset, offset + limit))

    def page(self, asked: LogAsked, cursor: str | None, limit: int) -> LogPage:
        """At most `limit` runs from behind the cursor; not of both ways at once. Raises: BadRequest."""
        found = list(self._from(asked, _place(cursor), limit + 1))
        page = found[:limit]
        return LogPage(page, _cursor(page[-1]) if len(found) > limit else None)

    def delivered(self, acted: Iterable[Acted]) -> dict[str, Outcome]:
        """What became of what these runs' receivers were told, by the delivery's id."""
        applications = [one.application for one in acted if one.application is not None]
        return delivered_of(self._deliveries, self._workspace, applications)

    def _from(self, asked: LogAsked, place: tuple[str | None, int], limit: int) -> Iterator[Acted]:
        if asked.project is not None:
            return islice(self._of_project(asked, place, asked.project), limit)
        return iter(self._read(islice(self._slots(asked, *place), limit)))

    def _of_project(self, asked: LogAsked, place: tuple[str | None, int] | None, project: str) -> Iterator[Acted]:
        """The runs of one project: it is the trace that tells, so what is gone is of none."""
        if self._rule.project is not None and self._rule.project != project:
            return
        slots = self._slots(asked, *(place or (None, 0)))
        while batch := self._read(islice(slots, _AT_ONCE)):
            yield from (one for one in batch if one.read is not None and one.read.run.project == project)

    def _slots(self, asked: LogAsked, after: str | None = None, skipped: int = 0) -> Iterator[Acted]:
        """A place for each run, before anything is known of it but its number."""
        if asked.looks_back is None:
            both = [self._slots(asked._replace(looks_back=one)) for one in (False, True)]
            yield from heapq.merge(*both, key=lambda one: -one.logged.entry.at_us)
            return
        for logged in self._logged(asked, after):
            yield from (Acted(logged, nth) for nth in range(skipped, logged.entry.runs))
            skipped = 0

    def _logged(self, asked: LogAsked, after: str | None) -> Iterator[Logged]:
        while True:
            page = self._applications.log(
                self._workspace,
                self._rule.id,
                _PAGE_ENTRIES,
                looks_back=asked.looks_back is True,
                cursor=after,
                start_us=asked.start_us,
                end_us=asked.end_us,
            )
            yield from page.logged
            after = page.cursor
            if after is None:
                return

    def _read(self, slots: Iterable[Acted]) -> list[Acted]:
        """The same, with what their traces tell."""
        known = list(slots)
        entries = {one.logged.cursor: one.logged.entry for one in known}
        found = self._applications.of_entries(self._workspace, self._rule.id, list(entries.values()))
        applications = dict(zip(entries, found, strict=True))
        runs = self._runs([one for one in found if one is not None])
        return [_told(one, applications[one.logged.cursor], runs) for one in known]

    def _runs(self, applications: Sequence[Application]) -> dict[str, ReadRun]:
        """The runs of these traces that may be read, by their id."""
        wanted = {run_id for one in applications for run_id in one.run_ids}
        trace_ids = list(dict.fromkeys(one.trace_id for one in applications))
        runs: dict[str, ReadRun] = {}
        for at in range(0, len(trace_ids), _AT_ONCE):
            for whole in self._whole.many(self._workspace, trace_ids[at : at + _AT_ONCE]).values():
                runs.update((run_id, read) for run_id, read in whole.runs.items() if run_id in wanted)
        return runs


def delivered_of(deliveries: Deliveries, workspace: str, applications: Sequence[Application]) -> dict[str, Outcome]:
    """What became of what receivers were told by these applications, by the delivery's id."""
    ids = [one for application in applications for one in delivery_ids(application)]
    return deliveries.outcomes(workspace, list(dict.fromkeys(ids)))


def delivery_ids(application: Application) -> list[str]:
    """The deliveries that an application sent."""
    lists = (outcome.payload.get("deliveries") for outcome in application.outcomes.values())
    return [one for ids in lists if isinstance(ids, list) for one in ids]


def _told(slot: Acted, application: Application | None, runs: dict[str, ReadRun]) -> Acted:
    if application is None or slot.nth >= len(application.run_ids):
        return slot
    return slot._replace(application=application, read=runs.get(application.run_ids[slot.nth]))


def _cursor(last: Acted) -> str:
    """Behind the last of a page: behind its entry, or within it. Whatever is added to the log stands before that."""
    row, _, number = last.logged.cursor.partition("|")
    is_whole = last.nth + 1 == last.logged.entry.runs
    text = f"{row}|{number}~0" if is_whole else f"{row}|{int(number) + 1}~{last.nth + 1}"
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def _place(cursor: str | None) -> tuple[str | None, int]:
    """Where a cursor says to go on. Raises: BadRequest."""
    if not cursor:
        return None, 0
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise BadRequest("cursor: this is not a cursor that was given here; begin again without one")
    return found.group(1), int(found.group(2))
