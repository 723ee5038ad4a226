"""Putting a whole trace into the extended tier (ADR 16): once, for one cause, never back.

The tier is the trace's fate, written by condition: from then on readers see it, and `record` writes what comes late
as long-lived. What lies there already is moved by the keep room. Its message goes before the fate is written and
carries the cause, so that whoever dies in between has begun something that is finished without him.

Where a limit is reached, nothing is put there: the refusal is listed, with its cause, until somebody tries again. What
was begun before that, and died before its fate was written, is refused by the keep room, and listed as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from shared.base.clock import Clock
from shared.retention.kept import Kept
from shared.retention.periods import Periods
from shared.store.allowances import Allowance
from shared.store.fates import fate_item, fate_key, kept_in, upgrade_item, why_item
from shared.store.ports import Absent, Store
from shared.store.refused_upgrades import RefusedUpgrades
from shared.usage.limits import Standing

SMALL_CHUNKS = 50
"""A batch is at most ten messages: a hundred traces of so few chunks are moved in seconds."""
_TOGETHER = 10


class Task(msgspec.Struct, omit_defaults=True):
    """One message to the keep room: let all of this trace live as long as its tier says.

    `kept` is the cause, where the fate may not be written yet. `is_settled` when whoever read the trace in the base
    tier has ended: it need not be looked at again. `makes_head` where nobody else makes the trace's head anew.
    `has_waited` when whoever asked for it has ended: if there is no fate by now, he did not come to write one.
    `others` are traces of the workspace of which the same is asked.
    """

    workspace: str
    trace_id: str
    kept: Kept | None = None
    is_settled: bool = False
    makes_head: bool = True
    has_waited: bool = False
    others: tuple[str, ...] = ()

    def each(self) -> list[Task]:
        """The same, asked of one trace at a time."""
        ids = (self.trace_id, *self.others)
        return [msgspec.structs.replace(self, trace_id=trace_id, others=()) for trace_id in ids]


@dataclass(frozen=True, slots=True)
class Extended:
    """What came of an upgrade: this was the cause, another one was before it, or a limit refused it (`sentence`).

    True where this was the cause, and nowhere else.
    """

    kind: Literal["first", "already", "refused"]
    sentence: str = ""

    def __bool__(self) -> bool:
        """Whether this was the cause."""
        return self.kind == "first"


class Upgrades:
    """Commands about the extended tier, for whatever has a reason to keep a trace: rules, feedback, shares, queues."""

    def __init__(self, store: Store, clock: Clock, periods: Periods) -> None:
        self._table = store.traces
        self._queue = store.upgrades
        self._clock = clock
        self._periods = periods
        self._allowance = Allowance(store.control, clock)
        self._refused = RefusedUpgrades(store.traces, clock)

    def extend(
        self, workspace: str, trace_id: str, kept: Kept, *, makes_head: bool = True, project: str | None = None
    ) -> Extended:
        """Keep a trace that may be read now in the extended tier; says whether this was the cause.

        Where it is there already, the cause is noted beside the first. Done twice, it is done once. On return the
        tier holds; lists show it soon, and what lies in the base tier is moved by the keep room. Who knows the
        trace's `project` (its id) says so: then a limit counts it at once.
        """
        known = self._table.get(fate_key(workspace, trace_id), consistent=True)
        if known is None:
            standing = self._allowance.take(workspace)
            if standing is not None:
                return self.refuse(workspace, trace_id, kept, standing, project)
            self.send(Task(workspace, trace_id, kept, makes_head=makes_head))
            if self._write_fate(workspace, trace_id, kept, project):
                return Extended("first")
            self._allowance.give_back(workspace)
            known = self._table.get(fate_key(workspace, trace_id), consistent=True)
        first = None if known is None else kept_in(known)
        if first is not None and (first.kind, first.id) != (kept.kind, kept.id):
            self._table.put_if(why_item(workspace, trace_id, kept, self._ends_us()), Absent())
        return Extended("already")

    def refusal(self, workspace: str) -> Standing | None:
        """The limit that refuses upgrades in a workspace now; None while there is room. As old as a minute."""
        return self._allowance.refusal(workspace)

    def refuse(
        self, workspace: str, trace_id: str, kept: Kept, standing: Standing, project: str | None = None
    ) -> Extended:
        """List that a limit refused it."""
        self._refused.note(workspace, trace_id, kept, standing, project)
        return Extended("refused", standing.sentence)

    def set_fate(self, workspace: str, trace_id: str, kept: Kept, project: str | None = None) -> bool:
        """Write the fate if there is none, limit or not; says whether there was none."""
        is_first = self._write_fate(workspace, trace_id, kept, project)
        if is_first:
            self._allowance.took(workspace)
        return is_first

    def _write_fate(self, workspace: str, trace_id: str, kept: Kept, project: str | None) -> bool:
        # It ends no sooner than the trace, which began before now.
        if not self._table.put_if(fate_item(workspace, trace_id, kept, self._ends_us()), Absent()):
            return False
        if project is not None and self._allowance.is_limited(workspace):
            # The keep room writes it too; until it does, the meter would not count it.
            self._table.put([upgrade_item(workspace, project, trace_id, kept)])
        return True

    def move(self, workspace: str, chunks: Mapping[str, int], delay_s: int = 0) -> None:
        """Have traces of the extended tier put by, each with the number of its chunks: small ones by one message."""
        small = [trace_id for trace_id, count in chunks.items() if count <= SMALL_CHUNKS]
        large = [[trace_id] for trace_id in chunks if trace_id not in small]
        for some in (*large, *(small[at : at + _TOGETHER] for at in range(0, len(small), _TOGETHER))):
            task = Task(workspace, some[0], is_settled=True, makes_head=False, others=tuple(some[1:]))
            self.send(task, delay_s)

    def send(self, task: Task, delay_s: int = 0) -> None:
        """Give the keep room something to do."""
        body = msgspec.json.encode(task).decode()
        self._queue.send(body, group=task.workspace, delay_s=delay_s)

    def _ends_us(self) -> int:
        return self._periods.ends_us(self._clock.now_us(), "extended")


def task_of(body: str) -> Task:
    """The task of a message. Raises: msgspec.DecodeError when it is none."""
    return msgspec.json.decode(body, type=Task)
