"""What people made of a trace: items of queues go with it, examples stay and are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.base.ids import new_uuid
from shared.datasets.dataset import Dataset
from shared.datasets.example import Content, Draft
from shared.queues.item import RunRef
from shared.queues.queue import AnnotationQueue
from shared.store.annotation_queues import AnnotationQueues
from shared.store.copied import CopiedExample, CopiedExamples
from shared.store.datasets import Datasets
from tests.erase_room import EraseRoom
from tests.operations import WORKSPACE, envelope
from tests.record_room import agent_trace
from tests.stores import NOON_US


class Curated(EraseRoom):
    """A trace in a queue and in a dataset, and another one beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        periods = self.ask.traces.periods
        self.queues = AnnotationQueues(self.store, self.clock, periods)
        self.queue = self.queues.create(WORKSPACE, AnnotationQueue(new_uuid(), "q", NOON_US, NOON_US)).id
        self.datasets = Datasets(self.store, self.ask.traces, self.clock)
        self.dataset = self.datasets.create(WORKSPACE, Dataset(new_uuid(), "d", NOON_US, NOON_US)).id
        self.copies = CopiedExamples(self.store.control)
        facts = [agent_trace(NOON_US + n) for n in range(2)]
        self.gone, self.stays = ([fact.run_id for fact in told[:3]] for told in facts)
        self.take(*[envelope(told, NOON_US) for told in facts])
        for root, *children in (self.gone, self.stays):
            refs = [RunRef(one, root, self.project(), NOON_US) for one in (root, *children)]
            self.queues.add(WORKSPACE, self.queue, refs, "me", NOON_US)

    def copy(self, root: str) -> str:
        """An example of a root's; its id."""
        named = new_uuid()
        draft = Draft(named, Content(b"{}"), {}, NOON_US, root, root)
        self.datasets.add(WORKSPACE, self.dataset, [draft])
        return named

    def queued(self) -> list[str]:
        """The runs in the queue."""
        return [one.run_id for one in self.queues.items(WORKSPACE, self.queue)]


@pytest.fixture
def room(tmp_path: Path) -> Curated:
    """Nothing erased yet."""
    return Curated(tmp_path)


def test_items_of_queues_go_with_their_trace(room: Curated) -> None:
    """All of its runs, root and children; those of another trace stay."""
    assert sorted(room.queued()) == sorted([*room.gone, *room.stays])
    room.ask_to_erase(room.gone[:1], project=room.project())
    room.finish()
    assert room.queued() == room.stays


def test_a_trace_that_has_expired_leaves_its_items_too(room: Curated) -> None:
    """Its own rows may be gone from the table: what leads to the items lives longer."""
    room.clock.advance(20 * 86_400)
    room.store.traces.expire(room.clock.now_us() // 1_000_000)  # type: ignore[attr-defined] # the laptop's own
    room.ask_to_erase(room.gone[:1], project=room.project())
    room.finish()
    assert room.queued() == room.stays


def test_examples_are_named_and_stay(room: Curated) -> None:
    """Those that were made of the trace and are there, with their dataset; those of another trace are not."""
    named, deleted, _ = room.copy(room.gone[0]), room.copy(room.gone[0]), room.copy(room.stays[0])
    room.datasets.examples.delete(WORKSPACE, [room.datasets.example(WORKSPACE, deleted)])
    erasure_id = room.ask_to_erase(room.gone[:1], project=room.project())
    assert room.copies.of(WORKSPACE, erasure_id, 10) == []
    room.finish()
    [found] = room.copies.of(WORKSPACE, erasure_id, 10)
    assert found == CopiedExample(named, room.dataset, room.gone[0])
    assert room.copies.still_there(WORKSPACE, [found]) == {named}
    room.datasets.examples.delete(WORKSPACE, [room.datasets.example(WORKSPACE, named)])
    assert room.copies.still_there(WORKSPACE, [found]) == frozenset()
    assert room.copies.of(WORKSPACE, erasure_id, 10) == [found]


def test_an_erasure_that_died_names_them_all_the_same(room: Curated, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off before its items went: done again, each example is named once, and the items are gone."""
    named = room.copy(room.gone[0])
    erasure_id = room.ask_to_erase(room.gone[:1], project=room.project())
    with monkeypatch.context() as patched:
        patched.setattr(room.store.control, "delete", lambda _: 1 / 0)
        room.work()
        room.clock.advance(room.settings.settle_s + 1)
        room.work()
    room.finish()
    assert [one.example for one in room.copies.of(WORKSPACE, erasure_id, 10)] == [named]
    assert room.queued() == room.stays
