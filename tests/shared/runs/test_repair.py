"""Spans come in any order and are put in their places."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.dotted_order import segment
from shared.runs.repair import ALIAS, MAX_LEVELS, repair
from shared.runs.span_ids import span_run_id, stand_in_span_id, trace_uuid

TRACE_ID = bytes(range(16))
TRACE = trace_uuid(TRACE_ID)
NOON_US = 1_795_176_000_000_000

Merged = dict[str, dict[str, Any]]


def span_id(number: int) -> bytes:
    """The id of a span; the root's is 0's."""
    return (number + 1).to_bytes(8, "big")


def named(number: int) -> str:
    """What children call a span."""
    return span_run_id(TRACE_ID, span_id(number))


def run_id(number: int) -> str:
    """What the run of a span is called."""
    return named(number) if number else TRACE


def span(number: int, parent: int | None, start_us: int | None = None) -> tuple[str, dict[str, Any]]:
    """A span as `receive` leaves it."""
    fields: dict[str, Any] = {
        "dotted_order": segment(NOON_US + number if start_us is None else start_us, run_id(number))
    }
    if parent is not None:
        fields["parent_run_id"] = named(parent)
    if number == 0:
        fields[ALIAS] = named(0)
    return run_id(number), fields


def repaired(spans: list[tuple[str, dict[str, Any]]]) -> Merged:
    """The spans after the repair."""
    merged = {one: dict(fields) for one, fields in spans}
    repair(TRACE, merged)
    return merged


def levels(merged: Merged, number: int) -> list[str]:
    """The ids from the top down to a span, as its dotted order says."""
    return [one[-36:] for one in merged[run_id(number)]["dotted_order"].split(".")]


def test_a_child_of_the_root_finds_it_by_the_name_it_knows() -> None:
    """The parent's hash becomes the trace's id, and the dotted order has both segments."""
    merged = repaired([span(2, 1), span(1, 0), span(0, None)])
    assert merged[run_id(1)]["parent_run_id"] == TRACE
    assert levels(merged, 2) == [TRACE, run_id(1), run_id(2)]


@given(st.lists(st.integers(0, 30), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_the_spans_changes_nothing(parents: list[int], chance: random.Random) -> None:
    """Any tree, any order: each run hangs below the run of its parent span."""
    spans = [span(0, None), *(span(number, parent % number) for number, parent in enumerate(parents, 1))]
    told = list(spans)
    chance.shuffle(told)
    merged = repaired(told)
    assert merged == repaired(spans)
    for number, parent in enumerate(parents, 1):
        assert levels(merged, number)[:-1] == levels(merged, parent % number)
        assert merged[run_id(number)]["parent_run_id"] == run_id(parent % number)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 14)), max_size=14), st.randoms(use_true_random=False))
def test_any_graph_becomes_a_forest(edges: list[tuple[int, int]], chance: random.Random) -> None:
    """Circles, unknown parents and self-made ones lose no run, whatever their order, and end in no loop."""
    spans = [span(number, parent) for number, parent in dict(edges).items()]
    told = list(spans)
    chance.shuffle(told)
    merged = repaired(told)
    assert merged == repaired(spans)
    assert merged.keys() == {one for one, _ in spans}
    for one, fields in merged.items():
        above = fields["dotted_order"].split(".")[:-1]
        assert fields["dotted_order"].endswith(one)
        assert not above or fields["parent_run_id"] == above[-1][-36:]


def test_a_circle_is_cut_at_its_first_run() -> None:
    """Of three that call each other parent the earliest loses its own, and the others hang below it."""
    merged = repaired([span(0, None), span(3, 2), span(1, 3), span(2, 1)])
    assert "parent_run_id" not in merged[run_id(1)]
    assert levels(merged, 3) == [run_id(1), run_id(2), run_id(3)]


def test_an_orphan_stays_and_keeps_its_parents_name() -> None:
    """A span whose parent never came is a root of its own, with what hangs below it."""
    merged = repaired([span(0, None), span(2, 7), span(3, 2)])
    assert levels(merged, 3) == [run_id(2), run_id(3)]
    assert merged[run_id(2)]["parent_run_id"] == named(7)


def test_runs_with_a_place_are_left_alone() -> None:
    """A trace of the SDK is not touched, and a span may hang below one of its runs."""
    child = "019aa0b0-0000-7000-8000-000000000002"
    place = f"{segment(NOON_US, TRACE)}.{segment(NOON_US + 1, child)}"
    sdk = [(TRACE, {"dotted_order": segment(NOON_US, TRACE)}), (child, {"dotted_order": place, "parent_run_id": TRACE})]
    assert repaired(sdk) == dict(sdk)
    below = span(5, None)
    below[1]["parent_run_id"] = child
    assert levels(repaired([*sdk, below]), 5) == [TRACE, child, run_id(5)]


def test_a_span_inside_a_run_of_the_python_sdk_hangs_below_it() -> None:
    """The SDK lends its runs half of their ids as span ids, so that other instrumentations nest in them."""
    child = "019aa0b0-1234-7000-8000-000000000002"
    place = f"{segment(NOON_US, TRACE)}.{segment(NOON_US + 1, child)}"
    inside, fields = span(5, None)
    fields["parent_run_id"] = span_run_id(TRACE_ID, stand_in_span_id(child))
    merged = repaired(
        [(TRACE, {"dotted_order": segment(NOON_US, TRACE)}), (child, {"dotted_order": place}), (inside, fields)]
    )
    assert levels(merged, 5) == [TRACE, child, run_id(5)]
    assert fields["parent_run_id"] != merged[inside]["parent_run_id"] == child


@pytest.mark.parametrize("is_backwards", [False, True])
def test_a_chain_of_25000_spans_stays_small(is_backwards: bool) -> None:
    """Dotted orders begin anew below a hundred levels; every run keeps its true parent."""
    spans = [span(0, None), *(span(number, number - 1) for number in range(1, 25_000))]
    merged = repaired(spans[::-1] if is_backwards else spans)
    assert sum(len(fields["dotted_order"]) for fields in merged.values()) < 25_000 * 59 * MAX_LEVELS
    assert max(fields["dotted_order"].count(".") for fields in merged.values()) == MAX_LEVELS - 1
    assert all(merged[run_id(number)]["parent_run_id"] == run_id(number - 1) for number in range(1, 25_000))
