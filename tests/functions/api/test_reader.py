"""Reading runs: every path gives the same runs as looking at all of them, page by page."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.api.criteria import RunCriteria
from functions.api.reader import Reader
from shared.base.errors import NotFound
from shared.base.units import US_PER_HOUR, US_PER_MINUTE
from shared.pricing.prices import PriceTable
from shared.runs.fact import Fact
from shared.runs.run import Run
from shared.runs.trace import Trace
from shared.store.walk import Position
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import ALL_TIME, RecordRoom, agent_trace
from tests.stores import NOON_US

PROJECTS = ("one", "two")


class Library(RecordRoom):
    """A room with traces of two projects spread over two days, and all their runs for reference."""

    def __init__(self, folder: Path, traces: int = 24) -> None:
        super().__init__(folder)
        chance = random.Random(7)
        starts = [NOON_US - chance.randrange(0, 30 * US_PER_HOUR) for _ in range(traces)]
        starts += [starts[0], starts[1]]
        for number, start_us in enumerate(starts):
            facts = agent_trace(start_us) if number % 3 else simple_trace(start_us)
            for piece in (facts[::2], facts[1::2]):
                self.take(envelope(piece, NOON_US + number * 1000, f"name:{PROJECTS[number % 2]}"))
        self.reader = Reader(self.ask, PriceTable.load())
        self.projects = tuple(self.project(name) for name in PROJECTS)
        self.all_runs = [run for trace in self._traces() for run in trace.runs.values()]

    def _traces(self) -> list[Trace]:
        heads = [head for project in self.projects for head in self.ask.heads.walk(WORKSPACE, project, ALL_TIME)]
        traces = [self.trace(head.trace_id) for head in heads]
        return [trace for trace in traces if trace is not None]

    def pages(self, criteria: RunCriteria, size: int) -> list[str]:
        """The ids of all pages, one after another."""
        ids: list[str] = []
        after: Position | None = None
        while True:
            page = self.reader.query(WORKSPACE, criteria, size, after)
            ids += [one.run.id for one in page.runs]
            if page.next is None:
                return ids
            after = page.next


def simple_trace(start_us: int) -> list[Fact]:
    """One run that ended well."""
    root = post(uuid7(start_us), start_us, name="simple")
    return [root, patch(root, start_us + 5000, outputs={"text": "ok"})]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Written once; tests only read."""
    return Library(tmp_path_factory.mktemp("library"))


CRITERIA = st.builds(
    RunCriteria,
    run_type=st.sampled_from([None, "llm", "chain", "tool"]),
    has_error=st.sampled_from([None, True, False]),
    is_root=st.sampled_from([None, True, False]),
    start_us=st.none() | st.integers(NOON_US - 31 * US_PER_HOUR, NOON_US),
    end_us=st.none() | st.integers(NOON_US - 31 * US_PER_HOUR, NOON_US + US_PER_MINUTE),
    newest_first=st.booleans(),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=CRITERIA, projects=st.sampled_from([(0,), (1,), (0, 1)]), size=st.integers(1, 60))
def test_pages_joined_are_what_looking_at_every_run_finds(
    library: Library, asked: RunCriteria, projects: tuple[int, ...], size: int
) -> None:
    """No run is lost, none comes twice, and they are in order: whichever rows served the query."""
    criteria = dataclasses.replace(asked, projects=tuple(library.projects[n] for n in projects))
    expected = sorted(filter(criteria.matches, library.all_runs), key=place_of, reverse=criteria.newest_first)
    assert library.pages(criteria, size) == [run.id for run in expected]


def place_of(run: Run) -> Position:
    """The order of runs."""
    return Position(run.order_us, run.id)


def test_a_run_that_arrives_between_pages_moves_none_of_the_others(tmp_path: Path) -> None:
    """A cursor walks positions, not counts."""
    library = Library(tmp_path)
    criteria = RunCriteria(projects=library.projects)
    before = library.pages(criteria, 1000)
    first = library.reader.query(WORKSPACE, criteria, 10)
    library.take(envelope(simple_trace(NOON_US + 5_000_000), NOON_US + 99_000, "name:one"))
    rest = library.reader.query(WORKSPACE, criteria, 1000, first.next)
    assert [one.run.id for one in first.runs + rest.runs] == before


def test_every_run_is_found_by_its_id_with_payloads_and_totals(library: Library) -> None:
    """By id alone, any run of any project."""
    for run in library.all_runs:
        read = library.reader.run(WORKSPACE, run.id, ("inputs", "outputs"))
        assert read.run.id == run.id
        assert ("outputs" in read.payloads) == ("outputs" in run.fields)
    root = next(run for run in library.all_runs if run.name == "agent")
    read = library.reader.run(WORKSPACE, root.id, ("inputs",))
    assert json.loads(read.payloads["inputs"]) == {"question": "refund?"}


def test_a_trace_reads_in_order_of_execution(library: Library) -> None:
    """Parents before children, siblings by start."""
    root = next(run for run in library.all_runs if run.name == "agent")
    assert [one.run.name for one in library.reader.trace(WORKSPACE, root.id)] == ["agent", "gpt", "search"]


def test_children_are_found_by_their_parent_and_runs_by_their_trace(library: Library) -> None:
    """parent_run_id and trace_id each read one trace only."""
    root = next(run for run in library.all_runs if run.name == "agent")
    children = library.pages(RunCriteria(parent_run_id=root.id), 10)
    assert set(children) == {run.id for run in library.all_runs if run.parent_run_id == root.id}
    assert set(library.pages(RunCriteria(trace_ids=(root.id,)), 10)) == {root.id, *children}
    assert library.reader.query(WORKSPACE, RunCriteria(trace_ids=(root.id,)), 10).served.path == "trace"


def test_runs_are_found_by_their_ids(library: Library) -> None:
    """Whichever projects they are in."""
    some = [library.all_runs[3].id, library.all_runs[8].id]
    criteria = RunCriteria(ids=tuple(some))
    assert set(library.pages(criteria, 10)) == set(some)


def test_what_has_expired_is_not_read_by_any_path(tmp_path: Path) -> None:
    """After its days a run is in no page, under no id and in no trace."""
    library = Library(tmp_path)
    root = next(run for run in library.all_runs if run.name == "agent")
    library.clock.advance(15 * 86_400)
    for criteria in (
        RunCriteria(),
        RunCriteria(is_root=True),
        RunCriteria(has_error=True),
        RunCriteria(ids=(root.id,)),
    ):
        assert library.pages(dataclasses.replace(criteria, projects=library.projects), 100) == []
    with pytest.raises(NotFound, match=root.id):
        library.reader.run(WORKSPACE, root.id)
    with pytest.raises(NotFound, match=root.id):
        library.reader.trace(WORKSPACE, root.id)


def test_a_deleted_projects_runs_do_not_exist(tmp_path: Path) -> None:
    """They are gone from every answer at once."""
    library = Library(tmp_path)
    gone = [run for run in library.all_runs if run.project == library.projects[0]]
    library.ask.projects.delete(WORKSPACE, library.projects[0])
    kept = library.pages(RunCriteria(projects=library.projects), 100)
    assert not {run.id for run in gone} & set(kept)
    with pytest.raises(NotFound):
        library.reader.run(WORKSPACE, gone[0].id)


def test_another_workspace_finds_nothing(library: Library) -> None:
    """Neither by id, nor by trace, nor by project."""
    other = "5f0f2a10-0000-4000-8000-0000000000ff"
    run = library.all_runs[0]
    with pytest.raises(NotFound):
        library.reader.run(other, run.id)
    with pytest.raises(NotFound):
        library.reader.trace(other, run.trace_id)
    assert library.reader.query(other, RunCriteria(projects=library.projects), 10).runs == []
