"""Putting a whole trace into the extended tier (ADR 16): once, for one cause, never back.

The tier is the trace's fate, written by condition: from then on readers see it, and `record` writes what comes late
as long-lived. What lies there already is moved by the keep room. Its message goes before the fate is written and
carries the cause, so that whoever dies in between has begun something that is finished without him.
"""

from __future__ import annotations

import msgspec

from shared.base.clock import Clock
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.store.fates import fate_item, fate_key, kept_in, why_item
from shared.store.ports import Absent, Queue, Table


class Task(msgspec.Struct, omit_defaults=True):
    """One message to the keep room: let all of this trace live as long as its tier says.

    `kept` is the cause, where the fate may not be written yet. `is_settled` when whoever read the trace in the base
    tier has ended: it need not be looked at again. `makes_head` where nobody else makes the trace's head anew.
    """

    workspace: str
    trace_id: str
    kept: Kept | None = None
    is_settled: bool = False
    makes_head: bool = True


class Upgrades:
    """Commands about the extended tier, for whatever has a reason to keep a trace: rules, feedback, shares, queues."""

    def __init__(self, table: Table, queue: Queue, clock: Clock, periods: Periods) -> None:
        self._table = table
        self._queue = queue
        self._clock = clock
        self._periods = periods

    def extend(self, workspace: str, trace_id: str, kept: Kept, *, makes_head: bool = True) -> bool:
        """Keep a trace that may be read now in the extended tier; says whether this was the cause.

        Where it is there already, the cause is noted beside the first. Done twice, it is done once. On return the
        tier holds; lists show it soon, and what lies in the base tier is moved by the keep room.
        """
        known = self._table.get(fate_key(workspace, trace_id), consistent=True)
        if known is None:
            self.send(Task(workspace, trace_id, kept, makes_head=makes_head))
            if self.set_fate(workspace, trace_id, kept):
                return True
            known = self._table.get(fate_key(workspace, trace_id), consistent=True)
        first = None if known is None else kept_in(known)
        if first is not None and (first.kind, first.id) != (kept.kind, kept.id):
            self._table.put_if(why_item(workspace, trace_id, kept, self._ends_us()), Absent())
        return False

    def set_fate(self, workspace: str, trace_id: str, kept: Kept) -> bool:
        """Write the fate if there is none; says whether there was none."""
        # It ends no sooner than the trace, which began before now.
        return self._table.put_if(fate_item(workspace, trace_id, kept, self._ends_us()), Absent())

    def send(self, task: Task, delay_s: int = 0) -> None:
        """Give the keep room something to do."""
        body = msgspec.json.encode(task).decode()
        self._queue.send(body, group=task.workspace, delay_s=delay_s)

    def _ends_us(self) -> int:
        return self._periods.ends_us(self._clock.now_us(), "extended")


def task_of(body: str) -> Task:
    """The task of a message. Raises: msgspec.DecodeError when it is none."""
    return msgspec.json.decode(body, type=Task)
