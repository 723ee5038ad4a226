"""Moves traces. Each step does nothing where it was done, so a task may die anywhere and come again, or come twice.

The order matters: the fate first, so that whoever writes a chunk from then on sees it, or wrote it before the trace
is read here; payloads before the chunks that point to them; what lists read last, from the trace as it is by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from functions.keep.payloads import move_payloads
from functions.keep.rows import move_rows
from functions.keep.settings import KeepSettings
from shared.base.clock import Clock
from shared.base.ids import new_receipt
from shared.base.log import logger
from shared.retention.kept import Kept
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope
from shared.store import keys
from shared.store.fates import upgrade_item
from shared.store.ports import Item, KeyRange, Store
from shared.store.questions import Questions
from shared.store.traces import StoredTrace
from shared.store.upgrades import Task


@dataclass(frozen=True)
class Moving:
    """A trace of the extended tier, as strongly read, with the rows of its chunks by their sort keys."""

    task: Task
    stored: StoredTrace
    chunk_rows: dict[str, Item]


class Keeper:
    """Carries tasks out."""

    def __init__(self, settings: KeepSettings, store: Store, ask: Questions, clock: Clock) -> None:
        self._settle_s = settings.settle_s
        self._store = store
        self._ask = ask
        self._clock = clock
        self._upgrades = ask.upgrades

    def keep(self, tasks: Sequence[Task]) -> None:
        """Move the traces of these tasks, and have those looked at again that others may still be writing."""
        once = {(task.workspace, task.trace_id, task.is_settled): task for task in tasks}
        moving = [one for task in once.values() if (one := self._in_tier(task)) is not None]
        traces = [(one.stored, one.chunk_rows) for one in moving]
        move_payloads(self._store, traces, self._clock.now_us())
        move_rows(self._store, self._ask, traces)
        self._store.traces.put([self._bill(one.stored) for one in moving if not one.task.is_settled])
        for one in moving:
            self._finish(one)

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
        return upgrade_item(stored.workspace, project, stored.id, stored.kept, self._ask.traces.periods)

    def _finish(self, one: Moving) -> None:
        """Have its head made, and the trace looked at once more when nobody is left who read it in the base tier."""
        task = one.task
        if task.makes_head:
            self._ask_for_head(task)
        if not task.is_settled:
            again = Task(task.workspace, task.trace_id, is_settled=True, makes_head=False)
            self._upgrades.send(again, self._settle_s)

    def _ask_for_head(self, task: Task) -> None:
        settle = Envelope(new_receipt(self._clock.now_us()), task.workspace, "", [], settle=[task.trace_id])
        self._store.operations.send(pack_envelope(settle), group=task.workspace)
