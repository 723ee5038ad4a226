"""Facts of some traces out of log rows that other traces share."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shared.base.errors import Unavailable
from shared.store.ports import Equals, Item, Key, Table
from shared.store.runlog import traces_in, without

_TRIES = 5


def facts_in(rows: Sequence[Item], trace_id: str) -> int:
    """How many facts of a trace these log rows hold."""
    return sum(len(trace.facts) for row in rows for trace in traces_in(row) if trace.trace_id == trace_id)


def names(row: Item, trace_id: str) -> bool:
    """Whether a log row says anything of a trace, or where its archive lies."""
    return any(trace.trace_id == trace_id for trace in traces_in(row))


def rewrite(table: Table, rows: Sequence[Item], trace_ids: Collection[str]) -> None:
    """Take the traces out of the rows; a row that holds nothing else is deleted.

    A row is only written over what was read: another erasure may be at it, or `record` again.
    Raises: Unavailable where it changes each time.
    """
    waiting = list({(row.pk, row.sk): row for row in rows}.values())
    for _ in range(_TRIES):
        pairs = [(row, kept) for row in waiting for kept, taken in [without(row, trace_ids)] if taken]
        done = table.put_if_many([(kept, Equals("f", row.attributes["f"])) for row, kept in pairs])
        emptied = [kept for (_, kept), was in zip(pairs, done, strict=True) if was and not traces_in(kept)]
        table.delete([Key(row.pk, row.sk) for row in emptied])
        changed = [row for (row, _), was in zip(pairs, done, strict=True) if not was]
        waiting = [now for row in changed if (now := table.get(Key(row.pk, row.sk), consistent=True)) is not None]
        if not waiting:
            return
    raise Unavailable(f"log row {waiting[0].pk}/{waiting[0].sk} changed {_TRIES} times while it was rewritten")
