"""Heads: one row a trace, with its root as merged and the totals of its tree. What lists of traces read."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shared.base.clock import Clock
from shared.base.units import US_PER_DAY
from shared.retention.periods import Tier, deletable_epoch_s
from shared.runs.codec import compress, decompress
from shared.runs.fact import Fields
from shared.runs.run import Run
from shared.runs.totals import Totals
from shared.store import keys
from shared.store.hours import Hours
from shared.store.ports import AtMost, Item, Key, Table, Value
from shared.store.walk import Window, starts, stream


class Head(msgspec.Struct, array_like=True):
    """A trace as lists show it, made from its first `chunks` chunks.

    `fields` are the root's, payload fields with their summaries only; `totals` are those of the tree.
    """

    trace_id: str
    project: str
    fields: Fields
    totals: Totals | None
    first_token_us: int | None
    runs: int
    failed_runs: int
    chunks: int
    born_us: int
    ends_us: int
    tier: Tier
    kept_because: str | None = None

    @property
    def root(self) -> Run:
        """The root run, without payloads."""
        return Run(self.trace_id, self.trace_id, self.fields)


_CHUNKS = "n"
_FRAME = "h"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Head).decode


class Heads:
    """Questions and commands about a project's traces."""

    def __init__(self, table: Table, hours: Hours, clock: Clock) -> None:
        self._table = table
        self._hours = hours
        self._clock = clock

    def write(self, workspace: str, head: Head, root_start_us: int, shards: int) -> bool:
        """Store a head, unless one made from more chunks is there; says whether it did."""
        pk = keys.heads(workspace, head.project, root_start_us, keys.shard_of(head.trace_id, shards))
        attributes: dict[str, Value] = {_FRAME: compress(_encode(head)), _CHUNKS: head.chunks}
        item = Item(pk, keys.head(root_start_us, head.trace_id), attributes, deletable_epoch_s(head.ends_us))
        # Chunks are only ever added, and both writers read all there were: more chunks is a later truth.
        return self._table.put_if(item, AtMost(_CHUNKS, head.chunks))

    def chunks_seen(self, workspace: str, project: str, root_start_us: int, trace_id: str, shards: int) -> int:
        """From how many chunks the stored head was made; 0 where there is none."""
        pk = keys.heads(workspace, project, root_start_us, keys.shard_of(trace_id, shards))
        item = self._table.get(Key(pk, keys.head(root_start_us, trace_id)), consistent=True)
        return 0 if item is None else int(item.attributes[_CHUNKS] or 0)

    def walk(self, workspace: str, project: str, window: Window) -> Iterator[Head]:
        """The heads of the roots that started in the window, that have not ended by retention."""
        now_us = self._clock.now_us()
        days = self._hours.days(workspace, project, window.start_us, window.end_us)
        for day in reversed(days) if window.newest_first else days:
            partitions = [keys.heads(workspace, project, day.number * US_PER_DAY, n) for n in range(day.shards)]
            for item in stream(self._table, starts(partitions, window)):
                head = _decode(decompress(bytes(item.attributes[_FRAME])))  # type: ignore[arg-type]
                if head.ends_us > now_us:
                    yield head
