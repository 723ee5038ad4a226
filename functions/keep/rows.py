"""The rows that lists read of some traces: log, failures, pointers, turns of threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from functions.keep.moving import Moving, Place
from shared.base.errors import Unavailable
from shared.base.ids import receipt_us
from shared.base.units import US_PER_DAY
from shared.retention.periods import deletable_epoch_s
from shared.store.ports import Equals, Item, Key, KeyRange, Table
from shared.store.questions import Questions
from shared.store.remains import Remains, Surveyor, at, log_ranges
from shared.store.runlog import is_archived, lengthened, traces_in
from shared.store.traces import StoredTrace

_TRIES = 5
_TRACE = "t"


@dataclass(frozen=True)
class ListRows:
    """The rows of one trace that lists read, as they were read."""

    moving: Moving
    own: list[Item]
    log: list[Item]
    """The rows of the log that name it, most of which it shares with others."""

    def unlisted(self, now_us: int) -> list[Place]:
        """The chunks that are to be put by, and whose requests `record` has not written to the log yet.

        It writes them within minutes, or again when their message comes again; what it never does is not waited for.
        """
        listed = {row.sk.split("#")[1] for row in self.log}
        since_us = now_us - US_PER_DAY
        new = (place for place in self.moving.in_base() if receipt_us(place.chunk.receipt) > since_us)
        return [place for place in new if place.chunk.receipt not in listed]


def read_rows(table: Table, ask: Questions, traces: Sequence[Moving]) -> list[ListRows]:
    """Of each trace; each row read once, though the traces of one request share those of the log."""
    surveyors = {moving.stored.workspace: Surveyor(ask, moving.stored.workspace) for moving in traces}
    places = [_places(surveyors[moving.stored.workspace], moving) for moving in traces]
    wanted = list(dict.fromkeys(one for _, own, log in places for one in (*own, *log)))
    read = dict(zip(wanted, table.query_many(wanted), strict=True))
    found = []
    for moving, (remains, own, log) in zip(traces, places, strict=True):
        mine = [row for one in own for row in read[one] if _is_own(row, remains)]
        named = [row for one in log for row in read[one] if not is_archived(row) and _names(row, remains.trace_id)]
        found.append(ListRows(moving, mine, named))
    return found


def lengthen(table: Table, found: Sequence[ListRows]) -> None:
    """Let the rows of these traces live as long as they do; of the log those alone that `record` wrote for good.

    Raises: Unavailable where a row changes each time.
    """
    table.put([new for one in found for row in one.own if (new := _until(row, one.moving.stored)) is not None])
    ends_us: dict[Key, dict[str, int]] = {}
    rows: dict[Key, Item] = {}
    for one, row in _written_for_good(found):
        key = Key(row.pk, row.sk)
        rows[key] = row
        ends_us.setdefault(key, {})[one.stored.id] = one.stored.ends_us
    _rewrite(table, rows.values(), ends_us)


def _written_for_good(found: Sequence[ListRows]) -> Iterator[tuple[Moving, Item]]:
    for one in found:
        receipts = one.moving.long_receipts
        yield from ((one.moving, row) for row in one.log if row.sk.split("#")[1] in receipts)


def _places(surveyor: Surveyor, moving: Moving) -> tuple[Remains, list[KeyRange], list[KeyRange]]:
    stored = moving.stored
    remains = surveyor.survey(stored.id, moving.chunk_rows.values(), None)
    shards = {shard for place in remains.log for shard in remains.shards(surveyor.shards_of(place.project))}
    own = [at(key) for key in (*remains.failures, *remains.pointers, *remains.threads)]
    return remains, own, log_ranges(stored.workspace, remains.log, shards)


def _is_own(row: Item, remains: Remains) -> bool:
    """Whether the row is about this trace: one run may have failed in two of them. A thread's row names it by key."""
    return row.attributes.get(_TRACE, remains.trace_id) == remains.trace_id


def _names(row: Item, trace_id: str) -> bool:
    return any(trace.trace_id == trace_id for trace in traces_in(row))


def _until(row: Item, stored: StoredTrace) -> Item | None:
    """The row, ending with its trace; None if it does."""
    ends_epoch_s = deletable_epoch_s(stored.ends_us)
    return None if (row.expires_epoch_s or 0) >= ends_epoch_s else replace(row, expires_epoch_s=ends_epoch_s)


def _rewrite(table: Table, rows: Iterable[Item], ends_us: Mapping[Key, Mapping[str, int]]) -> None:
    """Let these traces end then in the log rows. A row is only written over what was read: others write it too."""
    waiting = list(rows)
    for _ in range(_TRIES):
        pairs = [(row, new) for row in waiting if (new := lengthened(row, ends_us[Key(row.pk, row.sk)])) is not None]
        done = table.put_if_many([(new, Equals("f", row.attributes["f"])) for row, new in pairs])
        changed = [row for (row, _), was in zip(pairs, done, strict=True) if not was]
        waiting = [now for row in changed if (now := table.get(Key(row.pk, row.sk), consistent=True)) is not None]
        if not waiting:
            return
    raise Unavailable(f"log row {waiting[0].pk}/{waiting[0].sk} changed {_TRIES} times while it was rewritten")
