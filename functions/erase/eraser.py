"""The four tasks of an erasure. Each may be done again, or be cut off anywhere: its message comes again.

find ─► remove (a message for each part, once it has settled) ─► close, once more settled
record met something for an erased trace ─► late
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import msgspec

from functions.erase.projectrows import remove_project_rows
from functions.erase.removal import Outcome, Remover, Times
from functions.erase.search import search
from functions.erase.settings import EraseSettings
from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.log import logger
from shared.base.units import US_PER_S
from shared.store.erased import tombstone_key
from shared.store.erasure import Erasure, Erasures, Part, Removed, Task
from shared.store.ports import Item, Store
from shared.store.questions import Questions
from shared.store.views import remove_views

_TRACES_AT_ONCE = 20
"""Whose rows are in memory together."""


class Eraser:
    """Carries tasks out."""

    def __init__(self, settings: EraseSettings, store: Store, ask: Questions, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._ask = ask
        self._clock = clock
        self._erasures = Erasures(store, clock, settings.settle_s)
        self._remover = Remover(settings, store, ask, clock)

    def do(self, task: Task) -> None:
        """Carry out one task."""
        if task.step == "late":
            self._late(task)
            return
        erasure = self._erasures.get(task.workspace, task.erasure_id)
        if erasure is None:
            # Its request failed between the message and the receipt, and was answered so.
            logger.warning("erasure was never begun", extra={"erasure_id": task.erasure_id})
        elif task.step == "find":
            self._find(erasure, task)
        elif task.step == "remove":
            self._remove(erasure, task)
        else:
            self._close(task)

    def _find(self, erasure: Erasure, task: Task) -> None:
        """Hide what is found, a part at a time, and have each part removed."""
        if self._is_spared(erasure):
            self._found_all(erasure, 0)
            return
        found = search(self._ask, erasure, task, self._settings.rows_per_search)
        part = self._hide(erasure, task, found.trace_ids)
        if found.next is None:
            if erasure.kind == "project" and erasure.project is not None:
                remove_project_rows(self._store.traces, erasure.workspace, erasure.project)
                remove_views(self._store.control, erasure.workspace, erasure.project)
            self._found_all(erasure, part)
        else:
            self._erasures.send(msgspec.structs.replace(found.next, part=part))

    def _hide(self, erasure: Erasure, task: Task, trace_ids: Sequence[str]) -> int:
        """Hide these traces under the first number that is free, from the task's own; gives the number behind it.

        A number is taken where this task was cut off before. The message goes before the part is written: a
        part without a message would be hidden and never removed.
        """
        part = self._free(task, task.part)
        if not trace_ids:
            return part
        while True:
            self._erasures.send(Task(task.workspace, task.erasure_id, "remove", part), settles=True)
            if self._erasures.claim(erasure, part, trace_ids):
                return part + 1
            part = self._free(task, part + 1)

    def _free(self, task: Task, part: int) -> int:
        """The first number from `part` on that no part has or had."""
        numbered = msgspec.structs.replace(task, part=part)
        while self._erasures.hidden(numbered) is not None or self._erasures.part(numbered) is not None:
            numbered.part += 1
        return numbered.part

    def _is_spared(self, erasure: Erasure) -> bool:
        """Whether the project is there after all: its deletion failed behind the message, and was answered so."""
        if erasure.kind != "project" or erasure.project is None:
            return False
        try:
            self._ask.projects.get(erasure.workspace, erasure.project)
        except NotFound:
            return False
        return True

    def _found_all(self, erasure: Erasure, parts: int) -> None:
        self._erasures.keep(dataclasses.replace(erasure, parts=parts, found_us=self._clock.now_us()))

    def _remove(self, erasure: Erasure, task: Task) -> None:
        """Remove a part, unless that was done, once what began before it was hidden has ended."""
        if self._erasures.part(task) is None:
            hidden = self._erasures.hidden(task)
            trace_ids = erasure.ids_of(task.part) if hidden is None else hidden
            if not trace_ids:
                return
            self._erasures.hide(erasure, task.part, trace_ids)
            hidden_us = self._hidden_us(task, trace_ids)
            if self._clock.now_us() < hidden_us + self._settings.settle_s * US_PER_S:
                self._erasures.send(task, settles=True)
                return
            self._erasures.keep_part(task, self._removed(erasure, task, trace_ids, hidden_us))
        self._erasures.send(msgspec.structs.replace(task, step="close"), settles=True)

    def _hidden_us(self, task: Task, trace_ids: Sequence[str]) -> int:
        """When the last of these got its tombstone."""
        return max(int(one.attributes["at_us"] or 0) for one in self._tombstones(task, trace_ids))

    def _tombstones(self, task: Task, trace_ids: Iterable[str]) -> list[Item]:
        places = [tombstone_key(task.workspace, trace_id) for trace_id in trace_ids]
        rows = (self._store.traces.get(place, consistent=True) for place in places)
        return [row for row in rows if row is not None]

    def _removed(self, erasure: Erasure, task: Task, trace_ids: Sequence[str], hidden_us: int) -> Part:
        times = Times()
        outcomes: list[Outcome] = []
        for begin in range(0, len(trace_ids), _TRACES_AT_ONCE):
            some = trace_ids[begin : begin + _TRACES_AT_ONCE]
            outcomes += self._remover.remove(task, some, erasure.project, times)
        ours = [one for one in outcomes if one.by == task.erasure_id]
        return Part(
            part=task.part,
            traces=len(outcomes),
            not_found=sum(not one.was_here for one in ours),
            already=len(outcomes) - len(ours),
            hidden_us=hidden_us,
            removed_us=self._clock.now_us(),
            **dataclasses.asdict(times),
            **dataclasses.asdict(sum((one.removed for one in ours), Removed())),
        )

    def _close(self, task: Task) -> None:
        """Let readers forget a part: the rows are gone from every replica by now."""
        self._erasures.unhide(task)
        done = self._erasures.part(task)
        if done is not None:
            self._erasures.keep_part(task, dataclasses.replace(done, closed_us=self._clock.now_us()))

    def _late(self, task: Task) -> None:
        """Remove what was written under tombstones. A trace without one is left alone."""
        erased = {row.pk for row in self._tombstones(task, task.trace_ids)}
        late = [one for one in task.trace_ids if tombstone_key(task.workspace, one).pk in erased]
        self._remover.remove(task, late, None, Times())
