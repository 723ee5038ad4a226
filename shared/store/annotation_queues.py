"""Annotation queues in the control table: one row a queue, one row an item; and a mark under the trace of each item.

The mark goes first, so that an erasure of the trace finds every item about it. The item's key follows from queue and
run, and is written where there is none: whoever adds again, adds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.base.clock import Clock
from shared.base.errors import Conflict, NotFound
from shared.queues.item import QueueItem, RunRef, Section, item_id
from shared.queues.item import item_of as item_about
from shared.queues.queue import MAX_ITEMS, MAX_QUEUES, AnnotationQueue
from shared.retention.periods import Periods
from shared.store import keys
from shared.store.marks import queued_mark
from shared.store.ports import Absent, Equals, Item, Key, KeyRange, Store, Value
from shared.store.row_counts import RowCounts
from shared.store.rows import item_of, record_of


class Added(NamedTuple):
    """The items of runs that were to be added, in the order asked, and which of them are new."""

    items: list[QueueItem]
    new: frozenset[str]


class ItemCount(NamedTuple):
    """How many items of a queue need review, and how many were completed."""

    waiting: int
    completed: int


class AnnotationQueues:
    """Questions and commands about the annotation queues of a workspace."""

    def __init__(self, store: Store, clock: Clock, periods: Periods) -> None:
        self._control = store.control
        self._traces = store.traces
        self._clock = clock
        self._periods = periods
        self._counts = RowCounts(store.control, clock)

    def all(self, workspace: str) -> list[AnnotationQueue]:
        """The queues of a workspace, the newest first."""
        rows = self._control.query(KeyRange(keys.annotation_queues(workspace), consistent=True))
        found = [record_of(row, AnnotationQueue) for row in rows]
        return sorted(found, key=lambda one: (one.created_us, one.id), reverse=True)

    def get(self, workspace: str, queue_id: str) -> AnnotationQueue:
        """One queue. Raises: NotFound."""
        row = self._control.get(Key(keys.annotation_queues(workspace), queue_id), consistent=True)
        if row is None:
            raise NotFound(f"Annotation queue {queue_id} does not exist")
        return record_of(row, AnnotationQueue)

    def create(self, workspace: str, queue: AnnotationQueue) -> AnnotationQueue:
        """Keep a new queue. Raises: Conflict where its id is taken, or there are too many."""
        if len(self.all(workspace)) >= MAX_QUEUES:
            raise Conflict(f"This workspace has {MAX_QUEUES} annotation queues, the most it may have: delete one first")
        if not self._control.put_if(item_of(Key(keys.annotation_queues(workspace), queue.id), queue), Absent()):
            raise Conflict(f"Annotation queue {queue.id} exists already; change it by PATCH, or leave out the id")
        return queue

    def change(self, workspace: str, queue_id: str, changes: Mapping[str, Value]) -> AnnotationQueue:
        """The queue with these fields changed. Raises: NotFound."""
        said = {**changes, "updated_us": self._clock.now_us()}
        if not self._control.update(Key(keys.annotation_queues(workspace), queue_id), said, Equals("id", queue_id)):
            raise NotFound(f"Annotation queue {queue_id} does not exist")
        return self.get(workspace, queue_id)

    def delete(self, workspace: str, queue_id: str) -> None:
        """Forget a queue and what is in it; the runs stay. Raises: NotFound.

        The queue goes last, so that whoever is cut off asks again; what was added meanwhile goes after it.
        """
        self.get(workspace, queue_id)
        self._remove(workspace, self.items(workspace, queue_id))
        self._control.delete([Key(keys.annotation_queues(workspace), queue_id)])
        self._remove(workspace, self.items(workspace, queue_id))

    def add(self, workspace: str, queue_id: str, refs: Sequence[RunRef], by: str, at_us: int) -> Added:
        """Add runs that may be read now; those that are there already stay as they are. `by` is who added them.

        Raises: NotFound where there is no such queue; Conflict where it is full.
        """
        self.get(workspace, queue_id)
        items = (item_about(queue_id, ref, by, at_us, nth) for nth, ref in enumerate(refs))
        made = {one.id: one for one in items}
        self._check_room(workspace, queue_id, list(made))
        self._traces.put([self._mark(workspace, one) for one in made.values()])
        writes = [(item_of(_key(workspace, one), one), Absent()) for one in made.values()]
        written = zip(made, self._control.put_if_many(writes), strict=True)
        new = frozenset(one for one, is_new in written if is_new)
        self._counts.added(keys.queue_items(workspace, queue_id), len(new))
        known = {one.id: one for one in self._some(workspace, queue_id, made.keys() - new)}
        return Added([known.get(one, made[one]) for one in made], new)

    def items(self, workspace: str, queue_id: str, section: Section | None = None) -> list[QueueItem]:
        """The items of a queue in their order: the longest waiting first."""
        rows = self._control.query(KeyRange(keys.queue_items(workspace, queue_id), consistent=True))
        found = [one for one in (record_of(row, QueueItem) for row in rows) if one.is_in(section)]
        return sorted(found, key=lambda one: (one.order_us, one.id))

    def counts(self, workspace: str, queue_ids: Iterable[str]) -> list[ItemCount]:
        """How many items each queue has."""
        places = [KeyRange(keys.queue_items(workspace, one), only=("completed_us",)) for one in queue_ids]
        found = (
            [row.attributes.get("completed_us") is None for row in rows] for rows in self._control.query_many(places)
        )
        return [ItemCount(sum(needs), len(needs) - sum(needs)) for needs in found]

    def item(self, workspace: str, queue_id: str, named: str) -> QueueItem:
        """One item, by its own id or by that of its run. Raises: NotFound."""
        found = self._some(workspace, queue_id, [named, item_id(queue_id, named)])
        if not found:
            raise NotFound(f"Annotation queue {queue_id} has no item {named}, and no run of that id")
        return found[0]

    def found(self, workspace: str, named: str) -> QueueItem:
        """One item by its own id, whatever queue it is in. Raises: NotFound."""
        places = [_at(Key(keys.queue_items(workspace, one.id), named)) for one in self.all(workspace)]
        for row in (row for rows in self._control.query_many(places) for row in rows):
            return record_of(row, QueueItem)
        raise NotFound(f"No annotation queue has an item {named}")

    def queues_of(self, workspace: str, run_id: str) -> list[AnnotationQueue]:
        """The queues that a run is in."""
        queues = self.all(workspace)
        places = [_at(Key(keys.queue_items(workspace, one.id), item_id(one.id, run_id))) for one in queues]
        return [one for one, rows in zip(queues, self._control.query_many(places), strict=True) if rows]

    def mark(self, workspace: str, item: QueueItem, changes: Mapping[str, Value]) -> QueueItem:
        """Say of an item that it was looked at, completed, or put elsewhere. Raises: NotFound."""
        if not self._control.update(_key(workspace, item), changes, Equals("id", item.id)):
            raise NotFound(f"Annotation queue {item.queue} has no item {item.id}")
        return self.item(workspace, item.queue, item.id)

    def remove(self, workspace: str, queue_id: str, named: Iterable[str]) -> None:
        """Take items out of a queue, each by its own id or its run's; those that are not there are no error."""
        asked = {name for one in named for name in (one, item_id(queue_id, one))}
        self._remove(workspace, self._some(workspace, queue_id, asked))

    def _remove(self, workspace: str, items: Collection[QueueItem]) -> None:
        self._control.delete([_key(workspace, one) for one in items])
        marks = (Key(keys.trace(workspace, one.trace_id), keys.queued(one.queue, one.id)) for one in items)
        self._traces.delete(list(marks))

    def _some(self, workspace: str, queue_id: str, ids: Iterable[str]) -> list[QueueItem]:
        places = [_at(Key(keys.queue_items(workspace, queue_id), one)) for one in ids]
        return [record_of(row, QueueItem) for rows in self._control.query_many(places) for row in rows]

    def _check_room(self, workspace: str, queue_id: str, ids: Sequence[str]) -> None:
        """What is there already needs no room. Raises: Conflict."""
        count = self._counts.about(keys.queue_items(workspace, queue_id))
        if count + len(ids) <= MAX_ITEMS:
            return
        more = len(ids) - len(self._some(workspace, queue_id, ids))
        if more and count + more > MAX_ITEMS:
            raise Conflict(
                f"Annotation queue {queue_id} has {count} runs, and {more} more would be over the {MAX_ITEMS} that "
                f"one may have: take out what was reviewed"
            )

    def _mark(self, workspace: str, item: QueueItem) -> Item:
        """Lives as long as the trace may at most; it began before now."""
        return queued_mark(workspace, item, self._periods.ends_us(self._clock.now_us(), "extended"))


def remove_marked(store: Store, workspace: str, marks: Iterable[Item]) -> None:
    """Take out of their queues what these marks, found under traces, say is about them."""
    named = [mark.sk.removeprefix(keys.QUEUED).split("#") for mark in marks if mark.sk.startswith(keys.QUEUED)]
    store.control.delete([Key(keys.queue_items(workspace, queue_id), one) for queue_id, one in named])


def _key(workspace: str, item: QueueItem) -> Key:
    return Key(keys.queue_items(workspace, item.queue), item.id)


def _at(key: Key) -> KeyRange:
    return KeyRange(key.pk, key.sk, key.sk + "\0", consistent=True)
