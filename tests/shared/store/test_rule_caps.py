"""What is left of a cap: given out once, given again to the pass that had it, and given back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.clock import SteppingClock
from shared.store.rule_caps import MAX_PASSES, RuleCaps
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store

MONTH = "2026-11"
TRACES = [f"trace {number}" for number in range(10)]
_asked = st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from(TRACES), max_size=5)), max_size=12)


def caps(folder: str) -> RuleCaps:
    """Over a table of their own."""
    return RuleCaps(local_store(Path(folder), SteppingClock(NOON_US)).control)


@settings(max_examples=40, deadline=None)
@given(_asked, st.integers(0, 12))
def test_no_more_is_given_than_the_cap_has(asked: list[tuple[int, list[str]]], most: int) -> None:
    """Whoever asks, however often: what is taken is what was given, and at most the cap."""
    with tempfile.TemporaryDirectory() as folder:
        cap = caps(folder)
        given_to: dict[int, set[str]] = {}
        for number, traces in asked:
            got = cap.reserve(WORKSPACE, "r", MONTH, f"w{number}", traces, most)
            assert got <= set(traces)
            assert given_to.get(number, set()) & set(traces) <= got
            given_to.setdefault(number, set()).update(got)
        taken = cap.taken(WORKSPACE, "r", MONTH)
    assert taken == sum(map(len, given_to.values())) <= most


def test_what_is_given_back_can_be_had_by_others(tmp_path: Path) -> None:
    """A trace that was extended already costs the rule nothing."""
    cap = caps(str(tmp_path))
    assert cap.reserve(WORKSPACE, "r", MONTH, "w1", TRACES[:3], 2) == frozenset(TRACES[:2])
    cap.give_back(WORKSPACE, "r", MONTH, "w1", TRACES[:1])
    assert cap.taken(WORKSPACE, "r", MONTH) == 1
    assert cap.reserve(WORKSPACE, "r", MONTH, "w2", TRACES[5:], 2) == frozenset(TRACES[5:6])
    assert (cap.taken(WORKSPACE, "r", "2026-12"), cap.taken(WORKSPACE, "other", MONTH)) == (0, 0)


def test_old_passes_are_counted_on_as_a_number(tmp_path: Path) -> None:
    """However many passes a month has, what they took is taken."""
    cap = caps(str(tmp_path))
    for number in range(MAX_PASSES + 20):
        cap.reserve(WORKSPACE, "r", MONTH, f"w{number:04d}", TRACES[:2], 10_000)
    assert cap.taken(WORKSPACE, "r", MONTH) == 2 * (MAX_PASSES + 20)
