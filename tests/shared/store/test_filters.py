"""Filters over stored runs: whichever rows serve a query, it finds what looking at every whole run finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.api.criteria import RunCriteria
from shared.pricing.prices import PriceTable
from shared.runs.run import Run
from shared.store.filters import Filters
from shared.store.walk import Position
from shared.store.whole import WholeTraces
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.stores import NOON_US

ON_RUNS = [
    'eq(run_type, "llm")',
    'eq(name, "search")',
    'and(eq(status, "error"), eq(name, "search"))',
    "neq(error, null)",
    "eq(error, null)",
    'search("refund")',
    'search(error, "no index")',
    'search(inputs, "refund")',
    'and(eq(input_key, "question"), eq(input_value, "refund?"))',
    'has(tags, "done")',
    "not(eq(is_root, true))",
    "and(eq(is_root, true), gt(latency, 0.5))",
    'gt(latency, "900ms")',
    'or(eq(name, "simple"), eq(run_type, "tool"))',
    'and(eq(metadata_key, "ls_model_name"), eq(metadata_value, "gpt-4o"))',
    'neq(metadata_key, "ls_model_name")',
    'has(metadata, \'{"ls_model_name": "gpt-4o"}\')',
    'gte(start_time, "2026-11-20T00:00:00Z")',
    'and(lt(start_time, "2026-11-20T00:00:00Z"), eq(is_root, true))',
    "gte(total_tokens, 0)",
    'like(name, "s%")',
    'in(run_type, ["tool", "llm"])',
]
YES_OR_NOT = st.none() | st.just(value=True)
WHERE = st.sampled_from([None, *ON_RUNS])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Written once; tests only read."""
    return Library(tmp_path_factory.mktemp("library"))


def by_looking(library: Library, criteria: RunCriteria) -> list[str]:
    """The reference: every run of every trace, whole."""
    whole = WholeTraces(library.ask, PriceTable.load())
    found: list[Run] = []
    for run in library.all_runs:
        trace = whole.one(WORKSPACE, run.trace_id)
        assert trace is not None
        if criteria.matches(run) and criteria.filters.match(trace, trace.runs[run.id].run):
            found.append(run)
    found.sort(key=lambda run: Position(run.order_us, run.id), reverse=criteria.newest_first)
    return [run.id for run in found]


@pytest.mark.parametrize("text", ON_RUNS)
def test_a_filter_finds_the_same_by_any_rows(library: Library, text: str) -> None:
    """One by one, over both projects, and never everything or nothing by accident."""
    criteria = RunCriteria(projects=library.projects, filters=Filters.parsed(text))
    assert library.pages(criteria, 7) == by_looking(library, criteria)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    run=WHERE, root=WHERE, tree=WHERE, is_root=st.sampled_from([None, True]), has_error=st.sampled_from([None, True])
)
def test_the_three_filters_hold_together(
    library: Library, run: str | None, root: str | None, tree: str | None, is_root: bool | None, has_error: bool | None
) -> None:
    """On the run, on its root and on any run of its trace, beside structural criteria."""
    filters = Filters.parsed(run, root, tree)
    criteria = RunCriteria(projects=library.projects, filters=filters, is_root=is_root, has_error=has_error)
    assert library.pages(criteria, 11) == by_looking(library, criteria)


def test_filters_choose_cheap_rows(library: Library) -> None:
    """Errors, roots, ids and traces that a filter names are not searched for in the log."""
    run = library.all_runs[0]
    paths = {
        'and(eq(status, "error"), eq(name, "search"))': "failures",
        'and(eq(is_root, true), has(tags, "done"))': "heads",
        f'eq(id, "{run.id}")': "ids",
        f'eq(trace_id, "{run.trace_id}")': "trace",
        'eq(name, "search")': "log",
    }
    for text, path in paths.items():
        criteria = RunCriteria(projects=library.projects, filters=Filters.parsed(text))
        assert library.reader.query(WORKSPACE, criteria, 5).served.path == path


def test_a_contradiction_reads_nothing(library: Library) -> None:
    """What cannot match is answered without a row."""
    criteria = RunCriteria(projects=library.projects, has_error=False, filters=Filters.parsed('eq(status, "error")'))
    page = library.reader.query(WORKSPACE, criteria, 5)
    assert (page.runs, page.next, page.served.looked_at) == ([], None, 0)


def test_large_metadata_and_long_errors_are_filtered_whole(tmp_path: Path) -> None:
    """What rows leave out or cut is looked up in the payload."""
    library = Library(tmp_path, traces=2)
    root = post(uuid7(NOON_US), NOON_US, extra={"metadata": {"small": 1}})
    library.take(
        envelope([root, patch(root, NOON_US + 9, error="x" * 400 + " the end of a long error")], NOON_US, "name:one")
    )
    for text in ('search(error, "long error")', 'like(error, "%a long error")'):
        criteria = RunCriteria(projects=library.projects, filters=Filters.parsed(text))
        assert library.pages(criteria, 5) == [root.run_id]
