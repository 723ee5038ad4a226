"""What facts about a feedback come to."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.feedback.feedback import Feedback, Said, merged

ID = "00000000-0000-4000-8000-00000000000f"
FIELDS = st.fixed_dictionaries(
    {"key": st.sampled_from(["a", "b"])},
    optional={
        "score": st.integers(0, 3),
        "comment": st.sampled_from(["x", "y"]),
        "run_id": st.sampled_from(["r", "s"]),
    },
)
CHANGES = st.dictionaries(st.sampled_from(["score", "comment"]), st.none() | st.integers(0, 3))
MOMENTS = st.integers(0, 4)


@st.composite
def facts(draw: st.DrawFn) -> list[Said]:
    """Some facts, each of a request of its own."""
    count = draw(st.integers(0, 6))
    return [draw(_fact(f"{number:032x}")) for number in range(count)]


def _fact(receipt: str) -> st.SearchStrategy[Said]:
    create = st.builds(Said, MOMENTS, st.just(receipt), st.just("create"), MOMENTS, FIELDS)
    change = st.builds(Said, MOMENTS, st.just(receipt), st.just("change"), st.just(0), CHANGES)
    delete = st.builds(Said, MOMENTS, st.just(receipt), st.just("delete"), st.just(0), st.just({}))
    return create | change | delete


def seen(said: list[Said]) -> Feedback | None:
    """What these facts come to, left as they are."""
    return merged(ID, copy.deepcopy(said))


@given(facts(), st.data())
def test_neither_order_nor_repetition_matters(said: list[Said], data: st.DataObject) -> None:
    """However often facts are delivered and in whatever order, they come to the same."""
    doubled = said + data.draw(st.lists(st.sampled_from(said), max_size=4)) if said else said
    assert seen(data.draw(st.permutations(doubled))) == seen(said)


@given(facts())
def test_the_last_create_decides(said: list[Said]) -> None:
    """What is there was said by the last create and the changes since; after a delete there is nothing."""
    ordered = sorted(said, key=lambda one: one.order)
    creates = [number for number, one in enumerate(ordered) if one.kind == "create"]
    since = ordered[creates[-1] :] if creates else []
    found = seen(said)
    if not creates or any(one.kind == "delete" for one in since):
        assert found is None
        return
    fields: dict[str, Any] = {}
    for one in since:
        fields |= one.fields
    assert found is not None
    assert found.fields == fields
    assert found.modified_us >= found.created_us


@given(facts())
def test_facts_are_not_changed_by_merging(said: list[Said]) -> None:
    """They may be merged again."""
    before = copy.deepcopy(said)
    merged(ID, said)
    assert said == before


def test_whether_it_asks_to_keep_its_trace() -> None:
    """It does, unless either name says no."""
    asked: list[dict[str, Any]] = [{}, {"extend_trace_retention": False}, {"_skip_trace_upgrade": True}]
    assert [Feedback(ID, 0, 0, fields).extends_retention for fields in asked] == [True, False, False]
