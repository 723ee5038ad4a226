"""Searches that take several answers: what each says of how far it came, and that all joined are the whole."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.api import patience, search
from functions.api.criteria import RunCriteria
from functions.api.patience import Patience
from functions.api.reader import RunPage
from shared.store.filters import Filters
from shared.store.walk import Window
from tests.api_room import Answered, ApiRoom
from tests.api_traces import story
from tests.functions.api.test_reader import Library
from tests.operations import WORKSPACE
from tests.shared.store.test_filters import by_looking
from tests.stores import NOON_US

FILTERS = (
    'search(inputs, "refund")',
    'search(outputs, "nothing says this")',
    'or(search(inputs, "refund"), search(outputs, "OK"))',
    'eq(name, "search")',
    'and(eq(is_root, true), search(outputs, "ok"))',
    'and(eq(status, "error"), search(inputs, "x"))',
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Written once; tests only read."""
    return Library(tmp_path_factory.mktemp("library"))


def parts(library: Library, criteria: RunCriteria, looks: int) -> Iterator[RunPage]:
    """The answers to one question, each of which has time for so many looks at the clock."""
    after = None
    while True:
        ticks = itertools.count()
        hurried = Patience(wait_s=looks, elapsed=lambda ticks=ticks: float(next(ticks)))  # type: ignore[misc]
        page = library.reader.query(WORKSPACE, criteria, 50, after, (), hurried)
        yield page
        if page.next is None:
            return
        after = page.next


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.sampled_from(FILTERS), newest_first=st.booleans(), looks=st.integers(1, 4), every=st.integers(1, 7))
def test_parts_joined_are_all_that_matches(
    library: Library, text: str, newest_first: bool, looks: int, every: int
) -> None:
    """However short the patience: no run is lost, none comes twice, the share only grows and ends at all."""
    asked = RunCriteria(projects=library.projects, newest_first=newest_first, filters=Filters.parsed(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_LOOK_UP_EVERY", every)
        pages = list(parts(library, asked, looks))
    assert [one.run.id for page in pages for one in page.runs] == by_looking(library, asked)
    shares = [page.progress.share for page in pages if page.progress is not None]
    assert shares == sorted(shares)
    assert shares[-1:] in ([1.0], [])
    assert all(share < 1 for share in shares[:-1])


def test_a_search_in_vain_answers_with_nothing_and_goes_on(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty part says what was looked at and which time was reached."""
    monkeypatch.setattr(search, "_LOOK_UP_EVERY", 5)
    criteria = RunCriteria(projects=library.projects, filters=Filters.parsed('search(inputs, "nobody says this")'))
    pages = list(parts(library, criteria, 1))
    assert len(pages) > 3
    assert all(page.runs == [] for page in pages)
    known = [page.progress for page in pages if page.progress is not None]
    assert sum(one.looked_at for one in known) == len(library.all_runs)
    reached = [one.reached_us for one in known[:-1]]
    assert None not in reached
    assert reached == sorted(reached, key=lambda time_us: -(time_us or 0))
    assert known[-1].reached_us is None


def test_what_it_takes_is_fetched_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search through inputs opens the payloads of many traces by one call, and reads each trace once."""
    library = Library(tmp_path)
    opened: list[int] = []
    fetch = library.ask.traces.frames

    def counted(chunks: Iterator[object]) -> dict[int, bytes]:
        known = list(chunks)
        opened.append(len(known))
        return fetch(known)  # type: ignore[arg-type]

    monkeypatch.setattr(library.ask.traces, "frames", counted)
    criteria = RunCriteria(projects=library.projects, filters=Filters.parsed('search(inputs, "nobody says this")'))
    library.reader.query(WORKSPACE, criteria, 100)
    assert max(opened) > 10
    assert sum(1 for count in opened if count) <= 2


def test_a_list_of_traces_reads_those_in_question_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree filter is about whole traces: they are not read one by one."""
    library = Library(tmp_path)
    together: list[int] = []
    load_many = library.ask.traces.load_many

    def counted(workspace: str, trace_ids: list[str]) -> object:
        together.append(len(trace_ids))
        return load_many(workspace, trace_ids)

    monkeypatch.setattr(library.ask.traces, "load_many", counted)
    filters = Filters.parsed(None, None, 'eq(name, "search")')
    page = library.reader.traces(WORKSPACE, library.projects[0], Window(0, 10**16), 50, (), filters)
    assert page.rows
    assert max(together) > 10
    assert len(together) <= 2


class Searched(ApiRoom):
    """A room with twelve traces an hour apart, one of which says a word."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for number in range(12):
            told = story(NOON_US - number * 3_600_000_000)
            told.post[0]["inputs"] = {"question": "the needle" if number == 9 else "hay"}
            self.send(told.body)

    def ask_part(
        self, path: str, cursor: str | None = None, text: str = "needle", on: str | None = None, **headers: str
    ) -> Answered:
        """One request of a search of inputs; `on` is the cursor of the address that the last answer led to."""
        key = "session" if path == "/runs/query" else "project_ids"
        span = {"min_start_time": "2020-01-01"} if key == "project_ids" else {}
        body = {key: [self.project()], "filter": f'search(inputs, "{text}")', "cursor": cursor, **span}
        return self.ask_for("POST", path, body, query=None if on is None else {"cursor": on}, headers=headers)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """Written once; tests only read."""
    return Searched(tmp_path_factory.mktemp("searched"))


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer's time is over at its first look at the clock."""
    for name in ("SOON_S", "IN_VAIN_S", "_LEAST_S"):
        monkeypatch.setattr(patience, name, 0.0)
    monkeypatch.setattr(search, "_LOOK_UP_EVERY", 5)


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("path", ["/runs/query", "/v2/runs/query"])
def test_who_says_how_long_he_waits_gets_empty_parts(room: Searched, path: str) -> None:
    """An answer that found nothing yet is an empty page with a cursor and its progress; all joined are the whole."""
    found, cursor, done = [], None, []
    for _ in range(20):
        answer = room.ask_part(path, cursor, prefer="wait=2")
        assert answer.status == 200
        assert answer.headers["preference-applied"].startswith("wait=")
        done.append(float(answer.headers["tracekeep-progress"].rpartition("done=")[2]))
        found += answer.json.get("runs", answer.json.get("items"))
        cursor = answer.json["next_cursor"] if "next_cursor" in answer.json else answer.json["cursors"]["next"]
        if cursor is None:
            break
    assert len(found) == 1
    assert len(done) > 3
    assert done == sorted(done)
    assert done[-1] == 1


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("path", ["/runs/query", "/api/v2/runs/query"])
def test_who_does_not_is_sent_on_until_something_is_found(room: Searched, path: str) -> None:
    """A client that takes an empty page for the end gets none before it: it follows to where the search goes on."""
    answer, hops = room.ask_part(path), 0
    while answer.status == 307:
        location, _, query = answer.headers["location"].partition("?")
        assert location == path
        assert answer.headers["tracekeep-served"].startswith("scan; path=log; rows=")
        answer, hops = room.ask_part(path, on=query.removeprefix("cursor=")), hops + 1
    assert answer.status == 200
    assert hops > 2
    assert len(answer.json.get("runs", answer.json.get("items"))) == 1


def test_a_search_with_time_enough_is_one_answer(room: Searched) -> None:
    """Nothing is sent on and nothing is cut where all is looked at in time."""
    answer = room.ask_part("/runs/query")
    assert (answer.status, len(answer.json["runs"]), answer.json["cursors"]["next"]) == (200, 1, None)
    assert answer.headers["tracekeep-progress"] == "looked_at=36; done=1.0000"
    assert room.ask_part("/runs/query", text="nowhere").json["runs"] == []


def test_a_list_of_traces_says_nothing_of_progress(room: Searched) -> None:
    """Every row that was read was asked for."""
    answer = room.post("/runs/query", {"session": [room.project()], "is_root": True, "limit": 5})
    assert "tracekeep-progress" not in answer.headers
    assert len(answer.json["runs"]) == 5


@pytest.mark.usefixtures("hurry")
def test_a_list_of_traces_by_any_of_their_runs_comes_in_parts_too(room: Searched) -> None:
    """A tree filter has whole traces read: the list of traces says how far it came."""
    asked = {"project_id": room.project(), "tree_filter": 'search(inputs, "needle")', "min_start_time": "2020-01-01"}
    first = room.ask_for("POST", "/v2/traces/query", asked)
    assert first.status == 307
    found, cursor, done = [], None, ""
    for _ in range(20):
        answer = room.ask_for("POST", "/v2/traces/query", asked | {"cursor": cursor}, headers={"prefer": "wait=1"})
        found += answer.json["items"]
        done, cursor = answer.headers["tracekeep-progress"], answer.json["next_cursor"]
        if cursor is None:
            break
    assert len(found) == 1
    assert done.endswith("done=1.0000")


@pytest.mark.usefixtures("hurry")
def test_an_export_comes_in_parts_too(room: Searched) -> None:
    """Lines joined over all cursors are all that matches."""
    asked = {"project_ids": [room.project()], "filter": 'search(inputs, "needle")'}
    lines, cursor, answers = [], None, 0
    while answers < 20:
        answer = room.post("/v2/runs/export", asked | {"cursor": cursor})
        lines += answer.body.splitlines()
        cursor, answers = answer.headers.get("tracekeep-next-cursor"), answers + 1
        if cursor is None:
            break
    assert len(lines) == 1
    assert answers > 2


def test_bounds_of_a_filter_are_not_lost_on_the_way(library: Library) -> None:
    """Parts of a search with a window are those of the window."""
    asked = RunCriteria(projects=library.projects, filters=Filters.parsed('search(inputs, "refund")'))
    middle = sorted(run.order_us for run in library.all_runs)[len(library.all_runs) // 2]
    windowed = dataclasses.replace(asked, start_us=middle)
    found = [one.run.id for page in parts(library, windowed, 1) for one in page.runs]
    assert found == by_looking(library, windowed)
    assert 0 < len(found) < len(by_looking(library, asked))
