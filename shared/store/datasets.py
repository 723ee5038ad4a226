"""Datasets in the control table: one row a dataset, one row a name; and examples made of runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.errors import Conflict, NotFound
from shared.datasets.dataset import MAX_DATASETS, Dataset
from shared.datasets.example import Content, Draft, Example, example_id, with_splits
from shared.runs.payload import opened
from shared.runs.run import Run
from shared.store import keys
from shared.store.examples import Examples, missing
from shared.store.ports import Absent, Equals, Item, Key, KeyRange, Store, Value
from shared.store.rows import item_of, record_of
from shared.store.traces import Traces
from shared.store.whole import WholeTrace, place_of

_encode = msgspec.json.Encoder().encode


class AddedExample(NamedTuple):
    """The example that a run became, and whether it did so now."""

    id: str
    is_new: bool


class Datasets:
    """Questions and commands about the datasets of a workspace, and the examples in them."""

    def __init__(self, store: Store, traces: Traces, clock: Clock) -> None:
        self._control = store.control
        self._traces = traces
        self._clock = clock
        self.examples = Examples(store, clock, traces.periods)

    def all(self, workspace: str) -> list[Dataset]:
        """The datasets of a workspace, the newest first."""
        rows = self._control.query(KeyRange(keys.datasets(workspace), consistent=True))
        found = [one for one in (record_of(row, Dataset) for row in rows) if one.deleted_us is None]
        return sorted(found, key=lambda one: (one.created_us, one.id), reverse=True)

    def get(self, workspace: str, dataset_id: str) -> Dataset:
        """One dataset. Raises: NotFound."""
        found = self._row(workspace, dataset_id)
        if found is None or found.deleted_us is not None:
            raise _missing(dataset_id)
        return found

    def create(self, workspace: str, dataset: Dataset) -> Dataset:
        """Keep a new dataset. Raises: Conflict where its name or id is taken, or there are too many."""
        if len(self.all(workspace)) >= MAX_DATASETS:
            raise Conflict(f"This workspace has {MAX_DATASETS} datasets, the most it may have: delete one first")
        if self._row(workspace, dataset.id) is not None:
            raise Conflict(f"Dataset {dataset.id} exists already; leave out the id, or change it by PATCH")
        self._take_name(workspace, dataset)
        self._control.put([item_of(Key(keys.datasets(workspace), dataset.id), dataset)])
        return dataset

    def change(self, workspace: str, dataset_id: str, changes: Mapping[str, Value]) -> Dataset:
        """The dataset with these fields changed. Raises: NotFound; Conflict when its new name is taken."""
        known = self.get(workspace, dataset_id)
        name = str(changes.get("name", known.name))
        if name != known.name:
            self._take_name(workspace, dataclasses.replace(known, name=name))
        said = {**changes, "modified_us": self._clock.now_us()}
        self._control.update(Key(keys.datasets(workspace), dataset_id), said, Equals("id", dataset_id))
        if name != known.name:
            self._free_name(workspace, known)
        return self.get(workspace, dataset_id)

    def delete(self, workspace: str, dataset_id: str) -> None:
        """Take a dataset out of every answer at once, and remove its examples. Raises: NotFound.

        Whoever is cut off asks again: the dataset's row goes when nothing else is left.
        """
        known = self._row(workspace, dataset_id)
        if known is None:
            raise _missing(dataset_id)
        key = Key(keys.datasets(workspace), dataset_id)
        self._control.update(key, {"deleted_us": self._clock.now_us()}, Equals("id", dataset_id))
        self._free_name(workspace, known)
        self.examples.delete_all(workspace, dataset_id)
        self._control.delete([key])

    def example(self, workspace: str, named: str) -> Example:
        """One example of a dataset that is there. Raises: NotFound."""
        found = self.some(workspace, [named])
        if not found:
            raise missing(named)
        return found[0]

    def some(self, workspace: str, ids: Iterable[str]) -> list[Example]:
        """Those of these examples that are there, and whose datasets are."""
        found = self.examples.some(workspace, ids)
        alive = {one for one in {example.dataset for example in found} if self._is_there(workspace, one)}
        return [one for one in found if one.dataset in alive]

    def add(self, workspace: str, dataset_id: str, drafts: Sequence[Draft]) -> frozenset[str]:
        """Keep examples; says which are new: one that is there already, with the same content, is no error.

        Raises: NotFound where there is no such dataset; Conflict where an id is taken by something else, or the
        dataset is full; TooLarge.
        """
        self.get(workspace, dataset_id)
        wanted = {one.id: one.content.digest for one in drafts}
        for one in self.examples.some(workspace, wanted):
            if one.dataset != dataset_id or one.digest != wanted[one.id]:
                raise Conflict(f"Example {one.id} exists already, in dataset {one.dataset}, with other content")
        return self._added(workspace, dataset_id, drafts)

    def add_run(  # noqa: PLR0913 each says something of the example
        self,
        workspace: str,
        dataset_id: str,
        whole: WholeTrace,
        run: Run,
        *,
        prefers_correction: bool = False,
        by: str = "",
        at_us: int,
    ) -> AddedExample:
        """Make an example of a run, once: asked again, it stays as it was made first.

        `prefers_correction` takes as its outputs what feedback said they should have been, where any did: the newest.
        Raises: NotFound where there is no such dataset; Conflict where it is full; TooLarge.
        """
        self.get(workspace, dataset_id)
        content = self.content_of(whole, run, prefers_correction=prefers_correction)
        named = example_id(dataset_id, run.id)
        draft = Draft(named, content, with_splits(None, None), at_us, run.id, run.trace_id, by)
        return AddedExample(named, named in self._added(workspace, dataset_id, [draft]))

    def content_of(self, whole: WholeTrace, run: Run, *, prefers_correction: bool = False) -> Content:
        """The inputs and outputs of a run, as they were sent."""
        places = {name: place_of(run, name) for name in ("inputs", "outputs")}
        there = {name: at for name, at in places.items() if at is not None}
        texts = dict(zip(there, self._traces.payloads(list(there.values())), strict=True))
        said = Content(texts.get("inputs"), texts.get("outputs"))
        correction = _correction(whole.runs[run.id].feedback) if prefers_correction else None
        return said if correction is None else said._replace(outputs=correction)

    def _added(self, workspace: str, dataset_id: str, drafts: Sequence[Draft]) -> frozenset[str]:
        new = self.examples.add(workspace, dataset_id, drafts)
        if new:
            changes: dict[str, Value] = {"modified_us": self._clock.now_us()}
            self._control.update(Key(keys.datasets(workspace), dataset_id), changes, Equals("id", dataset_id))
        return new

    def _row(self, workspace: str, dataset_id: str) -> Dataset | None:
        row = self._control.get(Key(keys.datasets(workspace), dataset_id), consistent=True)
        return None if row is None else record_of(row, Dataset)

    def _is_there(self, workspace: str, dataset_id: str) -> bool:
        found = self._row(workspace, dataset_id)
        return found is not None and found.deleted_us is None

    def _take_name(self, workspace: str, dataset: Dataset) -> None:
        """Let the name be this dataset's; from one that is gone it is taken. Raises: Conflict."""
        key = keys.dataset_name(workspace, dataset.name)
        if self._control.put_if(Item(key.pk, key.sk, {"id": dataset.id}), Absent()):
            return
        row = self._control.get(key, consistent=True)
        holder = "" if row is None else str(row.attributes["id"])
        is_held = holder != dataset.id and self._is_there(workspace, holder)
        if is_held or not self._control.update(key, {"id": dataset.id}, Equals("id", holder)):
            raise Conflict(f"A dataset named {dataset.name!r} already exists; use another name")

    def _free_name(self, workspace: str, dataset: Dataset) -> None:
        """Give the name back, if it is still this dataset's."""
        key = keys.dataset_name(workspace, dataset.name)
        if self._control.update(key, {"id": "-"}, Equals("id", dataset.id)):
            self._control.delete([key])


def _missing(dataset_id: str) -> NotFound:
    return NotFound(f"Dataset {dataset_id} does not exist")


def _correction(feedback: Iterable[bytes]) -> bytes | None:
    """What the newest feedback with a correction says the outputs should have been, as JSON; None where none does.

    Outputs are an object: a correction in words is the one named `output`, as clients name outputs that are none.
    """
    said = [one for one in map(opened, feedback) if one["correction"] is not None]
    if not said:
        return None
    correction = max(said, key=lambda one: (one["modified_at"], one["id"]))["correction"]
    return _encode(correction if isinstance(correction, dict) else {"output": correction})
