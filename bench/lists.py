"""Lists and searches while more and more is stored: newest roots, recent errors, a scan, a search of payloads."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench.asking import DEEP_ANSWERS, ERROR_MINUTES, PAGE, READS, WAIT_S, Asked, Asker
from bench.figures import Figure, Section, Table, written
from bench.filling import NEWEST, RARE_EVERY, fill
from infra.local.store import open_local_store
from shared.base.clock import SystemClock

_MUST_MS, _AIM_MS = 100, 20
_PART_MUST_MS = 3_000
"""An answer that was asked for with `Prefer: wait=2`, and what it takes to end it."""
_HOW = (
    "Traces of one run each, recorded by functions.record.app over a dictionary and copied into SQLite in bulk: "
    f"{NEWEST:,} in the last half hour, all others spread over the 13 days before, 50 a request, one in 50 failed. "
    "Asked of functions.api.reader.Reader in this process, through doors that count what DynamoDB and S3 would bill. "
    f"Lists: the newest {PAGE} roots as v1 asks (query) and as v2 does (traces), and the failed runs of the last "
    f"{ERROR_MINUTES} minutes; median of {READS} after one to warm up. Scan: a name that one run in {RARE_EVERY:,} "
    f"has, over everything, in answers of {WAIT_S:g} s at most, to the end. Payloads: a text that no run has, searched "
    f"through all inputs, newest first, the first {DEEP_ANSWERS} such answers."
)

Say = Callable[[str], None]


def measure(sizes: Sequence[int], say: Say) -> Section:
    """One store that grows from size to size."""
    now_us = SystemClock().now_us()
    stored_s: list[float] = []
    asked: list[Asked] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        store = open_local_store(Path(name) / "data", "http://localhost", SystemClock(), {})
        filling = fill(store, now_us)
        for size, more in _steps(sizes):
            say(f"lists: storing {size:,} traces")
            began_s = time.perf_counter()
            project = list(islice(filling, more))[-1]
            stored_s.append(time.perf_counter() - began_s)
            say(f"lists: stored in {stored_s[-1]:.0f} s; asking")
            asked.append(Asker(store, project, now_us).ask())
        store.close()
    head = ("traces stored", *(f"{size:,}" for size in sizes))
    return Section("Lists at size", _HOW, _figures(sizes, asked), [Table("By size", head, _rows(stored_s, asked))])


def _steps(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each size, and how many traces it has more than the one before."""
    before = 0
    for size in sizes:
        yield size, size - before
        before = size


def _rows(stored_s: Sequence[float], asked: Sequence[Asked]) -> list[tuple[str | float, ...]]:
    """A line for each question, a column for each size."""
    questions: list[tuple[str, Callable[[Asked], float]]] = [
        (f"newest {PAGE} roots, v1, ms", lambda one: one.roots_v1.ms),
        ("… read units", lambda one: one.roots_v1.read_units),
        (f"newest {PAGE} roots, v2, ms", lambda one: one.roots_v2.ms),
        ("… read units", lambda one: one.roots_v2.read_units),
        (f"errors of {ERROR_MINUTES} minutes, ms", lambda one: one.errors.ms),
        ("… read units", lambda one: one.errors.read_units),
        ("… found", lambda one: one.errors_found),
        ("scan: answers", lambda one: one.scan.answers),
        ("… first answer, ms", lambda one: one.scan.first_ms),
        ("… longest answer, ms", lambda one: one.scan.longest_ms),
        ("… all of it, s", lambda one: one.scan.total_s),
        ("… runs looked at", lambda one: one.scan.looked_at),
        ("… read units", lambda one: one.scan.read_units),
        ("… found", lambda one: one.scan.found),
        ("payloads: answers", lambda one: one.deep.answers),
        ("… longest answer, ms", lambda one: one.deep.longest_ms),
        ("… runs a second", lambda one: one.deep.looked_at / one.deep.total_s),
        ("… share of the time done", lambda one: one.deep.share),
        ("… read units", lambda one: one.deep.read_units),
        ("… objects fetched", lambda one: one.deep.object_gets),
    ]
    rows: list[tuple[str | float, ...]] = [("stored in, s", *stored_s)]
    return rows + [(what, *map(number, asked)) for what, number in questions]


def _figures(sizes: Sequence[int], asked: Sequence[Asked]) -> list[Figure]:
    first, last, size = asked[0], asked[-1], f"{written(sizes[-1])} traces"
    roots_ms = max(last.roots_v1.ms, last.roots_v2.ms)
    return [
        Figure(f"newest {PAGE} roots, {size}", roots_ms, "ms", _MUST_MS, _AIM_MS),
        Figure(f"errors of {ERROR_MINUTES} minutes, {size}", last.errors.ms, "ms", _MUST_MS, _AIM_MS),
        Figure(f"newest {PAGE} roots: times {sizes[0]:,}'s", last.roots_v1.ms / first.roots_v1.ms, "x"),
        Figure(f"errors: times {sizes[0]:,}'s", last.errors.ms / first.errors.ms, "x"),
        Figure(f"a filter no index serves, longest answer, {size}", last.scan.longest_ms, "ms", _PART_MUST_MS),
        Figure("… all answers", last.scan.total_s, "s"),
        Figure("search of inputs, longest answer", last.deep.longest_ms, "ms", _PART_MUST_MS),
    ]
