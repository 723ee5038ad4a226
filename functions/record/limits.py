"""A trace holds at most 25,000 runs; what comes after them is refused, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from functions.record.arrivals import Arrival, without_previews
from shared.runs.codec import pack_facts, unpack_facts
from shared.runs.fact import MAX_RUNS_PER_TRACE, Fact, Reject
from shared.store.traces import StoredTrace


def refuse_excess(arrivals: Iterable[Arrival], stored: StoredTrace) -> list[Reject]:
    """Take the facts about runs beyond the limit out of the arrivals' chunks; gives the refusals.

    The runs that a trace keeps are the first ones in order of receipt.
    """
    if sum(chunk.posts for chunk in stored.chunks) <= MAX_RUNS_PER_TRACE:
        return []
    kept = _first_runs(stored)
    refused: list[Reject] = []
    for arrival in arrivals:
        excess = [fact for fact in arrival.facts if fact.run_id not in kept]
        if excess:
            arrival.facts = [fact for fact in arrival.facts if fact.run_id in kept]
            kept_facts = [without_previews(fact, arrival.trace_id) for fact in arrival.facts]
            posts = sum(not fact.is_patch for fact in arrival.facts)
            arrival.chunk = dataclasses.replace(arrival.chunk, facts=pack_facts(kept_facts), posts=posts)
            refused.extend(_refusal(fact, stored.id) for fact in excess)
    return refused


def _first_runs(stored: StoredTrace) -> set[str]:
    first: dict[str, None] = {}
    for chunk in stored.chunks:
        for fact in unpack_facts(chunk.facts):
            if len(first) >= MAX_RUNS_PER_TRACE:
                return set(first)
            first[fact.run_id] = None
    return set(first)


def _refusal(fact: Fact, trace_id: str) -> Reject:
    kind = "patch" if fact.is_patch else "post"
    reason = f"Trace {trace_id} already holds {MAX_RUNS_PER_TRACE} runs, the most that a trace may have"
    return Reject(f"{kind}.{fact.run_id}", reason, fact.run_id)
