"""A counted store that also knows which kind of row each unit went into, and how often each port was called."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from bench.memory import MemoryObjects, MemoryQueue, MemoryTable
from shared.store import keys
from shared.store.counted import CountedObjects, CountedQueue, CountedTable
from shared.store.ports import Condition, Item, Key, KeyRange, ObjectRange, Queue, Store, Table, Value
from shared.store.tally import Meter, Tally

_OF_TRACE = {
    keys.FATE: "fate",
    keys.CHUNK: "chunk",
    keys.FEEDBACK: "feedback",
    keys.WHY: "why",
    keys.APPLIED: "applied",
    keys.QUEUED: "queued",
}
_FAMILIES = {"heads": "head", "errors": "error", "hours": "hour", "run": "pointer", "rejects": "reject"}


def kind_of(pk: str, sk: str) -> str:
    """The kind of row that has this key in the table of traces, by the words of `docs/data-model.md`."""
    family = pk.split("#")[1]
    if family == "trace":
        return next((kind for begin, kind in _OF_TRACE.items() if sk.startswith(begin)), "trace")
    return _FAMILIES.get(family, family)


class TableByKind:
    """A Table that counts each kind of row on a meter of its own."""

    def __init__(self, table: Table, calls: Counter[str]) -> None:
        self._table = table
        self._calls = calls
        self.meters: dict[str, Meter] = defaultdict(Meter)

    def _of(self, pk: str, sk: str) -> CountedTable:
        return CountedTable(self._table, self.meters[kind_of(pk, sk)], looks_first=True)

    def put(self, items: Sequence[Item]) -> None:
        """As Table."""
        self._calls["table"] += bool(items)
        for item in items:
            self._of(item.pk, item.sk).put([item])

    def put_if(self, item: Item, condition: Condition) -> bool:
        """As Table."""
        self._calls["table"] += 1
        return self._of(item.pk, item.sk).put_if(item, condition)

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """As Table."""
        self._calls["table"] += bool(writes)
        return [self._of(item.pk, item.sk).put_if(item, condition) for item, condition in writes]

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """As Table."""
        self._calls["table"] += 1
        return self._of(key.pk, key.sk).get(key, consistent=consistent)

    def query(self, key_range: KeyRange) -> list[Item]:
        """As Table."""
        self._calls["table"] += 1
        return self._of(key_range.pk, "").query(key_range)

    def query_many(self, key_ranges: Sequence[KeyRange]) -> list[list[Item]]:
        """As Table."""
        self._calls["table"] += bool(key_ranges)
        return [self._of(one.pk, "").query(one) for one in key_ranges]

    def update(self, key: Key, changes: Mapping[str, Value], condition: Condition | None = None) -> bool:
        """As Table."""
        self._calls["table"] += 1
        return self._of(key.pk, key.sk).update(key, changes, condition)

    def delete(self, keys: Sequence[Key]) -> None:
        """As Table."""
        self._calls["table"] += bool(keys)
        for key in keys:
            self._of(key.pk, key.sk).delete([key])


class CountedStore:
    """A whole store in memory, counted: `store` for the rooms, the rest for whoever reads the meters."""

    def __init__(self, upgrades: Queue | None = None) -> None:
        self.calls: Counter[str] = Counter()
        self.rows = MemoryTable()
        self.objects = MemoryObjects()
        self._meter = Meter()
        self._traces = TableByKind(self.rows, self.calls)
        self.store = Store(
            traces=self._traces,
            control=_CalledTable(MemoryTable(), self._meter, self.calls),
            objects=_CalledObjects(self.objects, self._meter, self.calls),
            operations=CountedQueue(MemoryQueue(), self._meter),
            upgrades=CountedQueue(upgrades or MemoryQueue(), self._meter),
        )

    def by_kind(self) -> dict[str, Tally]:
        """What each kind of row of the table of traces used."""
        return {kind: meter.total() for kind, meter in self._traces.meters.items()}

    def total(self) -> Tally:
        """Everything together."""
        return sum(self.by_kind().values(), self._meter.total())

    def reset(self) -> None:
        """Begin to count at nothing; what is stored stays."""
        self.calls.clear()
        self._meter.reset()
        for meter in self._traces.meters.values():
            meter.reset()


class _CalledTable(CountedTable):
    """The control table; rooms keep what they read in memory, so its calls are few."""

    def __init__(self, table: Table, meter: Meter, calls: Counter[str]) -> None:
        super().__init__(table, meter, looks_first=True)
        self._calls = calls

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        self._calls["table"] += 1
        return super().get(key, consistent=consistent)


class _CalledObjects(CountedObjects):
    def __init__(self, objects: MemoryObjects, meter: Meter, calls: Counter[str]) -> None:
        super().__init__(objects, meter)
        self._calls = calls

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        self._calls["object"] += 1
        super().put(key, body, content_type)

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        self._calls["object"] += bool(ranges)
        return super().get_ranges(ranges)
