"""The rows that lists read, of one recorded batch: log, failures, pointers, hours, feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from functions.record.arrivals import Arrival
from functions.record.noticed import Noticed
from shared.base.ids import receipt_us
from shared.base.units import US_PER_HOUR, US_PER_MINUTE, US_PER_MS
from shared.runs.dotted_order import order_us, root_start_us
from shared.runs.fact import Envelope, Fact
from shared.store import keys
from shared.store.failures import Failure, failure_item
from shared.store.feed import FeedEntry, Touched, feed_item, touched_once
from shared.store.hours import Hours
from shared.store.locate import needs_pointer, pointer_item
from shared.store.ports import Item
from shared.store.recount import late_items
from shared.store.runlog import LogRow, LogTrace, log_item, slim
from shared.store.threads import thread_item, thread_named
from shared.store.traces import StoredTrace
from shared.store.walk import Position

Recorded = tuple[Arrival, StoredTrace]
"""An arrival with its whole trace as read after it was written."""


def listing_rows(
    recorded: Iterable[Recorded], noticed: Noticed, hours: Hours, now_us: int
) -> tuple[list[Item], list[Item]]:
    """The rows to write, and apart from them those among them that need no second writing.

    These are the notes of hours, and the turns of threads: the update that ends a root names its thread again.
    `noticed` are the traces that feedback of an envelope is about.
    """
    notes: dict[str, Item] = {}
    rows: list[Item] = []
    by_envelope: dict[int, list[Recorded]] = defaultdict(list)
    for arrival, stored in recorded:
        by_envelope[id(arrival.envelope)].append((arrival, stored))
        rows.extend(_failures_and_pointers(arrival, stored))
        notes |= {turn.pk + turn.sk: turn for turn in hours.noted.new(_turns(arrival, stored))}
    for of_envelope in by_envelope.values():
        envelope = of_envelope[0][0].envelope
        rows.append(_feed(envelope, of_envelope, noticed.traces(envelope), now_us))
        told = [(stored, arrival.chunk.order) for arrival, stored in of_envelope]
        rows.extend(late_items(envelope.workspace, envelope.receipt, told, now_us))
        for project, row in _log(envelope, of_envelope):
            rows.append(log_item(envelope.workspace, project[0], row))
            for note in hours.rows(envelope.workspace, project[0], row.minute_us, project[1]):
                notes[note.pk + note.sk] = note
    rows.extend(noticed.rows_beside(set(by_envelope), now_us))
    return [*rows, *notes.values()], list(notes.values())


def _log(envelope: Envelope, recorded: Iterable[Recorded]) -> Iterator[tuple[tuple[str, int], LogRow]]:
    """A row for each project, minute and shard that the envelope's runs started in."""
    traces: dict[tuple[str, int, int, int], dict[str, LogTrace]] = defaultdict(dict)
    for arrival, stored in recorded:
        project, trace_id = arrival.project, arrival.trace_id
        shard = keys.shard_of(trace_id, project.shards)
        for minute_us, facts in _by_minute(arrival.facts).items():
            of_minute = traces[project.id, project.shards, minute_us, shard]
            ends_us = stored.periods.ends_us(stored.born_us, arrival.tier)
            entry = of_minute.setdefault(trace_id, LogTrace(trace_id, ends_us, []))
            entry.facts.extend(map(slim, facts))
    for (project_id, shards, minute_us, shard), of_minute in traces.items():
        row = LogRow(minute_us, shard, envelope.receipt, envelope.first_part, list(of_minute.values()))
        yield (project_id, shards), row


def _by_minute(facts: Iterable[Fact]) -> dict[int, list[Fact]]:
    """The facts by the minute in which their runs started."""
    minutes: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        minutes[_order_us(fact) // US_PER_MINUTE * US_PER_MINUTE].append(fact)
    return minutes


def _failures_and_pointers(arrival: Arrival, stored: StoredTrace) -> Iterator[Item]:
    workspace, project, trace_id = arrival.envelope.workspace, arrival.project, arrival.trace_id
    shard = keys.shard_of(trace_id, project.shards)
    for fact in arrival.facts:
        if "error" in fact.fields:
            failure = Failure(trace_id, Position(_order_us(fact), fact.run_id))
            yield failure_item(workspace, project.id, shard, failure, stored.ends_us)
        if not fact.is_patch and needs_pointer(fact.run_id, trace_id, _order_us(fact)):
            yield pointer_item(workspace, fact.run_id, trace_id, stored.ends_us)


def _turns(arrival: Arrival, stored: StoredTrace) -> Iterator[Item]:
    """The rows that say which conversations the trace is a turn of."""
    for fact in arrival.facts:
        if fact.run_id == arrival.trace_id and (thread_id := thread_named(fact)) is not None:
            turn = Position(_order_us(fact), arrival.trace_id)
            yield thread_item(arrival.envelope.workspace, arrival.project.id, thread_id, turn, stored.ends_us)


def _feed(envelope: Envelope, recorded: Iterable[Recorded], noticed: list[tuple[str, str]], now_us: int) -> Item:
    touched = [
        Touched(one.trace_id, one.project.id, stored.born_us, _is_born_extended(stored)) for one, stored in recorded
    ]
    lag_ms = max(0, now_us - receipt_us(envelope.receipt)) // US_PER_MS
    entry = FeedEntry(envelope.receipt, envelope.key_id, touched_once(touched), _hours(recorded), lag_ms, noticed)
    ends_us = max(receipt_us(envelope.receipt), *(stored.ends_us for _, stored in recorded))
    return feed_item(envelope.workspace, envelope.first_part, entry, ends_us)


def _is_born_extended(stored: StoredTrace) -> bool:
    return stored.kept is not None and stored.kept.kind == "project"


def _hours(recorded: Iterable[Recorded]) -> list[tuple[str, int]]:
    """The hours whose statistics the envelope changes: those of its runs, and of their roots."""
    hours: set[tuple[str, int]] = set()
    for arrival, stored in recorded:
        places = {fact.fields["dotted_order"] for fact in arrival.facts}
        starts_us = {*map(order_us, places), *map(root_start_us, places)}
        hours.update((arrival.project.id, start_us // US_PER_HOUR) for start_us in starts_us)
        if stored.provisional is not None:
            hours.add((stored.provisional.project, stored.provisional.root_start_us // US_PER_HOUR))
    return sorted(hours)


def _order_us(fact: Fact) -> int:
    return order_us(fact.fields["dotted_order"])
