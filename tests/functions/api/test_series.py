"""Series: whatever is stored by the hour and whatever is counted, a chart shows the same."""

from __future__ import annotations

import dataclasses

import pytest

from functions.api.criteria import RunCriteria
from functions.api.grouping import GroupBy
from functions.api.series import ALL, TRACES, Line, Series, SeriesQuestion, SeriesReader
from shared.base.units import S_PER_HOUR, US_PER_HOUR
from shared.pricing.prices import PriceTable
from shared.runs.buckets import Buckets, buckets_of
from shared.runs.stats import Stats
from shared.store.filters import Filters
from shared.store.rollups import RUN_TYPE, RUNS, TOOL, Rollups
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US

EVERYTHING = Filters.parsed('neq(name, "no such name")')
"""A filter that all meet, so that everything is counted rather than looked up."""
ALL_HOURS = buckets_of(NOON_US - 31 * US_PER_HOUR, NOON_US + US_PER_HOUR, S_PER_HOUR)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Written once; tests only read."""
    library = Library(tmp_path_factory.mktemp("library"))
    rollups_of(library).follow(WORKSPACE)
    return library


def rollups_of(library: Library) -> Rollups:
    """The rollups of a library."""
    return Rollups(library.store.traces, library.store.control, library.ask, library.clock, PriceTable.load())


def read(library: Library, buckets: Buckets, grouping: GroupBy | None = None, **asked: object) -> Series:
    """The series of the first project."""
    criteria = dataclasses.replace(RunCriteria(projects=library.projects[:1]), **asked)  # type: ignore[arg-type]
    reader = SeriesReader(library.ask, library.reader, rollups_of(library))
    return reader.read(WORKSPACE, SeriesQuestion(criteria, buckets, grouping))


def by_group(attribute: str) -> GroupBy:
    """A grouping."""
    return GroupBy(attribute, "ls_model_name", 100)  # type: ignore[arg-type]


def summed(line: Line) -> Stats:
    """All points of a line together."""
    whole = Stats()
    for stats in line.points.values():
        whole.merge(stats)
    return whole


@pytest.mark.parametrize("step_h", [1, 3, 24])
@pytest.mark.parametrize("attribute", [None, "name", "run_type"])
def test_rollups_and_counting_draw_the_same(library: Library, step_h: int, attribute: str | None) -> None:
    """Point by point and in all, ungrouped with types and tools, by name and by type."""
    buckets = buckets_of(NOON_US - 20 * US_PER_HOUR, NOON_US, step_h * S_PER_HOUR)
    grouping = None if attribute is None else by_group(attribute)
    rolled_up = read(library, buckets, grouping)
    counted = read(library, buckets, grouping, filters=EVERYTHING)
    assert (rolled_up.served.path, counted.served.path, counted.since_us) == ("rollups", "log", None)
    shown = {kind: lines for kind, lines in rolled_up.lines.items() if lines.shown}
    assert shown == counted.lines
    assert shown[RUNS].shown
    assert all(summed(line) == line.whole for lines in shown.values() for line in lines.shown.values())


def test_minutes_are_counted_and_come_to_the_same(library: Library) -> None:
    """A step below an hour tells of the same runs as hours do."""
    window = (NOON_US - 10 * US_PER_HOUR, NOON_US - 1)
    fine = read(library, buckets_of(*window, 300))
    coarse = read(library, buckets_of(*window, S_PER_HOUR))
    assert fine.served.path == "log"
    for kind in (TRACES, RUNS, RUN_TYPE, TOOL):
        wholes = [{group: line.whole for group, line in one.lines[kind].shown.items()} for one in (fine, coarse)]
        assert wholes[0] == wholes[1]


def test_every_run_is_in_one_name_and_in_all(library: Library) -> None:
    """Groups come to what is not grouped, for traces as for runs."""
    whole = read(library, ALL_HOURS)
    for attribute in ("name", "run_type"):
        grouped = read(library, ALL_HOURS, by_group(attribute))
        for kind in (TRACES, RUNS):
            runs = sum(line.whole.runs for line in grouped.lines[kind].shown.values())
            assert runs == whole.lines[kind].shown[ALL].whole.runs > 0
    assert whole.lines[RUNS].shown[ALL].whole.runs == sum(
        run.project == library.projects[0] for run in library.all_runs
    )


def test_tags_and_metadata_group_what_has_them(library: Library) -> None:
    """What lacks the tag or the key is in no group."""
    agents = sum(run.name == "agent" and run.project == library.projects[0] for run in library.all_runs)
    tags = read(library, ALL_HOURS, by_group("tag"))
    assert {tag: line.whole.runs for tag, line in tags.lines[TRACES].shown.items()} == {"prod": agents, "done": agents}
    models = read(library, ALL_HOURS, by_group("metadata"))
    assert {model: line.whole.runs for model, line in models.lines[RUNS].shown.items()} == {"gpt-4o": agents}


def test_counting_stops_at_its_limit_and_says_where(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are counted; before the time that is told nothing is."""
    monkeypatch.setattr("functions.api.series.MAX_COUNTED", 5)
    cut = read(library, ALL_HOURS, filters=EVERYTHING)
    assert cut.lines[RUNS].shown[ALL].whole.runs == 5
    assert cut.since_us is not None
    newest = sorted((run.order_us for run in library.all_runs if run.project == library.projects[0]), reverse=True)
    assert cut.since_us >= newest[5]


def test_beyond_ten_groups_the_rest_is_one(library: Library) -> None:
    """The ten with the most runs are shown, the largest first; what is not shown is counted, and how many groups."""
    day_us = NOON_US - 40 * 24 * US_PER_HOUR
    root = post(uuid7(day_us), day_us, name="many")
    steps = [post(uuid7(day_us + at), day_us + at, root, name=f"step {at % 13:02}") for at in range(1, 100)]
    library.clock.advance(-40 * 86_400)
    try:
        library.take(envelope([root, patch(root, day_us + 999), *steps], day_us, "name:one"))
        found = read(library, buckets_of(day_us - 1, day_us + US_PER_HOUR, S_PER_HOUR), by_group("name"))
    finally:
        library.clock.advance(40 * 86_400)
    runs = found.lines[RUNS]
    counts = [line.whole.runs for line in runs.shown.values()]
    assert (len(counts), counts) == (10, sorted(counts, reverse=True))
    assert (runs.joined, runs.other.whole.runs + sum(counts)) == (4, 100)
