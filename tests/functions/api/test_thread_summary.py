"""A thread as filters see it: every field has a value, and all of its turns count."""

from __future__ import annotations

import pytest

from functions.api.thread_summary import THREAD_FIELDS, ThreadSummary, parsed_thread_filter
from shared.base.units import US_PER_S
from shared.runs.filter.evaluate import UNKNOWN
from shared.runs.filter.fields import family_of
from shared.runs.filter.lexer import FilterError
from shared.runs.filter.subject import Known
from shared.runs.run import Run
from shared.runs.stats import Stats
from tests.operations import uuid7
from tests.stores import NOON_US


def turn(number: int, feedback: list[dict[str, object]] | None = None, **fields: object) -> Known:
    """What is known of the root of a turn that took a second."""
    start_us, run_id = NOON_US + number * US_PER_S, uuid7(NOON_US)
    said = {"name": "turn", "start_us": start_us, "end_us": start_us + US_PER_S, **fields}
    return Known(Run(run_id, run_id, said), None, feedback, has_totals=True)


def summary(*turns: Known) -> ThreadSummary:
    """The thread of these turns, the newest first."""
    stats = Stats()
    for one in turns:
        stats.add(one.run, one.totals)
    return ThreadSummary("talk", "the-project", turns, stats)


def test_every_field_is_known_of_every_thread() -> None:
    """A field that can be asked for has a value, or entries."""
    thread = summary(turn(1, []), turn(0, []))
    single = [name for name in THREAD_FIELDS if family_of(name) is None]
    assert all(thread.value(name) is not UNKNOWN for name in single)
    assert (thread.value("count"), thread.value("latency_p50")) == (2, 1)
    assert (thread.value("min_start_time"), thread.value("max_start_time")) == (NOON_US, NOON_US + US_PER_S)


def test_entries_are_those_of_all_turns_and_unknown_where_one_turns_are() -> None:
    """Nothing is decided by some of the turns."""
    said = {"key": "user", "score": 1}
    known = summary(turn(1, [said]), turn(0, [said])).entries("feedback")
    assert isinstance(known, list)
    assert len(known) == 2
    assert summary(turn(1, [said]), turn(0)).entries("feedback") is UNKNOWN


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_filter_asks_for_nothing(text: str | None) -> None:
    """Blank is none."""
    assert parsed_thread_filter(text) is None


@pytest.mark.parametrize("text", ['eq(run_type, "llm")', "gt(latency, 5)", 'eq(input_key, "q")'])
def test_fields_of_runs_alone_are_refused(text: str) -> None:
    """Rather than never holding."""
    with pytest.raises(FilterError, match="there is no field"):
        parsed_thread_filter(text)
