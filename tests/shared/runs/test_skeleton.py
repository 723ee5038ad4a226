"""Skeletons: the columns say of every run what the trace itself says, whatever shape the trace has."""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.pricing.prices import PriceTable
from shared.runs.dotted_order import segment
from shared.runs.fact import Fields
from shared.runs.run import Run
from shared.runs.skeleton import ERROR_CHARS, skeleton_of
from shared.runs.trace import Trace
from tests.functions.api.skeleton_reading import drawn
from tests.operations import uuid7
from tests.stores import NOON_US

PRICES = PriceTable.load()


class Plan(NamedTuple):
    """One run to be made: where its parent stands among the runs (none, itself, later ones, missing ones too)."""

    parent: int | None
    is_placed: bool
    wait_us: int
    lasts_us: int | None
    usage: tuple[int, int, int] | None
    error: str | None
    has_name: bool


PLANS = st.lists(
    st.builds(
        Plan,
        st.none() | st.integers(0, 14),
        st.booleans(),
        st.integers(-2_000, 5_000),
        st.none() | st.integers(-10, 9_000),
        st.none() | st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 200)),
        st.none() | st.text(min_size=1, max_size=300),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def merged(plans: list[Plan]) -> dict[str, Fields]:
    """The fields of the planned runs; one that is placed has a whole dotted order, if its parent is made before it."""
    ids = [uuid7(NOON_US + at * 1_000) for at in range(15)]
    made: dict[str, Fields] = {}
    for at, plan in enumerate(plans):
        made[ids[at]] = _fields(plan, ids, at, made)
    return made


def _fields(plan: Plan, ids: list[str], at: int, made: dict[str, Fields]) -> Fields:
    start_us = NOON_US + plan.wait_us
    own = segment(start_us, ids[at])
    parent = None if plan.parent is None or at == 0 else ids[plan.parent]
    above = made.get(parent or "", {}).get("dotted_order") if plan.is_placed else None
    fields: Fields = {
        "project": "p",
        "start_us": start_us,
        "dotted_order": own if above is None else f"{above}.{own}",
        "run_type": ("llm", "chain", "tool")[at % 3],
        "extra": [{"metadata": {}, "model": "gpt-4o", "provider": "openai"}, 0, 2],
    }
    fields |= {"parent_run_id": parent} if parent else {}
    fields |= {"name": f"step {at % 4}", "tags": ["a", "b", "a"][: at % 4]} if plan.has_name else {}
    fields |= {} if plan.lasts_us is None else {"end_us": start_us + plan.lasts_us}
    fields |= {} if plan.error is None else {"error": [plan.error, 0, 2]}
    if plan.usage is not None:
        prompt, completion, more = plan.usage
        usage = {"input": prompt, "output": completion, "total": prompt + completion + more}
        fields["outputs"] = [["", usage], 0, 2]
    return fields


def skeleton(trace: Trace) -> dict[str, Any]:
    """The skeleton as it goes over the wire."""
    found: dict[str, Any] = json.loads(msgspec.json.encode(skeleton_of(trace.id, trace.in_order, trace.totals)))
    return found


def trace_of(plans: list[Plan]) -> Trace:
    """The trace of the planned runs; the first is its root."""
    fields = merged(plans)
    return Trace(next(iter(fields)), fields, PRICES)


def in_circle(run: Run, trace: Trace) -> bool:
    """Whether going up from a run leads back to it."""
    above, steps = trace.runs.get(run.parent_run_id or ""), 0
    while above is not None and above is not run and steps < len(trace.runs):
        above, steps = trace.runs.get(above.parent_run_id or ""), steps + 1
    return above is run


@given(PLANS)
def test_the_columns_say_of_each_run_what_the_trace_says(plans: list[Plan]) -> None:
    """Each run is there once, under the parent that the trace knows, with its own times, texts, tokens and costs."""
    trace = trace_of(plans)
    seen = {run.id: run for run in drawn(skeleton(trace))}
    assert seen.keys() == trace.runs.keys()
    for run in trace.runs.values():
        told, totals = seen[run.id], trace.totals[run.id]
        parent = run.parent_run_id if run.parent_run_id in trace.runs and not in_circle(run, trace) else None
        cost = None if totals.total_cost is None else round(totals.total_cost * 10**9)
        assert told == (
            *(run.id, parent, run.name, run.run_type, run.status, run.model, run.start_us, run.latency_us),
            *(totals.total_tokens, cost, run.first_token_us),
            *((run.error_preview or "")[:ERROR_CHARS] or None, list(dict.fromkeys(run.tags or []))),
        )


@given(PLANS)
def test_runs_stand_as_they_are_drawn(plans: list[Plan]) -> None:
    """Behind each run stands all that is below it and then the next; siblings are in order of their start and id."""
    found = skeleton(trace_of(plans))
    seen, parents = drawn(found), found["columns"]["parent"]
    above: list[int] = []
    for at, parent in enumerate(parents):
        assert parent < at
        while above and above[-1] != parent:
            above.pop()
        assert bool(above) == (parent != -1)
        above.append(at)
    pairs = [(one, other) for other in range(len(seen)) for one in range(other) if parents[one] == parents[other]]
    for one, other in pairs:
        is_root_first = parents[one] == -1 and found["root"] == one
        assert is_root_first or (seen[one].start_us, seen[one].id) < (seen[other].start_us, seen[other].id)


@given(PLANS, st.randoms(use_true_random=False))
def test_the_order_in_which_runs_came_changes_nothing(plans: list[Plan], chance: random.Random) -> None:
    """The same runs have the same skeleton."""
    fields = merged(plans)
    root, shuffled = next(iter(fields)), list(fields.items())
    chance.shuffle(shuffled)
    copied = {run_id: dict(said) for run_id, said in shuffled}
    assert skeleton(Trace(root, copied, PRICES)) == skeleton(Trace(root, fields, PRICES))


@given(PLANS)
def test_the_totals_are_those_of_the_roots(plans: list[Plan]) -> None:
    """Nothing is counted twice and nothing is left out, orphans and circles included."""
    trace = trace_of(plans)
    found = skeleton(trace)
    roots = [run for run in trace.runs.values() if run.parent_run_id not in trace.runs or in_circle(run, trace)]
    assert found["totals"]["total_tokens"] == sum(trace.totals[run.id].total_tokens for run in roots)
    costs = [cost for run in roots if (cost := trace.totals[run.id].total_cost) is not None]
    assert found["totals"]["cost_nano_usd"] == (round(sum(costs) * 10**9) if costs else None)
    assert found["failed_runs"] == sum(run.status == "error" for run in trace.runs.values())
    assert found["pending_runs"] == sum(run.status == "pending" for run in trace.runs.values())


@given(PLANS)
def test_each_note_is_about_the_runs_it_says(plans: list[Plan]) -> None:
    """A root that is not the trace's is noted once, and by why it is one; pending below what ended never ended."""
    trace = trace_of(plans)
    found = skeleton(trace)
    ids = [run.id for run in drawn(found)]
    noted = {name: {ids[at] for at in runs} for name, runs in found["notes"].items()}
    apart = {run.id for run in drawn(found) if run.parent is None and run.id != trace.id}
    kinds = [noted.get(name, set()) - {trace.id} for name in ("orphans", "extra_roots", "circles")]
    assert set().union(*kinds) == apart
    assert sum(map(len, kinds)) == len(apart)
    assert noted.get("unnamed", set()) == {run.id for run in trace.runs.values() if "name" not in run.fields}
    for run_id in noted.get("never_ended", set()):
        assert trace.runs[run_id].status == "pending"
        assert trace.runs[run_id].parent_run_id in trace.runs
    starts = {run.id: run.start_us for run in trace.runs.values()}
    assert all(
        starts[one] < starts[str(trace.runs[one].parent_run_id)] for one in noted.get("starts_before_parent", ())
    )


def test_a_long_chain_is_drawn_whole() -> None:
    """A thousand levels are no depth of calls: nothing here recurses."""
    ids = [uuid7(NOON_US + at * 1_000) for at in range(1_000)]
    fields: dict[str, Fields] = {
        run_id: {"project": "p", "dotted_order": segment(NOON_US + at * 1_000, run_id), "name": "step"}
        | ({"parent_run_id": ids[at - 1]} if at else {})
        for at, run_id in enumerate(ids)
    }
    found = skeleton(Trace(ids[0], fields, PRICES))
    assert found["columns"]["parent"] == list(range(-1, 999))
    assert found["notes"] == {}
