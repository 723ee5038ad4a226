"""What was deleted on request: unreadable from the moment the request was answered (ADR 8).

Two marks say so. A *part* of a running erasure names its traces in one partition of the workspace, which every
reader looks at first and which is empty but for the minutes that an erasure takes. A *tombstone* under each
trace tells `record`, long after, that nothing can be added to it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from shared.base.units import S_PER_DAY, US_PER_S
from shared.store import keys
from shared.store.ports import Absent, Item, Key, KeyRange, Table

TOMBSTONE_DAYS = 30
"""An operation waits up to 4 days on the queue and 14 among the dead letters, from where it may be sent again for
4 more (`infra/stacks/data.py`); the rest is for clients that come back with an update days later."""
_ID_BYTES = 16


class Erased:
    """Which traces must not be read, though their rows may be there still."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def traces(self, workspace: str) -> frozenset[str]:
        """The ids of the workspace's traces that are being erased now. Strongly read, one request."""
        parts = self._table.query(KeyRange(keys.erasing(workspace), consistent=True))
        return frozenset(trace_id for part in parts for trace_id in unpacked(part.attributes["t"]))


def part_item(workspace: str, erasure_id: str, part: int, trace_ids: Sequence[str], now_us: int) -> Item:
    """The row that hides these traces. It ends by itself long after any erasure has."""
    sk = keys.erasing_part(erasure_id, part)
    return Item(keys.erasing(workspace), sk, {"t": packed(trace_ids)}, _end_epoch_s(now_us))


def tombstone_key(workspace: str, trace_id: str) -> Key:
    """Where a trace's tombstone stands."""
    return Key(keys.trace(workspace, trace_id), keys.ERASED)


def set_tombstones(table: Table, workspace: str, erasure_id: str, trace_ids: Sequence[str], now_us: int) -> None:
    """Give each trace its tombstone where it has none: the first erasure stays named."""
    places = [tombstone_key(workspace, trace_id) for trace_id in trace_ids]
    rows = [Item(at.pk, at.sk, {"by": erasure_id, "at_us": now_us}, _end_epoch_s(now_us)) for at in places]
    table.put_if_many([(row, Absent()) for row in rows])


def packed(trace_ids: Iterable[str]) -> bytes:
    """Ids as 16 bytes each."""
    return b"".join(uuid.UUID(one).bytes for one in trace_ids)


def unpacked(ids: object) -> list[str]:
    """The ids that `packed` joined."""
    raw = ids if isinstance(ids, bytes) else b""
    return [str(uuid.UUID(bytes=raw[at : at + _ID_BYTES])) for at in range(0, len(raw), _ID_BYTES)]


def _end_epoch_s(now_us: int) -> int:
    return now_us // US_PER_S + TOMBSTONE_DAYS * S_PER_DAY
