"""What a project's newest runs are called, tagged and marked with, most frequent first: for completing filters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from functions.api.criteria import RunCriteria
from functions.api.given_feedback import GivenFeedback
from shared.runs.filter.evaluate import Unknown
from shared.runs.filter.expression import by_type
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from shared.store.questions import Questions

MAX_RUNS = 10_000
"""Runs that are looked at, the newest: some tenths of a second of reading."""
MAX_FEEDBACK = 1_000
MAX_METADATA_KEYS = 100
FACETS_HEADER = "Tracekeep-Facets"
_COMPARED = (str, int, float)


@dataclass(frozen=True)
class Facet:
    """A value, and how many runs have it."""

    value: Any
    count: int


@dataclass
class Facets:
    """How often each value occurs among the runs that were looked at; `is_all` where there are no more.

    Values of metadata are counted by their JSON type, so that 1 and "1" are two, as they are to filters.
    """

    runs: int = 0
    is_all: bool = True
    oldest_us: int | None = None
    names: Counter[str] = field(default_factory=Counter)
    run_types: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    metadata: dict[str, Counter[object]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, run: Run) -> None:
        """Look at one run, not newer than those before."""
        self.runs += 1
        self.oldest_us = run.start_us
        self.names[run.name] += 1
        self.run_types[run.run_type] += 1
        self.statuses[run.status] += 1
        self.tags.update(set(run.tags or ()))
        for key, value in _entries(run):
            self.metadata[key][by_type(value)] += 1

    def metadata_keys(self, wanted: Iterable[str] | None = None) -> list[str]:
        """The keys that most runs have, at most `MAX_METADATA_KEYS`; or those that are wanted and there."""
        if wanted is not None:
            return [key for key in dict.fromkeys(wanted) if key in self.metadata]
        ordered = sorted(self.metadata, key=lambda key: (-self.metadata[key].total(), key))
        return ordered[:MAX_METADATA_KEYS]

    def values(self, key: str, most: int) -> list[Facet]:
        """The most frequent values of a metadata key, as the JSON that they are."""
        counted = top(self.metadata[key], most)
        return [Facet(one.value[1] if isinstance(one.value, tuple) else one.value, one.count) for one in counted]


def facets_of(
    ask: Questions, workspace: str, project: str, start_us: int | None = None, *, roots_only: bool = False
) -> Facets:
    """The facets of the newest runs since then. Raises: NotFound."""
    ask.projects.get(workspace, project)
    window = RunCriteria(start_us=start_us).window()
    runs = (
        (head.root for head in ask.heads.walk(workspace, project, window))
        if roots_only
        else (run for minute in ask.log.minutes(workspace, project, window) for run in minute.runs)
    )
    found = Facets()
    for run in islice(runs, MAX_RUNS):
        found.add(run)
    found.is_all = next(runs, None) is None
    return found


def feedback_keys(ask: Questions, workspace: str, project: str) -> tuple[Counter[str], GivenFeedback]:
    """How often each key was given, among the newest `MAX_FEEDBACK` feedbacks; and how much was looked at."""
    given = GivenFeedback(ask.feedbacks.listed(workspace, project), MAX_FEEDBACK)
    return Counter(one.key for one in given.looked_at), given


def top(counted: Mapping[Any, int], most: int) -> list[Facet]:
    """The most frequent, ties in order of the alphabet."""
    ordered = sorted(counted.items(), key=lambda one: (-one[1], str(one[0])))
    return [Facet(value, count) for value, count in ordered[:most]]


def _entries(run: Run) -> Iterable[tuple[str, object]]:
    """The entries of metadata that can be compared: those inside objects by dotted keys, as filters name them."""
    entries = Known(run).entries("metadata")
    if isinstance(entries, Unknown):  # too large for this row: what it holds are the small values
        return [(key, value) for key, value in run.metadata.items() if isinstance(value, _COMPARED)]
    return {
        one["metadata_key"]: value for one in entries if isinstance(value := one["metadata_value"], _COMPARED)
    }.items()
