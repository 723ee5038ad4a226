"""What rules did: claimed once, logged once however often and by whomever, paged newest first."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.clock import SteppingClock
from shared.base.ids import new_uuid
from shared.retention.periods import Periods
from shared.rules.outcome import success
from shared.store.applications import Application, Applications, backfill_name, follow_name
from tests.operations import WORKSPACE, uuid7
from tests.stores import NOON_US, local_store

RULE = new_uuid()
RUNS = tuple(uuid7(NOON_US) for _ in range(3))
MS_US = 1_000


def applications(folder: Path) -> Applications:
    """Over a table of their own."""
    clock = SteppingClock(NOON_US)
    return Applications(local_store(folder, clock).traces, clock, Periods())


@pytest.fixture
def kept(tmp_path: Path) -> Applications:
    """Nothing was applied yet."""
    return applications(tmp_path)


def one(number: int = 0, *, trace_id: str | None = None, at_us: int = NOON_US, looked_us: int = 7) -> Application:
    """A claim."""
    return Application(RULE, trace_id or uuid7(at_us), number, follow_name(looked_us), RUNS, at_us)


def done(claim: Application) -> Application:
    """The same, done."""
    return msgspec.structs.replace(claim, outcomes={"extend": success()})


def test_a_number_is_claimed_once_and_what_came_of_it_said_once(kept: Applications) -> None:
    """The first who claims has it, and the first who is done is believed."""
    first = one()
    assert kept.claim(WORKSPACE, [first]) == [True]
    other = msgspec.structs.replace(first, run_ids=RUNS[:1])
    assert kept.claim(WORKSPACE, [other, one(1, trace_id=first.trace_id)]) == [False, True]
    kept.finish(WORKSPACE, [done(first)])
    kept.finish(WORKSPACE, [msgspec.structs.replace(done(first), outcomes={"queue": success()})])
    assert kept.of_trace(WORKSPACE, first.trace_id)[0] == done(first)
    assert [one.is_done for one in kept.of_trace(WORKSPACE, first.trace_id)] == [True, False]
    assert kept.of_trace("another", first.trace_id) == []


def test_the_log_names_what_the_rows_tell(kept: Applications) -> None:
    """An entry leads to its application, until that is gone with its trace."""
    claims = [done(one(at_us=NOON_US + n)) for n in range(2)]
    kept.claim(WORKSPACE, claims[:1])
    kept.note(WORKSPACE, claims, 5, 9)
    page = kept.log(WORKSPACE, RULE, 10)
    assert [(logged.since_us, logged.until_us) for logged in page.logged] == [(5, 9)] * 2
    assert [logged.entry.results for logged in page.logged] == [{"extend": "success"}] * 2
    assert kept.of_entries(WORKSPACE, RULE, [logged.entry for logged in page.logged]) == [None, claims[0]]
    assert kept.last_applied_us(WORKSPACE, RULE) == NOON_US + 1
    assert kept.last_applied_us(WORKSPACE, RULE, looks_back=True) is None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), max_size=6), max_size=8), st.integers(1, 5))
def test_however_passes_overlap_the_log_has_all_once(passes: list[list[int]], limit: int) -> None:
    """Passes of one name, noted in any cut and order, are one; and pages joined are the whole, newest pass first."""
    claims = [done(one(looked_us=number % 3, at_us=NOON_US + number)) for number in range(12)]
    with tempfile.TemporaryDirectory() as folder:
        kept = applications(Path(folder))
        for numbers in passes:
            for name in range(3):
                kept.note(WORKSPACE, [claims[n] for n in numbers if n % 3 == name], name, name + 1)
        logged, cursor = [], None
        while True:
            page = kept.log(WORKSPACE, RULE, limit, cursor=cursor)
            logged += page.logged
            if (cursor := page.cursor) is None:
                break
        wanted = {claims[n].trace_id for numbers in passes for n in numbers}
    assert sorted(found.entry.trace_id for found in logged) == sorted(wanted)
    assert [found.since_us for found in logged] == sorted((found.since_us for found in logged), reverse=True)


def test_a_look_back_is_logged_apart(kept: Applications) -> None:
    """Neither log shows the other's."""
    back = msgspec.structs.replace(done(one()), pass_name=backfill_name(1))
    kept.note(WORKSPACE, [back], 1, 2)
    assert kept.log(WORKSPACE, RULE, 5).logged == []
    assert [found.entry.trace_id for found in kept.log(WORKSPACE, RULE, 5, looks_back=True).logged] == [back.trace_id]


def test_a_log_is_narrowed_by_the_time_of_applying(kept: Applications) -> None:
    """The start is included, the end is not."""
    claims = [done(one(at_us=NOON_US + n * MS_US)) for n in range(4)]
    kept.note(WORKSPACE, claims, 1, 2)
    page = kept.log(WORKSPACE, RULE, 9, start_us=NOON_US + MS_US, end_us=NOON_US + 3 * MS_US)
    assert [found.entry.at_us for found in page.logged] == [NOON_US + 2 * MS_US, NOON_US + MS_US]
