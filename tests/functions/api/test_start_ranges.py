"""Ranges of time over runs whose start is another than the one in their dotted order."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.api.criteria import RunCriteria
from functions.api.reader import TraceRow
from shared.base.units import US_PER_MINUTE, US_PER_S
from shared.runs.run import START_SLACK_US
from shared.runs.times import LAST_US
from shared.store.filters import Filters
from shared.store.walk import Window
from tests.api_traces import iso
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US

BESIDE = (0, 1, 999, US_PER_S, START_SLACK_US, START_SLACK_US + 1, 30 * US_PER_MINUTE, 10**12)
PLACES = (NOON_US, NOON_US + 1, NOON_US - US_PER_MINUTE, NOON_US - 45 * US_PER_MINUTE)
EDGES = sorted({place + sign * beside for place in PLACES for beside in BESIDE for sign in (1, -1)})


@pytest.fixture(scope="module")
def skewed(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Failed roots at some places, each of which says that it started a while before or after."""
    library = Library(tmp_path_factory.mktemp("skewed"), traces=2)
    for place_us in PLACES:
        for start_us in (place_us + sign * beside for beside in BESIDE for sign in (1, -1)):
            root = post(uuid7(place_us), place_us, name="skewed")
            root.fields["start_us"] = start_us
            facts = [root, patch(root, start_us + 5, error="ValueError: no")]
            library.take(envelope(facts, NOON_US, "name:one"))
    ids = library.pages(RunCriteria(projects=library.projects), 100)
    library.all_runs = [library.reader.run(WORKSPACE, one).run for one in ids]
    return library


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=st.lists(st.sampled_from(EDGES), min_size=2, max_size=2), newest_first=st.booleans())
def test_every_path_finds_the_same(skewed: Library, edges: list[int], newest_first: bool) -> None:
    """The log, heads, failures, and the same range as a filter: what lies in it is in each, and nothing else."""
    start_us, end_us = sorted(edges)
    asked = RunCriteria(projects=skewed.projects[:1], start_us=start_us, end_us=end_us, newest_first=newest_first)
    there = [run for run in skewed.all_runs if run.project in asked.projects]
    expected = [run for run in there if start_us <= run.asked_start_us <= end_us]
    text = f'and(gte(start_time, "{iso(start_us)}"), lte(start_time, "{iso(end_us)}"))'
    filtered = RunCriteria(projects=asked.projects, newest_first=newest_first, filters=Filters.parsed(text))
    for one in (asked, filtered):
        assert set(skewed.pages(one, 50)) == {run.id for run in expected}
        roots = {run.id for run in expected if run.is_root}
        assert {row.root.run.id for row in traces_in(skewed, start_us, end_us)} == roots
        assert set(skewed.pages(dataclasses.replace(one, is_root=True), 50)) == roots
        failed = {run.id for run in expected if run.status == "error"}
        assert set(skewed.pages(dataclasses.replace(one, has_error=True), 50)) == failed


def traces_in(skewed: Library, start_us: int, end_us: int) -> list[TraceRow]:
    """The list of traces of the same range."""
    return skewed.reader.traces(WORKSPACE, skewed.projects[0], Window(start_us, end_us), 100).rows


@pytest.mark.parametrize("end_us", [LAST_US - START_SLACK_US, LAST_US - 1, LAST_US, LAST_US + 1, 10**17])
def test_a_range_may_end_at_the_end_of_all_times(skewed: Library, end_us: int) -> None:
    """Keys write 16 digits of a moment; what is behind the last of them is no other order."""
    everything = RunCriteria(projects=skewed.projects[:1])
    roots, failed = dataclasses.replace(everything, is_root=True), dataclasses.replace(everything, has_error=True)
    for asked in (everything, roots, failed):
        whole = skewed.pages(asked, 100)
        assert skewed.pages(dataclasses.replace(asked, end_us=end_us), 100) == whole
        assert len(whole) >= len(PLACES)


def test_no_run_is_out_of_reach(skewed: Library) -> None:
    """A start up to a minute off is believed; of one further off the place counts, and it is found there."""
    there = [run for run in skewed.all_runs if run.project == skewed.projects[0]]
    assert len(there) > len(PLACES) * len(BESIDE)
    for run in there:
        at_us = run.start_us if abs(run.start_us - run.order_us) <= START_SLACK_US else run.order_us
        found = skewed.pages(RunCriteria(projects=skewed.projects[:1], start_us=at_us, end_us=at_us), 100)
        assert run.id in found
