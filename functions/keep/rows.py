"""The rows that lists read of some traces: log, failures, pointers, turns of threads, feedback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from shared.base.errors import Unavailable
from shared.retention.periods import deletable_epoch_s
from shared.store.ports import Equals, Item, Key, Store, Table
from shared.store.questions import Questions
from shared.store.remains import Remains, Surveyor, at, log_ranges
from shared.store.runlog import lengthened
from shared.store.traces import StoredTrace

_TRIES = 5
_TRACE = "t"

Read = tuple[StoredTrace, Mapping[str, Item]]
"""A trace with the rows of its chunks, by their sort keys."""


@dataclass(frozen=True)
class _Lists:
    """What lists read of one trace: rows of its own, and log rows that it shares with others."""

    own: list[Item]
    log: list[Item]


def move_rows(store: Store, ask: Questions, traces: Sequence[Read]) -> None:
    """Let what lists read of these traces live as long as their tier says."""
    for stored, _ in traces:
        ask.feedbacks.lengthen(stored)
    found = [(stored, _lists(store.traces, ask, stored, rows)) for stored, rows in traces]
    own = (_until(row, stored) for stored, lists in found for row in lists.own)
    store.traces.put([new for new in own if new is not None])
    ends_us: dict[str, dict[str, int]] = {}
    for stored, _ in found:
        ends_us.setdefault(stored.workspace, {})[stored.id] = stored.ends_us
    _rewrite(store.traces, chain.from_iterable(_with_ends(lists.log, ends_us[s.workspace]) for s, lists in found))


def _lists(table: Table, ask: Questions, stored: StoredTrace, rows: Mapping[str, Item]) -> _Lists:
    surveyor = Surveyor(ask, stored.workspace)
    remains = surveyor.survey(stored.id, rows.values(), None)
    shards = {shard for place in remains.log for shard in remains.shards(surveyor.shards_of(place.project))}
    places = [*remains.failures, *remains.pointers, *remains.threads]
    read = table.query_many([*map(at, places), *log_ranges(stored.workspace, remains.log, shards)])
    own = [row for found in read[: len(places)] for row in found if _is_own(row, remains)]
    return _Lists(own, [row for found in read[len(places) :] for row in found])


def _is_own(row: Item, remains: Remains) -> bool:
    """Whether the row is about this trace: one run may have failed in two of them. A thread's row names it by key."""
    return row.attributes.get(_TRACE, remains.trace_id) == remains.trace_id


def _until(row: Item, stored: StoredTrace) -> Item | None:
    """The row, ending with its trace; None if it does."""
    ends_epoch_s = deletable_epoch_s(stored.ends_us)
    return None if (row.expires_epoch_s or 0) >= ends_epoch_s else replace(row, expires_epoch_s=ends_epoch_s)


def _with_ends(rows: Iterable[Item], ends_us: Mapping[str, int]) -> Iterable[tuple[Item, Mapping[str, int]]]:
    return ((row, ends_us) for row in rows)


def _rewrite(table: Table, rows: Iterable[tuple[Item, Mapping[str, int]]]) -> None:
    """Let the traces in these log rows end then. A row is only written over what was read: others write it too.

    Raises: Unavailable where it changes each time.
    """
    waiting = list({(row.pk, row.sk): (row, ends_us) for row, ends_us in rows}.values())
    for _ in range(_TRIES):
        pairs = [(row, new, ends_us) for row, ends_us in waiting if (new := lengthened(row, ends_us)) is not None]
        done = table.put_if_many([(new, Equals("f", row.attributes["f"])) for row, new, _ in pairs])
        changed = [(row, ends_us) for (row, _, ends_us), was in zip(pairs, done, strict=True) if not was]
        read = ((table.get(Key(row.pk, row.sk), consistent=True), ends_us) for row, ends_us in changed)
        waiting = [(row, ends_us) for row, ends_us in read if row is not None]
        if not waiting:
            return
    raise Unavailable(f"log row {waiting[0][0].pk}/{waiting[0][0].sk} changed {_TRIES} times while it was rewritten")
