"""Which examples of datasets are copies of what an erasure removes: they are kept, so its receipt names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shared.store import keys
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.rows import item_of, record_of


@dataclass(frozen=True, slots=True)
class CopiedExample:
    """One example that was copied from a trace, and the dataset that it was in when the trace was erased."""

    example: str
    dataset: str
    trace: str


class CopiedExamples:
    """Questions and commands about the copies that erasures do not reach."""

    def __init__(self, control: Table) -> None:
        self._control = control

    def note(self, workspace: str, erasure_id: str, marks: Iterable[Item]) -> None:
        """Keep with an erasure which examples these marks, found under traces, name and are there. Twice is once."""
        above = keys.trace(workspace, "")
        named = {one.sk.removeprefix(keys.COPIED): one.pk.removeprefix(above) for one in _copies(marks)}
        pk = keys.erased_examples(workspace, erasure_id)
        found = self._datasets(workspace, named)
        rows = [CopiedExample(one, found[one], trace_id) for one, trace_id in named.items() if one in found]
        if rows:
            self._control.put([item_of(Key(pk, one.example), one) for one in rows])

    def of(self, workspace: str, erasure_id: str, limit: int) -> list[CopiedExample]:
        """The examples that were noted with an erasure, in order of their ids."""
        items = self._control.query(KeyRange(keys.erased_examples(workspace, erasure_id), limit=limit))
        return [record_of(item, CopiedExample) for item in items]

    def still_there(self, workspace: str, examples: Iterable[CopiedExample]) -> frozenset[str]:
        """Those of the examples that nobody has deleted since, by their ids."""
        return frozenset(self._datasets(workspace, [one.example for one in examples]))

    def _datasets(self, workspace: str, example_ids: Iterable[str]) -> dict[str, str]:
        """The dataset of each of these examples that is there."""
        ids = list(example_ids)
        places = [KeyRange(keys.example(workspace, one).pk, consistent=True, only=("dataset",)) for one in ids]
        read = zip(ids, self._control.query_many(places), strict=True)
        return {one: str(rows[0].attributes["dataset"]) for one, rows in read if rows}


def _copies(marks: Iterable[Item]) -> list[Item]:
    return [one for one in marks if one.sk.startswith(keys.COPIED)]
