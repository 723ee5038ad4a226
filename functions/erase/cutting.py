"""Bytes of some traces out of segments that other traces share.

The object keeps its key and its length, so every other chunk's range stays true; the bytes become zeros. One
that holds nothing else is deleted. Reading and writing it back is no one step, so a row says who does it now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from shared.base.clock import Clock
from shared.base.errors import NotFound, Unavailable
from shared.base.units import US_PER_S
from shared.store import keys
from shared.store.ports import AtMost, Item, Store
from shared.store.remains import Range
from shared.store.segments import frames_of


class Cutter:
    """Cuts segments of one workspace."""

    def __init__(self, store: Store, clock: Clock, lease_s: int) -> None:
        self._store = store
        self._clock = clock
        self._lease_s = lease_s

    def cut(self, workspace: str, segment: str, ranges: Iterable[Range], trace_ids: Collection[str]) -> None:
        """Zero these ranges, and every frame of these traces, in one segment.

        Raises: Unavailable while another does.
        """
        self._take(workspace, segment)
        try:
            self._cut(segment, ranges, trace_ids)
        finally:
            self._store.traces.delete([keys.cutting(workspace, segment)])

    def _take(self, workspace: str, segment: str) -> None:
        place, now_us = keys.cutting(workspace, segment), self._clock.now_us()
        until_us = now_us + self._lease_s * US_PER_S
        lease = Item(place.pk, place.sk, {"until_us": until_us}, until_us // US_PER_S + 1)
        # A lease that is over is nobody's: its holder has ended by then.
        if not self._store.traces.put_if(lease, AtMost("until_us", now_us)):
            raise Unavailable(f"segment {segment} is being cut by another erasure: this one comes again")

    def _cut(self, segment: str, ranges: Iterable[Range], trace_ids: Collection[str]) -> None:
        try:
            body = self._store.objects.get(segment)
        except NotFound:
            return
        frames, end = frames_of(segment, body)
        named = {(frame.offset, frame.length) for frame in frames if frame.trace_id in trace_ids}
        left = bytearray(body)
        for offset, length in named | set(ranges):
            left[offset : offset + length] = bytes(len(left[offset : offset + length]))
        if not any(left[:end]):
            self._store.objects.delete([segment])
        elif left != body:
            self._store.objects.put(segment, bytes(left))
