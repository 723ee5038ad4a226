"""Moves traces. Each step does nothing where it was done, so a task may die anywhere and come again, or come twice.

The order matters: the fate first, so that whoever writes a chunk from then on sees it, or wrote it before the trace
is read here. A trace is moved when those have ended who read it in the base tier: so it is moved once, with all that
lists read of it. What is put by is durable before a row leads there; what is removed goes last.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from functions.keep.archiving import put_by
from functions.keep.moving import Moving
from functions.keep.pointing import lead_to
from functions.keep.rows import lengthen, read_rows
from functions.keep.settings import KeepSettings
from shared.base.clock import Clock
from shared.base.ids import new_receipt
from shared.base.log import logger
from shared.retention.kept import Kept
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope
from shared.store import keys
from shared.store.fates import upgrade_item
from shared.store.ports import Item, Key, KeyRange, Store
from shared.store.questions import Questions
from shared.store.traces import StoredTrace
from shared.store.upgrades import Task

_AGAIN_S = 900


class Keeper:
    """Carries tasks out."""

    def __init__(self, settings: KeepSettings, store: Store, ask: Questions, clock: Clock) -> None:
        self._settle_s = settings.settle_s
        self._store = store
        self._ask = ask
        self._clock = clock
        self._upgrades = ask.upgrades

    def keep(self, tasks: Sequence[Task]) -> None:
        """Put the traces of these tasks into the tier, or move them, where whoever else may write them has ended."""
        once = {(task.workspace, task.trace_id, task.is_settled): task for task in tasks}
        found = [one for task in once.values() if (one := self._in_tier(task)) is not None]
        self._begin([one for one in found if not one.task.is_settled])
        self._move([one for one in found if one.task.is_settled])

    def _begin(self, traces: Sequence[Moving]) -> None:
        """Have lists show the tier, and the traces moved when nobody is left who read them in the base tier."""
        self._store.traces.put([self._bill(one.stored) for one in traces])
        for workspace in dict.fromkeys(one.stored.workspace for one in traces):
            ours = [one for one in traces if one.stored.workspace == workspace]
            self._ask_for_heads(workspace, [one.stored.id for one in ours if one.task.makes_head])
            self._upgrades.move(workspace, {one.stored.id: len(one.chunk_rows) for one in ours}, self._settle_s)

    def _move(self, traces: Sequence[Moving]) -> None:
        """Let all of these traces live as long as their tier says."""
        for one in traces:
            self._ask.feedbacks.lengthen(one.stored)
        table = self._store.traces
        found, now_us = read_rows(table, self._ask, traces), self._clock.now_us()
        unlisted = {(one.moving.stored.id, place.row.sk) for one in found for place in one.unlisted(now_us)}
        places = [place for one in traces for place in one.in_base() if (one.stored.id, place.row.sk) not in unlisted]
        put = put_by(self._store, places, {one.moving.stored.id: one.log for one in found}, now_us)
        lead_to(table, self._ask, found, put)
        lengthen(table, found)
        over = [place.row for one in traces for place in one.places if place.is_long and place.ends_with_base]
        table.delete([Key(row.pk, row.sk) for row in over if (row.pk[-36:], row.sk) not in unlisted])
        for one in traces:
            if any(trace_id == one.stored.id for trace_id, _ in unlisted):
                self._upgrades.move(one.stored.workspace, {one.stored.id: len(one.chunk_rows)}, _AGAIN_S)

    def _in_tier(self, task: Task) -> Moving | None:
        """The trace in the extended tier; None where there is nothing to be kept any more."""
        found = self._read(task)
        if found is None or found.stored.erased_by is not None or found.stored.ends_us <= self._clock.now_us():
            logger.info("nothing to keep", extra={"trace_id": task.trace_id})
            return None
        if found.stored.tier == "extended":
            return found
        if task.kept is None or not self._is_allowed(task, task.kept):
            return None
        self._upgrades.set_fate(task.workspace, task.trace_id, task.kept, found.stored.chunks[0].project)
        return self._read(task)

    def _is_allowed(self, task: Task, kept: Kept) -> bool:
        """Whether a trace may have the fate that whoever asked for it did not write, or has not written yet.

        Over a limit it is looked at once more when he has ended: he may have been told that it is kept.
        """
        standing = self._upgrades.refusal(task.workspace)
        if standing is None:
            return True
        if task.has_waited:
            self._upgrades.refuse(task.workspace, task.trace_id, kept, standing)
        else:
            self._upgrades.send(msgspec.structs.replace(task, has_waited=True), self._settle_s)
        return False

    def _read(self, task: Task) -> Moving | None:
        partition = keys.trace(task.workspace, task.trace_id)
        rows = self._store.traces.query(KeyRange(partition, end=keys.WHY, consistent=True))
        stored = self._ask.traces.of_rows(task.workspace, task.trace_id, rows)
        chunk_rows = {row.sk: row for row in rows if row.sk.startswith(keys.CHUNK)}
        return None if stored is None else Moving(task, stored, chunk_rows)

    def _bill(self, stored: StoredTrace) -> Item:
        if stored.kept is None:
            raise TypeError(f"trace {stored.id} is in the base tier: there is nothing to bill")
        project = stored.chunks[0].project
        return upgrade_item(stored.workspace, project, stored.id, stored.kept)

    def _ask_for_heads(self, workspace: str, trace_ids: list[str]) -> None:
        if trace_ids:
            settle = Envelope(new_receipt(self._clock.now_us()), workspace, "", [], settle=trace_ids)
            self._store.operations.send(pack_envelope(settle), group=workspace)
