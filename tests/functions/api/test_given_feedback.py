"""Feedback joined to runs: how much is looked at, and who hears of it when there is more."""

from __future__ import annotations

from functions.api.criteria import RunCriteria
from functions.api.given_feedback import GivenFeedback, feedback_header
from shared.base.units import US_PER_DAY
from shared.feedback.feedback import Feedback
from tests.operations import uuid7
from tests.stores import NOON_US


def said(run_id: str | None, trace_id: str | None = None, key: str = "user") -> Feedback:
    """A feedback about a run."""
    return Feedback(uuid7(NOON_US), NOON_US, NOON_US, {"key": key, "run_id": run_id, "score": 1}, trace_id or run_id)


def test_no_more_is_looked_at_than_is_allowed() -> None:
    """The first of them, which are the newest; and the header says that there are more."""
    given = GivenFeedback((said(uuid7(NOON_US)) for _ in range(9)), most=3)
    assert (len(given.looked_at), given.is_all) == (3, False)
    assert feedback_header(given) == {"Tracekeep-Feedback": "looked-at=3; all=no"}
    assert GivenFeedback((said(uuid7(NOON_US)) for _ in range(3)), most=3).is_all


def test_only_what_was_counted_is_summed_up() -> None:
    """By group; a run counts in each of its groups, and once in each."""
    one, other = uuid7(NOON_US), uuid7(NOON_US)
    given = GivenFeedback([said(one), said(one, key="tool"), said(other), said(None)])
    given.count(one, ("a", "b"))
    assert {group: sorted(given.stats(group)) for group in "abc"} == {
        "a": ["tool", "user"],
        "b": ["tool", "user"],
        "c": [],
    }


def test_a_window_is_told_by_ids_as_far_as_they_tell() -> None:
    """Those with a time inside are in it or not; the others must be looked up, but where no time is asked for."""
    before, inside, timeless = uuid7(NOON_US - US_PER_DAY), uuid7(NOON_US), "5f0f2a10-0000-4000-8000-000000000009"
    given = GivenFeedback([said(before), said(inside), said(timeless)])
    assert given.split(RunCriteria(start_us=NOON_US - 1000)) == ([inside], [timeless])
    assert given.split(RunCriteria(end_us=NOON_US - 1000)) == ([before], [timeless])
    assert given.split(RunCriteria()) == ([before, inside, timeless], [])


def test_roots_alone_are_told_by_their_traces() -> None:
    """The id of a root is its trace's."""
    root, child = uuid7(NOON_US), uuid7(NOON_US)
    given = GivenFeedback([said(root), said(child, root)])
    assert given.split(RunCriteria(is_root=True)) == ([root], [])
