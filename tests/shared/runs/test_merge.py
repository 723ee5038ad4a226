"""Merging: a run is what its facts give, whatever their order."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from shared.runs.fact import Fact
from shared.runs.merge import Told, collapse, merge

FIELD = st.sampled_from(["name", "tags", "end_us", "inputs", "error"])
FACTS = st.builds(
    lambda run, is_patch, names, mark: Fact(run, is_patch, {name: [f"{name}{mark}"] for name in names}),
    st.sampled_from("ab"),
    st.booleans(),
    st.lists(FIELD, max_size=3),
    st.integers(0, 99),
)
REQUESTS = st.lists(st.lists(FACTS, min_size=1, max_size=4), min_size=1, max_size=6)


def told(requests: list[list[Fact]]) -> list[Told]:
    """Each request under a receipt of its own, in order."""
    return [Told(f"{number:04d}", "p", copy.deepcopy(facts), "s") for number, facts in enumerate(requests)]


@given(REQUESTS, st.data())
def test_order_and_repetition_change_nothing(requests: list[list[Fact]], more: st.DataObject) -> None:
    """Any permutation of the groups, with any of them repeated, merges to the same runs."""
    groups = told([collapse(request) for request in requests])
    again = more.draw(st.lists(st.sampled_from(groups), max_size=3))
    shuffled = more.draw(st.permutations(groups + again))
    assert merge([copy.deepcopy(group) for group in shuffled]) == merge(groups)


@given(REQUESTS)
def test_batching_changes_nothing(requests: list[list[Fact]]) -> None:
    """The same operations in one request, or each in a request of its own, merge to the same runs."""
    operations = [fact for request in requests for fact in request]
    apart = told([[fact] for fact in operations])
    together = told([collapse(copy.deepcopy(operations))])
    assert merge(together) == merge(apart)


def test_a_patch_beats_a_post_that_came_later() -> None:
    """What an update said stands, also when the create arrives behind it."""
    update = Told("1", "p", [Fact("a", True, {"name": "updated"})])
    create = Told("2", "p", [Fact("a", False, {"name": "created", "tags": ["x"]})])
    assert merge([create, update]) == {"a": {"name": "updated", "tags": ["x"], "project": "p"}}


def test_of_two_patches_the_later_receipt_wins() -> None:
    """Arrival order decides among updates, field by field."""
    first = Told("1", "p", [Fact("a", True, {"name": "one", "end_us": 1})])
    second = Told("2", "p", [Fact("a", True, {"name": "two"})])
    assert merge([second, first])["a"] == {"name": "two", "end_us": 1, "project": "p"}


def test_payload_fields_say_where_they_came_from() -> None:
    """The source of the group that won is the field's fourth element."""
    create = Told("1", "p", [Fact("a", False, {"inputs": ["in", 0, 2]})], "chunk one")
    update = Told("2", "p", [Fact("a", True, {"outputs": [["out", None], 0, 3]})], "chunk two")
    fields = merge([create, update])["a"]
    assert fields["inputs"] == ["in", 0, 2, "chunk one"]
    assert fields["outputs"] == [["out", None], 0, 3, "chunk two"]
