"""Statistics over questions: by rollups or by counting, the same."""

from __future__ import annotations

import dataclasses

import pytest

from functions.api.criteria import RunCriteria
from functions.api.grouping import GroupBy
from functions.api.run_stats import RunStats
from shared.base.units import US_PER_HOUR
from shared.pricing.prices import PriceTable
from shared.runs.stats import Stats
from shared.store.filters import Filters
from shared.store.rollups import Rollups
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE
from tests.stores import NOON_US

EVERYTHING = Filters.parsed('neq(name, "no such name")')
"""A filter that all meet, so that everything is counted rather than looked up."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Written once; tests only read."""
    return Library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def stats(library: Library) -> RunStats:
    """Statistics over the library, with its hours stored."""
    rollups = Rollups(library.store.traces, library.store.control, library.ask, library.clock, PriceTable.load())
    rollups.follow(WORKSPACE)
    return RunStats(library.reader, rollups)


@pytest.mark.parametrize("is_root", [None, True])
@pytest.mark.parametrize("start_us", [None, NOON_US - 9 * US_PER_HOUR - 17])
def test_rollups_and_counting_agree(
    library: Library, stats: RunStats, is_root: bool | None, start_us: int | None
) -> None:
    """Of all runs and of traces, over everything and from the middle of an hour."""
    plain = RunCriteria(projects=library.projects, is_root=is_root, start_us=start_us)
    rolled_up, served = stats.of(WORKSPACE, plain)
    counted, counting = stats.of(WORKSPACE, dataclasses.replace(plain, filters=EVERYTHING))
    assert (served.path, counting.path) == ("rollups", "heads" if is_root else "log")
    assert rolled_up == counted
    assert rolled_up.runs > 0


@pytest.mark.parametrize("attribute", ["name", "run_type"])
def test_groups_agree_too(library: Library, stats: RunStats, attribute: str) -> None:
    """By name and by type, the largest group first."""
    grouping = GroupBy(attribute, None, 10)  # type: ignore[arg-type]
    plain = RunCriteria(projects=library.projects)
    rolled_up, _ = stats.by(WORKSPACE, plain, grouping)
    counted, _ = stats.by(WORKSPACE, dataclasses.replace(plain, filters=EVERYTHING), grouping)
    assert rolled_up == counted
    assert [group.runs for group in rolled_up.values()] == sorted((g.runs for g in rolled_up.values()), reverse=True)


def test_tags_and_metadata_group_what_has_them(library: Library, stats: RunStats) -> None:
    """A run counts for each of its tags; one without the metadata key is in no group."""
    criteria = RunCriteria(projects=library.projects)
    tags, _ = stats.by(WORKSPACE, criteria, GroupBy("tag", None, 10))
    models, _ = stats.by(WORKSPACE, criteria, GroupBy("metadata", "ls_model_name", 10))
    agents = sum(run.name == "agent" for run in library.all_runs)
    assert {tag: group.runs for tag, group in tags.items()} == {"prod": agents, "done": agents}
    assert {model: group.runs for model, group in models.items()} == {"gpt-4o": agents}


def test_only_what_matches_is_counted(library: Library, stats: RunStats) -> None:
    """Filters and criteria narrow statistics as they narrow lists."""
    for criteria in (
        RunCriteria(projects=library.projects, run_type="tool"),
        RunCriteria(projects=library.projects, has_error=True),
        RunCriteria(projects=library.projects, filters=Filters.parsed('gt(latency, "960ms")')),
        RunCriteria(ids=(library.all_runs[0].id,)),
    ):
        found, _ = stats.of(WORKSPACE, criteria)
        assert found.runs == len(library.pages(criteria, 500))


def test_nothing_adds_up_to_nothing(stats: RunStats, library: Library) -> None:
    """What cannot match is empty statistics."""
    criteria = RunCriteria(projects=library.projects, has_error=False, filters=Filters.parsed('eq(status, "error")'))
    assert stats.of(WORKSPACE, criteria)[0] == Stats()
