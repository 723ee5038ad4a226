"""Questions to one store of any size, each with its time and what AWS would bill for it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import NamedTuple

from bench.filling import NEWEST, RARE
from bench.rooms import WORKSPACE
from functions.api.criteria import RunCriteria
from functions.api.patience import Patience
from functions.api.reader import Reader, RunPage
from shared.base.clock import SystemClock
from shared.base.units import US_PER_MINUTE
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.store.counted import reads_counted
from shared.store.filters import Filters
from shared.store.ports import Store
from shared.store.questions import open_questions
from shared.store.tally import Meter
from shared.store.walk import Window

PAGE = 50
READS = 9
ERROR_MINUTES = 30
WAIT_S = 2.0
DEEP_ANSWERS = 3
_FOREVER_US = 4 * 10**15
_SCANNED = Filters.parsed(f'eq(name, "{RARE}")')
_DEEP = Filters.parsed('search(inputs, "a text that is in none of them")')


class Timed(NamedTuple):
    """One list, read several times."""

    ms: float
    read_units: float


class Searched(NamedTuple):
    """A search in parts of `WAIT_S` each, or the first of them."""

    answers: int
    first_ms: float
    longest_ms: float
    total_s: float
    looked_at: int
    read_units: float
    object_gets: int
    found: int
    share: float


class Asked(NamedTuple):
    """What one size of the store was asked."""

    roots_v1: Timed
    roots_v2: Timed
    errors: Timed
    errors_found: int
    scan: Searched
    deep: Searched


class Asker:
    """Asks one project, through doors that count."""

    def __init__(self, store: Store, project: str, now_us: int) -> None:
        self._meter = Meter()
        ask = open_questions(reads_counted(store, self._meter), SystemClock(), Periods())
        self._reader = Reader(ask, PriceTable.load())
        self._project = project
        self._now_us = now_us

    def ask(self) -> Asked:
        """All questions. Raises: RuntimeError where a list is not as long as it must be."""
        everything = RunCriteria(projects=(self._project,))
        roots = RunCriteria(projects=(self._project,), is_root=True)
        since_us = self._now_us - ERROR_MINUTES * US_PER_MINUTE
        failed = RunCriteria(projects=(self._project,), has_error=True, start_us=since_us)
        errors = len(self._reader.query(WORKSPACE, failed, NEWEST).runs)
        if len(self._reader.query(WORKSPACE, roots, PAGE).runs) != PAGE or not errors:
            raise RuntimeError(f"{errors} errors and not {PAGE} roots were found in project {self._project}")
        of_all_time = Window(0, _FOREVER_US)
        return Asked(
            self._timed(lambda: self._reader.query(WORKSPACE, roots, PAGE)),
            self._timed(lambda: self._reader.traces(WORKSPACE, self._project, of_all_time, PAGE)),
            self._timed(lambda: self._reader.query(WORKSPACE, failed, NEWEST)),
            errors,
            self._searched(everything, _SCANNED),
            self._searched(everything, _DEEP, DEEP_ANSWERS),
        )

    def _timed(self, read: Callable[[], object]) -> Timed:
        read()
        times_ms: list[float] = []
        units = 0.0
        for _ in range(READS):
            began_s = time.perf_counter()
            with self._meter.watch() as watch:
                read()
            times_ms.append((time.perf_counter() - began_s) * 1_000)
            units = watch.tally.read_units
        return Timed(median(times_ms), units)

    def _searched(self, everything: RunCriteria, filters: Filters, most: int | None = None) -> Searched:
        """All parts of a search, or the first few."""
        criteria = RunCriteria(projects=everything.projects, filters=filters)
        times_s: list[float] = []
        pages: list[RunPage] = []
        with self._meter.watch() as watch:
            for page, took_s in itertools.islice(self._parts(criteria), most):
                pages.append(page)
                times_s.append(took_s)
        last = pages[-1].progress
        return Searched(
            answers=len(pages),
            first_ms=times_s[0] * 1_000,
            longest_ms=max(times_s) * 1_000,
            total_s=sum(times_s),
            looked_at=sum(page.served.looked_at for page in pages),
            read_units=watch.tally.read_units,
            object_gets=watch.tally.object_gets,
            found=sum(len(page.runs) for page in pages),
            share=0.0 if last is None else last.share,
        )

    def _parts(self, criteria: RunCriteria) -> Iterator[tuple[RunPage, float]]:
        after = None
        while True:
            began_s = time.perf_counter()
            page = self._reader.query(WORKSPACE, criteria, PAGE, after, (), Patience(WAIT_S))
            yield page, time.perf_counter() - began_s
            if page.next is None:
                return
            after = page.next
