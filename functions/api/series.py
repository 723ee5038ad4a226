"""What a project's traces and runs come to over time: what a dashboard draws.

Whole hours come from rollups, which know all traces, all runs, and both by name and type. What they do not know (a
filter, a tag, a metadata key, minutes) is counted run by run, newest first, at most `MAX_COUNTED` of them: where
there are more, the series begins where the counting stopped, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from functions.api.criteria import RunCriteria
from functions.api.grouping import GroupBy
from functions.api.reader import Reader
from functions.api.search import Served
from shared.base.units import US_PER_HOUR
from shared.feedback.feedback import Feedback
from shared.runs.buckets import Buckets
from shared.runs.run import Run
from shared.runs.stats import Stats
from shared.store.questions import Questions
from shared.store.rollups import NAME, OTHER, ROOT_NAME, ROOT_TYPE, ROOTS, RUN_TYPE, RUNS, TOOL, Groups, Rollups
from shared.store.walk import Window

TRACES = "traces"
ALL = ""
"""The group of everything, where nothing is grouped."""
MAX_COUNTED = 100_000
"""Runs, and traces: about a second each."""
MAX_FEEDBACK = 20_000
MAX_LINES = 10

Kind = str
"""`traces` or `runs` of a group; or `run_type` or `tool`, whose lines are runs."""
_OF_ALL = {ROOTS: TRACES, RUNS: RUNS}
_BY_NAME = {f"{ROOT_NAME}:": TRACES, f"{NAME}:": RUNS}
_BY_TYPE = {f"{ROOT_TYPE}:": TRACES, f"{RUN_TYPE}:": RUNS}
_APART = {f"{RUN_TYPE}:": RUN_TYPE, f"{TOOL}:": TOOL}


class Piece(NamedTuple):
    """What some runs of one group come to in one bucket. A group of None is what has no name of its own any more."""

    at: int
    kind: Kind
    group: str | None
    stats: Stats


@dataclass
class Line:
    """One group over time: its statistics by bucket, and in all."""

    points: dict[int, Stats] = field(default_factory=dict)
    whole: Stats = field(default_factory=Stats)

    def add(self, piece: Piece) -> None:
        """Count a piece of it."""
        self.points.setdefault(piece.at, Stats()).merge(piece.stats)
        self.whole.merge(piece.stats)


@dataclass
class Lines:
    """The lines of one kind: those with the most runs by their group, and all others together."""

    shown: dict[str, Line] = field(default_factory=dict)
    other: Line = field(default_factory=Line)
    joined: int = 0
    """How many groups are in `other`; those that an hour's rollup had joined before count once."""


@dataclass(frozen=True)
class SeriesQuestion:
    """One project over time. `criteria` has the project and any filter, but no window."""

    criteria: RunCriteria
    buckets: Buckets
    grouping: GroupBy | None = None


@dataclass
class Given:
    """Feedback over time: by key, then by bucket, the scores that were given; those without a score are None."""

    by_key: dict[str, dict[int, list[float | None]]]
    since_us: int | None = None
    """What was given before was not looked at, as there was too much."""


@dataclass
class Series:
    """An answer. Before `since_us` nothing was counted; None where all was."""

    lines: dict[Kind, Lines]
    served: Served
    since_us: int | None = None


class SeriesReader:
    """Draws series, for one deployment."""

    def __init__(self, ask: Questions, reader: Reader, rollups: Rollups) -> None:
        self._ask = ask
        self._reader = reader
        self._rollups = rollups

    def read(self, workspace: str, asked: SeriesQuestion) -> Series:
        """The series that is asked for."""
        known = _rolled_up(asked)
        if known is not None:
            pieces = self._stored(workspace, asked, known)
            return Series(_lines(pieces), Served("rollups"))
        traces, traces_since_us, _ = self._counted(workspace, asked, is_root=True)
        runs, runs_since_us, served = self._counted(workspace, asked, is_root=None)
        since_us = max((us for us in (traces_since_us, runs_since_us) if us is not None), default=None)
        return Series(_lines([*traces, *runs]), served, since_us)

    def feedback(self, workspace: str, project: str, buckets: Buckets) -> Given:
        """What was said of the project's runs, by when it was said."""
        listed = self._ask.feedbacks.listed(workspace, project, buckets.start_us, buckets.end_us)
        found: list[Feedback] = list(islice(listed, MAX_FEEDBACK + 1))
        by_key: dict[str, dict[int, list[float | None]]] = defaultdict(lambda: defaultdict(list))
        for one in found[:MAX_FEEDBACK]:
            score = one.score
            by_key[one.key][buckets.at(one.created_us)].append(None if score is None else float(score))
        return Given(by_key, found[MAX_FEEDBACK - 1].created_us if len(found) > MAX_FEEDBACK else None)

    def _stored(self, workspace: str, asked: SeriesQuestion, known: dict[str, Kind]) -> Iterator[Piece]:
        buckets = asked.buckets
        window = Window(buckets.start_us, buckets.end_us)
        for project in asked.criteria.projects:
            for hour, groups in self._rollups.by_hour(workspace, project, window):
                yield from _pieces(groups, buckets.at(hour * US_PER_HOUR), known)

    def _counted(
        self, workspace: str, asked: SeriesQuestion, *, is_root: bool | None
    ) -> tuple[list[Piece], int | None, Served]:
        """What matches, counted; since when; and how it was read."""
        buckets = asked.buckets
        window = replace(asked.criteria, start_us=buckets.start_us, end_us=buckets.end_us, is_root=is_root)
        cells: dict[tuple[int, Kind, str], Stats] = defaultdict(Stats)
        matching, served = self._reader.each(workspace, window)
        for count, (run, head) in enumerate(matching):
            if count == MAX_COUNTED:
                return _of_cells(cells), run.order_us, served
            totals = self._rollups.own_totals(workspace, run) if head is None else head.totals
            token_us = None if head is None else head.first_token_us
            for kind, group in _places(run, asked.grouping, is_root=is_root):
                cells[buckets.at(run.order_us), kind, group].add(run, totals, token_us)
        return _of_cells(cells), None, served


def _rolled_up(asked: SeriesQuestion) -> dict[str, Kind] | None:
    """Which groups of a rollup answer the question, and what they are in the answer; None where none do."""
    if asked.buckets.step_us % US_PER_HOUR or asked.criteria != RunCriteria(projects=asked.criteria.projects):
        return None
    if asked.grouping is None:
        return _OF_ALL | _APART
    return {"name": _BY_NAME, "run_type": _BY_TYPE}.get(asked.grouping.attribute)


def _pieces(groups: Groups, at: int, known: dict[str, Kind]) -> Iterator[Piece]:
    for key, stats in groups.items():
        kind, _, name = key.partition(":")
        if key in known:
            yield Piece(at, known[key], ALL, stats)
        elif kind == OTHER and f"{name}:" in known:
            yield Piece(at, known[f"{name}:"], None, stats)
        elif f"{kind}:" in known and key not in _OF_ALL:
            yield Piece(at, known[f"{kind}:"], name, stats)


def _places(run: Run, grouping: GroupBy | None, *, is_root: bool | None) -> Iterator[tuple[Kind, str]]:
    """Where a run counts."""
    kind = TRACES if is_root else RUNS
    if grouping is not None:
        yield from ((kind, key) for key in grouping.keys_of(run))
        return
    yield kind, ALL
    if not is_root:
        yield RUN_TYPE, run.run_type
        if run.run_type == TOOL:
            yield TOOL, run.name


def _of_cells(cells: dict[tuple[int, Kind, str], Stats]) -> list[Piece]:
    return [Piece(at, kind, group, stats) for (at, kind, group), stats in cells.items()]


def _lines(pieces: Iterable[Piece]) -> dict[Kind, Lines]:
    """The pieces as lines. Of a grouping the same groups are shown for traces as for runs."""
    all_pieces = list(pieces)
    runs: dict[tuple[Kind, str], int] = defaultdict(int)
    for piece in all_pieces:
        if piece.group is not None:
            runs[_ranked(piece.kind), piece.group] += piece.stats.runs
    shown = _largest(runs)
    found: dict[Kind, Lines] = defaultdict(Lines)
    joined: dict[Kind, set[str | None]] = defaultdict(set)
    for piece in all_pieces:
        lines = found[piece.kind]
        if (_ranked(piece.kind), piece.group) in shown:
            lines.shown.setdefault(piece.group or ALL, Line()).add(piece)
        else:
            lines.other.add(piece)
            joined[piece.kind].add(piece.group)
    for kind, groups in joined.items():
        found[kind].joined = len(groups)
    return {kind: _in_order(kind, lines, runs) for kind, lines in found.items()}


def _ranked(kind: Kind) -> Kind:
    """Under which kind a group is ranked: traces and runs of one group together."""
    return RUNS if kind == TRACES else kind


def _largest(runs: dict[tuple[Kind, str], int]) -> set[tuple[Kind, str | None]]:
    by_kind: dict[Kind, list[tuple[int, str]]] = defaultdict(list)
    for (kind, group), count in runs.items():
        by_kind[kind].append((-count, group))
    return {(kind, group) for kind, groups in by_kind.items() for _, group in sorted(groups)[:MAX_LINES]}


def _in_order(kind: Kind, lines: Lines, runs: dict[tuple[Kind, str], int]) -> Lines:
    """The same with its shown lines in order, the largest first."""
    ordered = sorted(lines.shown, key=lambda group: (-runs[_ranked(kind), group], group))
    return replace(lines, shown={group: lines.shown[group] for group in ordered})
