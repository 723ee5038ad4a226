"""Examples in the control table: one row each with its content, or with where that lies; one in its dataset's list.

Of a new example what is large goes first, then its row, which only one can win, then the list's: whoever adds it
again after a cut writes what is missing. A mark under the trace that it was copied from goes before all, so that an
erasure of the trace can name the copy. Examples never expire.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from shared.base.clock import Clock
from shared.base.errors import Conflict, NotFound
from shared.datasets.dataset import MAX_EXAMPLES
from shared.datasets.example import Content, Draft, Example, check, unpacked
from shared.retention.periods import Periods
from shared.store import keys
from shared.store.marks import copied_mark
from shared.store.parallel import side_by_side
from shared.store.ports import Absent, Item, Key, KeyRange, Store
from shared.store.row_counts import RowCounts
from shared.store.rows import item_of, record_of

INLINE_BYTES = 100_000
"""Of a compressed content: larger ones lie in the bucket. A row has 400 KB at most, and is billed whole when read."""
_AT_ONCE = 100


class Listed(NamedTuple):
    """One example in the list of its dataset."""

    id: str
    created_us: int


class Examples:
    """Questions and commands about the examples of datasets that are there: `Datasets` knows which those are."""

    def __init__(self, store: Store, clock: Clock, periods: Periods) -> None:
        self._control = store.control
        self._traces = store.traces
        self._objects = store.examples
        self._clock = clock
        self._periods = periods
        self._counts = RowCounts(store.control, clock)

    def add(self, workspace: str, dataset_id: str, drafts: Sequence[Draft]) -> frozenset[str]:
        """Keep examples; says which are new. One whose id is there stays as it is.

        Raises: TooLarge; Conflict where the dataset is full.
        """
        self._check_room(workspace, dataset_id, [one.id for one in drafts])
        for one in drafts:
            check(one)
        self._traces.put([self._mark(workspace, one) for one in drafts if one.source_trace is not None])
        made = [self._made(workspace, dataset_id, one) for one in drafts]
        writes = [(item_of(keys.example(workspace, one.id), one), Absent()) for one in made]
        written = self._control.put_if_many(writes)
        stand = [one for one, is_new in zip(made, written, strict=True) if is_new]
        new = frozenset(one.id for one in stand)
        stand += [one for one in self.some(workspace, {one.id for one in made} - new) if one.dataset == dataset_id]
        self._control.put([_listed(workspace, one) for one in stand])
        self._counts.added(keys.examples(workspace, dataset_id), len(new))
        return new

    def get(self, workspace: str, example_id: str) -> Example:
        """One example, of whatever dataset. Raises: NotFound."""
        found = self.some(workspace, [example_id])
        if not found:
            raise missing(example_id)
        return found[0]

    def some(self, workspace: str, ids: Iterable[str]) -> list[Example]:
        """Those of these examples that are there, in the order asked."""
        places = [keys.example(workspace, one) for one in ids]
        rows = self._control.query_many([KeyRange(at.pk, consistent=True) for at in places])
        return [record_of(row, Example) for found in rows for row in found]

    def contents(self, examples: Sequence[Example]) -> list[Content]:
        """What each holds; what lies in the bucket is fetched side by side. Raises: NotFound when one was changed."""
        return side_by_side(self._content, examples)

    def listed(self, workspace: str, dataset_id: str) -> list[Listed]:
        """All examples of a dataset, the newest first."""
        pk = keys.examples(workspace, dataset_id)
        rows = self._control.query(KeyRange(pk, newest_first=True, consistent=True, only=("id",)))
        return [Listed(str(row.attributes["id"]), int(row.sk.partition("#")[0])) for row in rows]

    def counts(self, workspace: str, dataset_ids: Iterable[str]) -> list[int]:
        """How many examples each dataset has."""
        return self._counts.exactly([keys.examples(workspace, one) for one in dataset_ids])

    def change(
        self, workspace: str, example: Example, content: Content, metadata: Mapping[str, Any] | None = None
    ) -> Example:
        """The example with this content, and with this metadata if any is given. Raises: TooLarge."""
        said = example.metadata_object if metadata is None else metadata
        draft = Draft(example.id, content, said, example.created_us)
        changed = dataclasses.replace(
            self._made(workspace, example.dataset, check(draft)),
            source_run=example.source_run,
            source_trace=example.source_trace,
            added_by=example.added_by,
        )
        self._control.put([item_of(keys.example(workspace, example.id), changed)])
        if example.content_key not in {None, changed.content_key}:
            self._objects.delete([example.content_key or ""])
        return changed

    def delete(self, workspace: str, examples: Sequence[Example]) -> None:
        """Remove examples: out of the list first, their own rows, which know of all else, last."""
        self._control.delete([Key(keys.examples(workspace, one.dataset), _sk(one)) for one in examples])
        self._objects.delete([one.content_key for one in examples if one.content_key is not None])
        marks = ((one.source_trace, one.id) for one in examples if one.source_trace is not None)
        self._traces.delete([Key(keys.trace(workspace, trace_id), keys.copied(name)) for trace_id, name in marks])
        self._control.delete([keys.example(workspace, one.id) for one in examples])

    def delete_all(self, workspace: str, dataset_id: str) -> None:
        """Remove all examples of a dataset."""
        listed = self.listed(workspace, dataset_id)
        for begin in range(0, len(listed), _AT_ONCE):
            ids = [one.id for one in listed[begin : begin + _AT_ONCE]]
            self.delete(workspace, [one for one in self.some(workspace, ids) if one.dataset == dataset_id])
            places = (keys.example_listed(one.created_us, one.id) for one in listed[begin : begin + _AT_ONCE])
            self._control.delete([Key(keys.examples(workspace, dataset_id), sk) for sk in places])

    def _made(self, workspace: str, dataset_id: str, draft: Draft) -> Example:
        """The example of a draft; its content, where that is large, is in the bucket on return."""
        frame, content_key = draft.content.packed(), None
        if len(frame) > INLINE_BYTES:
            content_key = keys.example_content(workspace, dataset_id, draft.id, draft.content.digest)
            self._objects.put(content_key, frame)
        return Example(
            draft.id,
            dataset_id,
            draft.created_us,
            self._clock.now_us(),
            draft.content.digest,
            draft.content.size_bytes,
            msgspec.json.encode(draft.metadata),
            b"" if content_key is not None else frame,
            content_key,
            draft.source_run,
            draft.source_trace,
            draft.added_by,
        )

    def _content(self, example: Example) -> Content:
        return unpacked(example.frame if example.content_key is None else self._objects.get(example.content_key))

    def _mark(self, workspace: str, draft: Draft) -> Item:
        """Lives as long as the trace may at most; it began before now."""
        ends_us = self._periods.ends_us(self._clock.now_us(), "extended")
        return copied_mark(workspace, draft.source_trace or "", draft.source_run, draft.id, ends_us)

    def _check_room(self, workspace: str, dataset_id: str, ids: Sequence[str]) -> None:
        """What is there already needs no room. Raises: Conflict."""
        count = self._counts.about(keys.examples(workspace, dataset_id))
        if count + len(ids) <= MAX_EXAMPLES:
            return
        more = len(ids) - len(self.some(workspace, ids))
        if more and count + more > MAX_EXAMPLES:
            raise Conflict(
                f"Dataset {dataset_id} has {count} examples, and {more} more would be over the {MAX_EXAMPLES} that "
                f"one may have: delete some, or use another dataset"
            )


def missing(example_id: str) -> NotFound:
    """What is said of an example that is not there."""
    return NotFound(f"Example {example_id} does not exist")


def _sk(example: Example) -> str:
    return keys.example_listed(example.created_us, example.id)


def _listed(workspace: str, example: Example) -> Item:
    return Item(keys.examples(workspace, example.dataset), _sk(example), {"id": example.id})
