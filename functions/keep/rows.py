"""The rows that lists read of some traces: log, failures, pointers, turns of threads, feedback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from shared.base.errors import Unavailable
from shared.retention.periods import deletable_epoch_s
from shared.store.ports import Equals, Item, Key, KeyRange, Store, Table
from shared.store.questions import Questions
from shared.store.remains import Remains, Surveyor, at, log_ranges
from shared.store.runlog import lengthened
from shared.store.traces import StoredTrace

_TRIES = 5
_TRACE = "t"

Read = tuple[StoredTrace, Mapping[str, Item]]
"""A trace with the rows of its chunks, by their sort keys."""


class _Places(NamedTuple):
    """Where the rows of one trace are that lists read: its own, and log rows that it shares with others."""

    stored: StoredTrace
    remains: Remains
    own: list[KeyRange]
    log: list[KeyRange]


def move_rows(store: Store, ask: Questions, traces: Sequence[Read]) -> None:
    """Let what lists read of these traces live as long as their tier says."""
    for stored, _ in traces:
        ask.feedbacks.lengthen(stored)
    by_workspace: dict[str, list[_Places]] = {}
    for stored, rows in traces:
        by_workspace.setdefault(stored.workspace, []).append(_places(ask, stored, rows))
    for places in by_workspace.values():
        _move(store.traces, places)


def _move(table: Table, places: Sequence[_Places]) -> None:
    """Read each row once, though the traces of one request share those of the log."""
    wanted = list(dict.fromkeys(one for trace in places for one in (*trace.own, *trace.log)))
    read = dict(zip(wanted, table.query_many(wanted), strict=True))
    own = [
        new
        for trace in places
        for one in trace.own
        for row in read[one]
        if _is_own(row, trace.remains) and (new := _until(row, trace.stored)) is not None
    ]
    table.put(own)
    log = [row for one in dict.fromkeys(one for trace in places for one in trace.log) for row in read[one]]
    _rewrite(table, log, {trace.stored.id: trace.stored.ends_us for trace in places})


def _places(ask: Questions, stored: StoredTrace, rows: Mapping[str, Item]) -> _Places:
    surveyor = Surveyor(ask, stored.workspace)
    remains = surveyor.survey(stored.id, rows.values(), None)
    shards = {shard for place in remains.log for shard in remains.shards(surveyor.shards_of(place.project))}
    own = [at(key) for key in (*remains.failures, *remains.pointers, *remains.threads)]
    return _Places(stored, remains, own, log_ranges(stored.workspace, remains.log, shards))


def _is_own(row: Item, remains: Remains) -> bool:
    """Whether the row is about this trace: one run may have failed in two of them. A thread's row names it by key."""
    return row.attributes.get(_TRACE, remains.trace_id) == remains.trace_id


def _until(row: Item, stored: StoredTrace) -> Item | None:
    """The row, ending with its trace; None if it does."""
    ends_epoch_s = deletable_epoch_s(stored.ends_us)
    return None if (row.expires_epoch_s or 0) >= ends_epoch_s else replace(row, expires_epoch_s=ends_epoch_s)


def _rewrite(table: Table, rows: Iterable[Item], ends_us: Mapping[str, int]) -> None:
    """Let these traces end then in the log rows. A row is only written over what was read: others write it too.

    Raises: Unavailable where it changes each time.
    """
    waiting = list({(row.pk, row.sk): row for row in rows}.values())
    for _ in range(_TRIES):
        pairs = [(row, new) for row in waiting if (new := lengthened(row, ends_us)) is not None]
        done = table.put_if_many([(new, Equals("f", row.attributes["f"])) for row, new in pairs])
        changed = [row for (row, _), was in zip(pairs, done, strict=True) if not was]
        waiting = [now for row in changed if (now := table.get(Key(row.pk, row.sk), consistent=True)) is not None]
        if not waiting:
            return
    raise Unavailable(f"log row {waiting[0].pk}/{waiting[0].sk} changed {_TRIES} times while it was rewritten")
