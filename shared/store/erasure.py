"""Erasures: receipts of what was deleted on request, and the tasks that do it.

A receipt is never deleted: it proves that something is gone, and names it by ids or by the metadata it was asked by.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from shared.base.clock import Clock
from shared.base.ids import new_receipt
from shared.sharing.share import SharedTrace, ShareReceipt
from shared.store import keys
from shared.store.erased import part_item, set_tombstones, unpacked
from shared.store.ports import Absent, Item, Key, KeyRange, Queue, Store
from shared.store.rows import item_of, record_of
from shared.store.shares import Shares

PART_TRACES = 200
"""So many traces are removed by one message: some seconds of work."""
MAX_TRACES = 1_000
"""That one request may name. Source: LangSmith, "Delete traces": at most 1,000 trace ids."""

_MOST_RECEIPTS = 1_000

Kind = Literal["traces", "metadata", "project"]
Step = Literal["find", "remove", "close", "late"]


class Task(msgspec.Struct, omit_defaults=True):
    """One message to the erase room.

    find     search for what the erasure is about, on from behind `searched_us` in `project`
    remove   remove the traces of one part
    close    let readers forget a part that was removed
    late     remove what came for erased traces since
    """

    workspace: str
    erasure_id: str
    step: Step
    part: int = 0
    project: str = ""
    searched_us: int = 0
    trace_ids: list[str] = []


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was asked: by which key, when, and of what. Times are microseconds since 1970; None is not yet.

    `trace_ids` are packed; `elsewhere` of those that were named are in another project, and were left alone.
    `metadata` is the JSON text of an object. `parts` is known when all was found.
    """

    id: str
    workspace: str
    kind: Kind
    asked_us: int
    key_id: str
    key_description: str
    project: str | None = None
    metadata: str | None = None
    trace_ids: bytes = b""
    elsewhere: int = 0
    parts: int | None = None
    found_us: int | None = None

    def ids_of(self, part: int) -> list[str]:
        """The traces of one part, where they were named."""
        return unpacked(self.trace_ids)[part * PART_TRACES : (part + 1) * PART_TRACES]


@dataclass(frozen=True, slots=True)
class Removed:
    """How much of something was removed. Units: `payload_bytes` as stored, compressed; the others are counted."""

    chunks: int = 0
    heads: int = 0
    log_facts: int = 0
    failures: int = 0
    pointers: int = 0
    feedback: int = 0
    payload_bytes: int = 0
    attachments: int = 0

    def __add__(self, other: Removed) -> Removed:
        """Both together."""
        return Removed(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one part of an erasure.

    `not_found` of its traces were not here; `already` had been erased before, and are counted there.
    """

    part: int
    traces: int
    not_found: int
    already: int
    hidden_us: int
    removed_us: int
    payloads_us: int
    lists_us: int
    log_us: int
    trace_us: int
    chunks: int = 0
    heads: int = 0
    log_facts: int = 0
    failures: int = 0
    pointers: int = 0
    feedback: int = 0
    payload_bytes: int = 0
    attachments: int = 0
    closed_us: int | None = None

    @property
    def removed(self) -> Removed:
        """How much was removed."""
        return Removed(*(getattr(self, field.name) for field in dataclasses.fields(Removed)))


class Erasures:
    """Questions and commands about erasures."""

    def __init__(self, store: Store, clock: Clock, settle_s: int) -> None:
        self._traces = store.traces
        self._control = store.control
        self._queue = store.erasures
        self._shares = Shares(store.control, store.shares, clock)
        self._clock = clock
        self._settle_s = settle_s

    def new_id(self) -> str:
        """An id for an erasure that is asked for now; ids sort by time."""
        return new_receipt(self._clock.now_us())

    def begin(self, erasure: Erasure) -> None:
        """Take a request on: on return its named traces are unreadable, and it will be carried out.

        The message goes first and comes last: if this process dies in between, it finds what there is to do
        in the receipt, and without a receipt there is nothing to do.
        """
        for part in range(erasure.parts or 0):
            self.send(Task(erasure.workspace, erasure.id, "remove", part), settles=True)
        if erasure.parts is None:
            self.send(Task(erasure.workspace, erasure.id, "find"), settles=True)
        self.keep(erasure)
        for part in range(erasure.parts or 0):
            self.hide(erasure, part, erasure.ids_of(part))

    def hide(self, erasure: Erasure, part: int, trace_ids: Sequence[str]) -> None:
        """Make a part's traces unreadable now, for whoever has a link to them too."""
        now_us = self._clock.now_us()
        self._traces.put([part_item(erasure.workspace, erasure.id, part, trace_ids, now_us)])
        self._hidden(erasure, trace_ids, now_us)

    def claim(self, erasure: Erasure, part: int, trace_ids: Sequence[str]) -> bool:
        """`hide` under a number that nobody has; says whether it was free."""
        now_us = self._clock.now_us()
        if not self._traces.put_if(part_item(erasure.workspace, erasure.id, part, trace_ids, now_us), Absent()):
            return False
        self._hidden(erasure, trace_ids, now_us)
        return True

    def unshare(self, erasure: Erasure, told: Iterable[SharedTrace]) -> None:
        """Take back what shares show of what is erased; their receipts name the erasure."""
        by = {"asked_by": erasure.key_id, "asked_by_description": erasure.key_description}
        for one in told:
            said = {"reason": "trace deleted", "erasure_id": erasure.id, **by}
            self._shares.take_back(erasure.workspace, one, said)

    def unshared(self, erasure: Erasure) -> list[ShareReceipt]:
        """The receipts of the shares that this took back, of the newest shares of the workspace."""
        newest = self._shares.receipts(erasure.workspace, _MOST_RECEIPTS)
        return [receipt for receipt in newest if receipt.erasure_id == erasure.id]

    def _hidden(self, erasure: Erasure, trace_ids: Sequence[str], now_us: int) -> None:
        set_tombstones(self._traces, erasure.workspace, erasure.id, trace_ids, now_us)
        gone = set(trace_ids)
        shared = self._shares.of_workspace(erasure.workspace)
        self.unshare(erasure, [told for told in shared if told.trace_id in gone])

    def hidden(self, task: Task) -> list[str] | None:
        """The traces of a part, or None where it is not hidden (any more)."""
        item = self._traces.get(_part_key(task), consistent=True)
        return None if item is None else unpacked(item.attributes["t"])

    def unhide(self, task: Task) -> None:
        """Let readers forget a part."""
        self._traces.delete([_part_key(task)])

    def send(self, task: Task, *, settles: bool = False) -> None:
        """Give the erase room something to do: at once, or when what began before must have ended."""
        body = msgspec.json.encode(task).decode()
        self._queue.send(body, group=task.workspace, delay_s=self._settle_s if settles else 0)

    def keep(self, erasure: Erasure) -> None:
        """Store a receipt."""
        self._control.put([item_of(Key(keys.erasures(erasure.workspace), erasure.id), erasure)])

    def keep_part(self, task: Task, part: Part) -> None:
        """Store what became of a part."""
        key = Key(keys.erased_parts(task.workspace, task.erasure_id), f"{part.part:06d}")
        self._control.put([item_of(key, part)])

    def get(self, workspace: str, erasure_id: str) -> Erasure | None:
        """One receipt, strongly read."""
        item = self._control.get(Key(keys.erasures(workspace), erasure_id), consistent=True)
        return None if item is None else record_of(item, Erasure)

    def part(self, task: Task) -> Part | None:
        """What became of a task's part, strongly read; None while it is not removed."""
        key = Key(keys.erased_parts(task.workspace, task.erasure_id), f"{task.part:06d}")
        item = self._control.get(key, consistent=True)
        return None if item is None else record_of(item, Part)

    def parts(self, workspace: str, erasure_id: str) -> list[Part]:
        """What became of its parts, as far as they were removed."""
        items = self._control.query(KeyRange(keys.erased_parts(workspace, erasure_id)))
        return [record_of(item, Part) for item in items]

    def newest(self, workspace: str, limit: int) -> list[Erasure]:
        """The newest receipts of a workspace, newest first."""
        items = self._control.query(KeyRange(keys.erasures(workspace), newest_first=True, limit=limit))
        return [record_of(item, Erasure) for item in items]


def task_of(body: str) -> Task:
    """The task of a message. Raises: msgspec.DecodeError when it is none."""
    return msgspec.json.decode(body, type=Task)


def refuse_late(queue: Queue, workspace: str, erasures: dict[str, list[str]]) -> None:
    """Have what came for erased traces removed as well: trace ids by the erasure that took them."""
    for erasure_id, trace_ids in erasures.items():
        task = Task(workspace, erasure_id, "late", trace_ids=trace_ids)
        queue.send(msgspec.json.encode(task).decode(), group=workspace)


def marked(counts: Removed) -> dict[str, int]:
    """What a tombstone says of the rows that were there: written once, before the first of them goes."""
    return {**dataclasses.asdict(counts), "counted": 1}


def counted(tombstone: Item) -> Removed | None:
    """What a tombstone says, or None where nothing was counted yet."""
    said = tombstone.attributes
    if "counted" not in said:
        return None
    return Removed(*(int(said[field.name] or 0) for field in dataclasses.fields(Removed)))


def _part_key(task: Task) -> Key:
    return Key(keys.erasing(task.workspace), keys.erasing_part(task.erasure_id, task.part))
