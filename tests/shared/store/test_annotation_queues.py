"""Annotation queues: a run is in a queue once, in its place, until it is taken out or its trace is erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.base.clock import SteppingClock
from shared.base.errors import Conflict, NotFound
from shared.base.ids import new_uuid
from shared.base.units import US_PER_MINUTE, US_PER_S
from shared.queues import queue as limits
from shared.queues.item import RunRef, item_id
from shared.queues.queue import AnnotationQueue
from shared.retention.periods import Periods
from shared.store import annotation_queues, keys
from shared.store.annotation_queues import AnnotationQueues, remove_marked
from shared.store.ports import KeyRange
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store


class Desk:
    """Queues over a store of their own."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.store = local_store(folder, self.clock)
        self.queues = AnnotationQueues(self.store, self.clock, Periods())

    def queue(self, name: str = "to look at") -> str:
        """A new queue's id."""
        made = AnnotationQueue(new_uuid(), name, self.clock.now_us(), self.clock.now_us())
        return self.queues.create(WORKSPACE, made).id

    def add(self, queue_id: str, *refs: RunRef, workspace: str = WORKSPACE) -> list[str]:
        """Add runs a minute later; gives the ids of the runs that were new."""
        self.clock.advance(60)
        added = self.queues.add(workspace, queue_id, refs, "me", self.clock.now_us())
        return [one.run_id for one in added.items if one.id in added.new]

    def runs(self, queue_id: str) -> list[str]:
        """The runs in a queue, in their order."""
        return [one.run_id for one in self.queues.items(WORKSPACE, queue_id)]

    def marks(self, trace_id: str) -> list[str]:
        """What lies under a trace."""
        return [row.sk for row in self.store.traces.query(KeyRange(keys.trace(WORKSPACE, trace_id)))]


def ref(trace_id: str = "") -> RunRef:
    """A new run, of this trace or one of its own."""
    run_id = new_uuid()
    return RunRef(run_id, trace_id or run_id, "p", NOON_US)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """No queues yet."""
    return Desk(tmp_path)


def test_a_run_is_added_once(desk: Desk) -> None:
    """Again, beside new ones or twice at once, it is told as known and stays where it was."""
    queue_id, first, second = desk.queue(), ref(), ref()
    assert desk.add(queue_id, first, first) == [first.run_id]
    assert desk.add(queue_id, second, first) == [second.run_id]
    assert desk.runs(queue_id) == [first.run_id, second.run_id]
    [again] = desk.queues.add(WORKSPACE, queue_id, [first], "somebody else", desk.clock.now_us()).items
    assert (again.added_by, again.added_us) == ("me", NOON_US + US_PER_MINUTE)


def test_whoever_died_in_between_adds_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark without an item harms nobody; the second time writes the item."""
    queue_id, run = desk.queue(), ref()
    with monkeypatch.context() as patched:
        patched.setattr(desk.store.control, "put_if_many", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.add(queue_id, run)
    assert desk.runs(queue_id) == []
    assert desk.add(queue_id, run) == [run.run_id]
    assert desk.runs(queue_id) == [run.run_id]


def test_runs_that_are_added_together_keep_their_order(desk: Desk) -> None:
    """As they were named."""
    queue_id, runs = desk.queue(), [ref() for _ in range(9)]
    desk.add(queue_id, *runs)
    assert desk.runs(queue_id) == [one.run_id for one in runs]


def test_items_are_in_order_and_can_be_put_last(desk: Desk) -> None:
    """The longest waiting first; by its place alone an item is put behind the others."""
    queue_id, runs = desk.queue(), [ref(), ref(), ref()]
    for one in runs:
        desk.add(queue_id, one)
    first = desk.queues.item(WORKSPACE, queue_id, runs[0].run_id)
    assert desk.queues.mark(WORKSPACE, first, {"order_us": desk.clock.now_us() + 1}).order_us > NOON_US
    assert desk.runs(queue_id) == [runs[1].run_id, runs[2].run_id, runs[0].run_id]


def test_completed_items_are_a_section(desk: Desk) -> None:
    """What is completed needs no review any more, and is still in the queue."""
    queue_id, done, waiting = desk.queue(), ref(), ref()
    desk.add(queue_id, done, waiting)
    desk.queues.mark(WORKSPACE, desk.queues.item(WORKSPACE, queue_id, done.run_id), {"completed_us": 1})
    sections = {
        "needs_my_review": desk.queues.items(WORKSPACE, queue_id, "needs_my_review"),
        "completed": desk.queues.items(WORKSPACE, queue_id, "completed"),
    }
    assert {name: [one.run_id for one in found] for name, found in sections.items()} == {
        "needs_my_review": [waiting.run_id],
        "completed": [done.run_id],
    }
    assert len(desk.runs(queue_id)) == 2


def test_an_item_is_found_by_its_id_or_its_runs(desk: Desk) -> None:
    """In a queue by either; in whatever queue by its own; and a run by the queues that it is in."""
    here, there, run = desk.queue("here"), desk.queue("there"), ref()
    desk.add(here, run)
    named = item_id(here, run.run_id)
    assert desk.queues.item(WORKSPACE, here, named) == desk.queues.item(WORKSPACE, here, run.run_id)
    assert desk.queues.found(WORKSPACE, named).queue == here
    assert [one.id for one in desk.queues.queues_of(WORKSPACE, run.run_id)] == [here]
    with pytest.raises(NotFound, match="has no item"):
        desk.queues.item(WORKSPACE, there, run.run_id)
    with pytest.raises(NotFound, match="No annotation queue has an item"):
        desk.queues.found(WORKSPACE, run.run_id)


def test_what_is_taken_out_leaves_no_mark(desk: Desk) -> None:
    """By the item's id or the run's, one or all of a deleted queue."""
    queue_id, runs = desk.queue(), [ref(), ref(), ref()]
    desk.add(queue_id, *runs)
    desk.queues.remove(WORKSPACE, queue_id, [runs[0].run_id, item_id(queue_id, runs[1].run_id), new_uuid()])
    assert desk.runs(queue_id) == [runs[2].run_id]
    desk.queues.delete(WORKSPACE, queue_id)
    assert [desk.marks(one.trace_id) for one in runs] == [[], [], []]
    assert desk.queues.all(WORKSPACE) == []
    with pytest.raises(NotFound, match=queue_id):
        desk.queues.add(WORKSPACE, queue_id, runs, "me", NOON_US)


def test_an_erasure_takes_items_out_by_their_marks(desk: Desk) -> None:
    """All about the trace, of every queue, and no others."""
    queues, gone, other = [desk.queue("a"), desk.queue("b")], ref(), ref()
    child = ref(gone.trace_id)
    for one in queues:
        desk.add(one, gone, child, other)
    rows = desk.store.traces.query(KeyRange(keys.trace(WORKSPACE, gone.trace_id)))
    remove_marked(desk.store, WORKSPACE, rows)
    assert [desk.runs(one) for one in queues] == [[other.run_id], [other.run_id]]


def test_a_full_queue_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is added over the limit, which the error names; what is taken out makes room within a minute."""
    monkeypatch.setattr(annotation_queues, "MAX_ITEMS", 2)
    queue_id, runs = desk.queue(), [ref(), ref(), ref()]
    desk.add(queue_id, runs[0])
    with pytest.raises(Conflict, match="has 1 runs, and 2 more would be over the 2"):
        desk.queues.add(WORKSPACE, queue_id, runs[1:], "me", NOON_US)
    assert desk.runs(queue_id) == [runs[0].run_id]
    assert desk.add(queue_id, runs[1]) == [runs[1].run_id]
    assert desk.add(queue_id, *runs[:2]) == []
    desk.queues.remove(WORKSPACE, queue_id, [runs[1].run_id])
    desk.queues.remove(WORKSPACE, queue_id, [runs[0].run_id])
    assert len(desk.add(queue_id, *runs[1:])) == 2


def test_too_many_queues_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a sentence that names the limit; and no id twice."""
    queue_id = desk.queue()
    with pytest.raises(Conflict, match=f"{queue_id} exists already"):
        desk.queues.create(WORKSPACE, desk.queues.get(WORKSPACE, queue_id))
    monkeypatch.setattr(annotation_queues, "MAX_QUEUES", 1)
    with pytest.raises(Conflict, match="has 1 annotation queues"):
        desk.queue()
    assert limits.MAX_QUEUES == 200


def test_queues_are_changed(desk: Desk) -> None:
    """What is named changes, and when it did; one that is not there is an error."""
    queue_id = desk.queue()
    desk.clock.advance(5)
    changed = desk.queues.change(WORKSPACE, queue_id, {"name": "other", "description": "text"})
    assert (changed.name, changed.description, changed.updated_us) == ("other", "text", NOON_US + 5 * US_PER_S)
    with pytest.raises(NotFound, match="does not exist"):
        desk.queues.change(WORKSPACE, new_uuid(), {"name": "x"})


def test_other_workspaces_see_nothing(desk: Desk) -> None:
    """Neither queues nor what is in them."""
    queue_id = desk.queue()
    desk.add(queue_id, ref())
    assert desk.queues.all("w2") == []
    with pytest.raises(NotFound):
        desk.add(queue_id, ref(), workspace="w2")
    assert len(desk.runs(queue_id)) == 1
