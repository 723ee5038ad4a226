"""Examples and their datasets: kept once, read back as given, gone when deleted, mended by whoever asks again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shared.base.clock import SteppingClock
from shared.base.errors import Conflict, NotFound, TooLarge
from shared.base.ids import new_uuid
from shared.base.units import S_PER_DAY
from shared.datasets.dataset import Dataset
from shared.datasets.example import MAX_CONTENT_BYTES, Content, Draft, with_splits
from shared.retention.periods import Periods
from shared.store import datasets as datasets_module
from shared.store import examples as examples_module
from shared.store import keys
from shared.store.datasets import Datasets
from shared.store.ports import KeyRange
from shared.store.traces import Traces
from tests.operations import WORKSPACE
from tests.stores import NOON_US, local_store


class Shelf:
    """Datasets over a store of their own."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppingClock(NOON_US)
        self.store = local_store(folder, self.clock)
        traces = Traces(self.store.traces, self.store.objects, self.clock, Periods())
        self.datasets = Datasets(self.store, traces, self.clock)
        self.examples = self.datasets.examples

    def dataset(self, name: str = "golden") -> str:
        """A new dataset's id."""
        now_us = self.clock.now_us()
        return self.datasets.create(WORKSPACE, Dataset(new_uuid(), name, now_us, now_us)).id

    def add(self, dataset_id: str, *drafts: Draft) -> frozenset[str]:
        """Add examples a minute later."""
        self.clock.advance(60)
        return self.datasets.add(WORKSPACE, dataset_id, drafts)

    def listed(self, dataset_id: str) -> list[str]:
        """The examples in the list of a dataset."""
        return [one.id for one in self.examples.listed(WORKSPACE, dataset_id)]

    def content(self, example_id: str) -> Content:
        """What an example holds."""
        [content] = self.examples.contents([self.datasets.example(WORKSPACE, example_id)])
        return content

    def objects(self) -> list[str]:
        """The keys of all contents in the bucket."""
        return list(self.store.examples.list(keys.DATASETS))


def draft(inputs: bytes = b'{"q":1}', created_us: int = NOON_US, trace_id: str | None = None) -> Draft:
    """A new example."""
    metadata = with_splits(None, None)
    return Draft(new_uuid(), Content(inputs, b'{"a":2}'), metadata, created_us, trace_id, trace_id, "me")


def large() -> bytes:
    """Inputs that do not compress below what a row takes."""
    return b'{"q":"' + os.urandom(examples_module.INLINE_BYTES).hex().encode() + b'"}'


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """No datasets yet."""
    return Shelf(tmp_path)


@pytest.mark.parametrize("is_large", [False, True])
def test_an_example_is_read_as_it_was_given(shelf: Shelf, *, is_large: bool) -> None:
    """In its row or in the bucket, below the prefix that no lifecycle touches; for ever."""
    dataset_id, one = shelf.dataset(), draft(large() if is_large else b'{"q": 1.0}')
    assert shelf.add(dataset_id, one) == {one.id}
    shelf.clock.advance(1_000 * S_PER_DAY)
    now_epoch_s = shelf.clock.now_us() // 1_000_000
    for holder in (shelf.store.control, shelf.store.examples):
        holder.expire(now_epoch_s)  # type: ignore[union-attr]
    assert shelf.content(one.id) == one.content
    assert shelf.objects() == ([f"datasets/{WORKSPACE}/{dataset_id}/{one.id}/{one.content.digest}"] if is_large else [])


def test_the_newest_are_listed_first(shelf: Shelf) -> None:
    """By when they say that they were made, each in its own dataset."""
    here, there = shelf.dataset("here"), shelf.dataset("there")
    old, new = draft(created_us=1), draft(created_us=2)
    shelf.add(here, new, old)
    assert shelf.listed(here) == [new.id, old.id]
    assert shelf.listed(there) == []
    assert shelf.examples.counts(WORKSPACE, [here, there]) == [2, 0]


def test_the_same_again_is_no_error(shelf: Shelf) -> None:
    """Nothing is new then; other content under the same id is refused, here and in another dataset."""
    dataset_id, one = shelf.dataset(), draft()
    shelf.add(dataset_id, one)
    assert shelf.add(dataset_id, one) == frozenset()
    assert shelf.listed(dataset_id) == [one.id]
    with pytest.raises(Conflict, match=f"{one.id} exists already"):
        shelf.add(dataset_id, one._replace(content=Content(b"{}")))
    with pytest.raises(Conflict, match=f"in dataset {dataset_id}"):
        shelf.add(shelf.dataset("other"), one)
    assert shelf.content(one.id) == one.content


@pytest.mark.parametrize("call", ["put_if_many", "put"])
def test_whoever_died_in_between_adds_again(shelf: Shelf, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its row or before its place in the list: it is there once, and listed once."""
    dataset_id, one = shelf.dataset(), draft(large())
    with monkeypatch.context() as patched:
        patched.setattr(shelf.store.control, call, lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shelf.add(dataset_id, one)
    assert shelf.listed(dataset_id) == []
    shelf.add(dataset_id, one)
    assert shelf.listed(dataset_id) == [one.id]
    assert shelf.content(one.id) == one.content
    assert len(shelf.objects()) == 1


def test_a_change_leaves_no_old_content(shelf: Shelf) -> None:
    """New content, new metadata, the same place in the list; a large content that went leaves no object."""
    dataset_id, one = shelf.dataset(), draft(large())
    shelf.add(dataset_id, one)
    example = shelf.datasets.example(WORKSPACE, one.id)
    changed = shelf.examples.change(WORKSPACE, example, Content(b"{}", None), {"topic": "x"})
    assert shelf.datasets.example(WORKSPACE, one.id) == changed
    assert (changed.metadata_object, changed.added_by) == ({"topic": "x"}, "me")
    assert shelf.content(one.id) == Content(b"{}", None)
    assert (shelf.objects(), shelf.listed(dataset_id)) == ([], [one.id])


def test_what_is_deleted_is_gone(shelf: Shelf) -> None:
    """Its rows, its content, its mark under the trace; others stay."""
    dataset_id, gone, stays = shelf.dataset(), draft(large(), trace_id=new_uuid()), draft()
    shelf.add(dataset_id, gone, stays)
    assert gone.source_trace is not None
    under = KeyRange(keys.trace(WORKSPACE, gone.source_trace))
    assert [row.sk for row in shelf.store.traces.query(under)] == [keys.copied(gone.id)]
    shelf.examples.delete(WORKSPACE, [shelf.datasets.example(WORKSPACE, gone.id)])
    assert (shelf.listed(dataset_id), shelf.objects(), shelf.store.traces.query(under)) == ([stays.id], [], [])
    with pytest.raises(NotFound, match=f"Example {gone.id} does not exist"):
        shelf.datasets.example(WORKSPACE, gone.id)


def test_a_deleted_dataset_is_unreadable_at_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the request that deletes it is cut off; asked again, all is removed. Its name is free."""
    dataset_id, one = shelf.dataset(), draft(large())
    shelf.add(dataset_id, one)
    with monkeypatch.context() as patched:
        patched.setattr(shelf.examples, "delete", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            shelf.datasets.delete(WORKSPACE, dataset_id)
    assert shelf.datasets.all(WORKSPACE) == []
    for ask in (shelf.datasets.get, shelf.datasets.example):
        with pytest.raises(NotFound):
            ask(WORKSPACE, dataset_id if ask == shelf.datasets.get else one.id)
    assert shelf.dataset("golden") != dataset_id
    shelf.datasets.delete(WORKSPACE, dataset_id)
    assert (shelf.objects(), shelf.listed(dataset_id)) == ([], [])
    assert shelf.store.control.query(KeyRange(keys.example(WORKSPACE, one.id).pk)) == []
    with pytest.raises(NotFound, match=f"Dataset {dataset_id} does not exist"):
        shelf.datasets.delete(WORKSPACE, dataset_id)


def test_names_are_taken_once(shelf: Shelf) -> None:
    """By a new dataset or a renamed one; a renamed one frees its old name."""
    first, second = shelf.dataset("first"), shelf.dataset("second")
    with pytest.raises(Conflict, match="'first' already exists"):
        shelf.dataset("first")
    with pytest.raises(Conflict, match="'first' already exists"):
        shelf.datasets.change(WORKSPACE, second, {"name": "first"})
    assert shelf.datasets.change(WORKSPACE, first, {"name": "third", "description": "d"}).description == "d"
    assert shelf.datasets.change(WORKSPACE, second, {"name": "first"}).name == "first"


def test_limits_are_named(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one example's size, of a dataset's examples, and of a workspace's datasets; nothing is kept over them."""
    dataset_id = shelf.dataset()
    with pytest.raises(TooLarge, match=f"one may have {MAX_CONTENT_BYTES}"):
        shelf.add(dataset_id, draft(large()), draft(b"x" * MAX_CONTENT_BYTES))
    assert shelf.objects() == []
    monkeypatch.setattr(examples_module, "MAX_EXAMPLES", 1)
    with pytest.raises(Conflict, match="0 examples, and 2 more would be over the 1"):
        shelf.add(dataset_id, draft(), draft())
    assert shelf.listed(dataset_id) == []
    one = draft()
    assert (shelf.add(dataset_id, one), shelf.add(dataset_id, one)) == (frozenset({one.id}), frozenset())
    monkeypatch.setattr(datasets_module, "MAX_DATASETS", 1)
    with pytest.raises(Conflict, match="has 1 datasets"):
        shelf.dataset("another")
