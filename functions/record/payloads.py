"""Where the payload of a batch goes: inline while it is small, else into one segment a workspace.

Of the base tier, whatever tier its traces are in: the keep room puts by what is to stay (ADR 19).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from itertools import groupby

from functions.record.arrivals import Arrival
from shared.store import keys
from shared.store.ports import Objects
from shared.store.segments import sealed, segment_name


def store_payloads(arrivals: Iterable[Arrival], objects: Objects, inline_bytes: int, now_us: int) -> None:
    """Give each arrival's chunk the place of its payload; segments are durable on return.

    A segment has a new name each time: chunks of an earlier delivery of the same messages, cut into other
    batches, may still point into the earlier one. What nothing points to goes with its prefix's lifecycle;
    its name and manifest lead an erasure to it before that.
    """
    waiting = sorted((one for one in arrivals if one.payload), key=_workspace)
    for workspace, batch in groupby(waiting, key=_workspace):
        _store(workspace, list(batch), objects, inline_bytes, now_us)


def _store(workspace: str, batch: list[Arrival], objects: Objects, inline_bytes: int, now_us: int) -> None:
    if sum(len(one.payload) for one in batch) <= inline_bytes:
        for one in batch:
            one.chunk = dataclasses.replace(one.chunk, payload=one.payload)
        return
    key = keys.segment("base", workspace, segment_name(now_us, {one.envelope.receipt for one in batch}))
    objects.put(key, sealed((one.trace_id, one.payload) for one in batch))
    offset = 0
    for one in batch:
        one.chunk = dataclasses.replace(one.chunk, segment=key, offset=offset, length=len(one.payload))
        offset += len(one.payload)


def _workspace(arrival: Arrival) -> str:
    return arrival.envelope.workspace
