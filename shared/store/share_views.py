"""How often shares were looked at: one row each, counted by one room, so that a look that comes twice counts once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from shared.base.errors import Unavailable
from shared.store import keys
from shared.store.parallel import side_by_side
from shared.store.ports import Absent, Equals, Item, Table, Value
from shared.store.rows import record_of

_REMEMBERED = 100
"""Messages that a row knows by 32 bits of their ids: one comes again within minutes, if at all. With them the row is
smaller than the kilobyte that a write is billed by."""
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Views:
    """How often, and when last; microseconds since 1970."""

    count: int = 0
    last_us: int | None = None


class ShareViews:
    """Questions and commands about looks at shares."""

    def __init__(self, control: Table) -> None:
        self._control = control

    def count(self, share_id: str, view_id: str, at_us: int, looks: int = 1) -> None:
        """Count looks that came by one message, once. Raises: Unavailable while too many are counted side by side."""
        place, mark = keys.share_views(share_id), f"{zlib.crc32(view_id.encode()):08x}"
        for _ in range(_TRIES):
            row = self._control.get(place, consistent=True)
            known = [] if row is None else str(row.attributes["seen"]).split(" ")
            if mark in known:
                return
            before = Views() if row is None else record_of(row, Views)
            said: dict[str, Value] = {
                "count": before.count + looks,
                "last_us": max(at_us, before.last_us or 0),
                "seen": " ".join([*known, mark][-_REMEMBERED:]),
            }
            condition = Absent() if row is None else Equals("count", before.count)
            if self._control.put_if(Item(place.pk, place.sk, said), condition):
                return
        raise Unavailable(f"Share {share_id} is looked at by too many at once to be counted now")

    def of(self, share_id: str) -> Views:
        """The looks at one share."""
        row = self._control.get(keys.share_views(share_id))
        return Views() if row is None else record_of(row, Views)

    def of_many(self, share_ids: Sequence[str]) -> list[Views]:
        """The looks at each share, in the order asked."""
        return side_by_side(self.of, share_ids)
