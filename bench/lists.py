"""Lists while more and more is stored: the newest roots, and the errors of the last half hour."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.figures import Figure, Section, Table
from bench.filling import NEWEST, fill
from bench.rooms import WORKSPACE
from functions.api.criteria import RunCriteria
from functions.api.reader import Reader
from infra.local.store import LocalStore, open_local_store
from shared.base.clock import SystemClock
from shared.base.units import US_PER_MINUTE
from shared.pricing.prices import PriceTable
from shared.retention.periods import Periods
from shared.store.questions import open_questions
from shared.store.walk import Window

_PAGE = 50
_READS = 9
_ERROR_MINUTES = 30
_MUST_MS, _AIM_MS = 100, 20
_FOREVER_US = 4 * 10**15
_HOW = (
    "Traces of one run each, recorded by functions.record.app over a dictionary and copied into SQLite in bulk: "
    f"{NEWEST:,} in the last half hour, all others spread over the 13 days before, one in 50 failed. Then, by "
    f"functions.api.reader.Reader in this process, median of {_READS} after one to warm up: the newest {_PAGE} roots "
    "as v1 asks (query) and as v2 does (traces), and the failed runs of the last 30 minutes. Flat: how many times the "
    "time at the smallest size."
)
_HEAD = ("traces stored", "stored in s", "newest 50, v1, ms", "newest 50, v2, ms", "errors, 30 min, ms", "found")

Say = Callable[[str], None]


class Asked(NamedTuple):
    """Milliseconds of each question, and how many failed runs there were."""

    query_ms: float
    traces_ms: float
    errors_ms: float
    errors: int


def measure(sizes: Sequence[int], say: Say) -> Section:
    """One store that grows from size to size."""
    now_us = SystemClock().now_us()
    rows: list[tuple[str | float, ...]] = []
    asked: list[Asked] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        store = open_local_store(Path(name) / "data", "http://localhost", SystemClock(), {})
        filling = fill(store, now_us)
        for size, more in _steps(sizes):
            say(f"lists: storing {size:,} traces")
            began_s = time.perf_counter()
            project = _advance(filling, more)
            stored_s = time.perf_counter() - began_s
            asked.append(_ask(store, project, now_us))
            rows.append((f"{size:,}", stored_s, *asked[-1]))
        store.close()
    return Section("Lists at size", _HOW, _figures(sizes, asked), [Table("By size", _HEAD, rows)])


def _steps(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each size, and how many traces it has more than the one before."""
    before = 0
    for size in sizes:
        yield size, size - before
        before = size


def _advance(filling: Iterator[str], count: int) -> str:
    """Store so many more; the project they are in."""
    return list(islice(filling, count))[-1]


def _ask(store: LocalStore, project: str, now_us: int) -> Asked:
    reader = Reader(open_questions(store, SystemClock(), Periods()), SystemClock(), PriceTable.load())
    roots = RunCriteria(projects=(project,), is_root=True)
    failed = RunCriteria(projects=(project,), has_error=True, start_us=now_us - _ERROR_MINUTES * US_PER_MINUTE)
    everything = Window(0, _FOREVER_US)
    errors = len(reader.query(WORKSPACE, failed, NEWEST).runs)
    if len(reader.query(WORKSPACE, roots, _PAGE).runs) != _PAGE or not errors:
        raise RuntimeError(f"{errors} errors and not {_PAGE} roots were found in project {project}")
    return Asked(
        _median_ms(lambda: reader.query(WORKSPACE, roots, _PAGE)),
        _median_ms(lambda: reader.traces(WORKSPACE, project, everything, _PAGE)),
        _median_ms(lambda: reader.query(WORKSPACE, failed, NEWEST)),
        errors,
    )


def _median_ms(read: Callable[[], object]) -> float:
    read()
    times: list[float] = []
    for _ in range(_READS):
        began_s = time.perf_counter()
        read()
        times.append((time.perf_counter() - began_s) * 1_000)
    return median(times)


def _figures(sizes: Sequence[int], asked: Sequence[Asked]) -> list[Figure]:
    first, last, size = asked[0], asked[-1], f"{sizes[-1]:,} traces"
    return [
        Figure(f"newest {_PAGE} roots, {size}", max(last.query_ms, last.traces_ms), "ms", _MUST_MS, _AIM_MS),
        Figure(f"errors of {_ERROR_MINUTES} minutes, {size}", last.errors_ms, "ms", _MUST_MS, _AIM_MS),
        Figure(f"newest {_PAGE} roots: times {sizes[0]:,}'s", last.query_ms / first.query_ms, "x"),
        Figure(f"errors: times {sizes[0]:,}'s", last.errors_ms / first.errors_ms, "x"),
    ]
