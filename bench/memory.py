"""The three ports in dictionaries: they do nothing but hold, so that what is measured is everything else.

No limit is checked and nothing is copied. `tests/bench` holds the table to what SQLite answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from infra.local.sqlite_table import condition_holds
from shared.base.clock import Clock
from shared.base.errors import NotFound
from shared.base.units import US_PER_S
from shared.store.ports import (
    EXPIRES_AT,
    Condition,
    Depth,
    Item,
    Key,
    KeyRange,
    Message,
    ObjectRange,
    Store,
    Value,
)


class MemoryTable:
    """A Table in a dictionary a partition."""

    def __init__(self) -> None:
        self._partitions: dict[str, dict[str, Item]] = defaultdict(dict)

    def clear(self) -> None:
        """Forget everything."""
        self._partitions.clear()

    def items(self) -> Iterator[Item]:
        """Everything it holds."""
        for partition in self._partitions.values():
            yield from partition.values()

    def put(self, items: Sequence[Item]) -> None:
        """As Table."""
        for item in items:
            self._partitions[item.pk][item.sk] = item

    def put_if(self, item: Item, condition: Condition) -> bool:
        """As Table."""
        holds = condition_holds(condition, self._partitions[item.pk].get(item.sk))
        if holds:
            self._partitions[item.pk][item.sk] = item
        return holds

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """As Table."""
        return [self.put_if(item, condition) for item, condition in writes]

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:  # noqa: ARG002 always is
        """As Table."""
        return self._partitions[key.pk].get(key.sk)

    def query(self, key_range: KeyRange) -> list[Item]:
        """As Table."""
        partition = self._partitions[key_range.pk]
        within = [sk for sk in partition if key_range.start <= sk < key_range.end]
        within.sort(reverse=key_range.newest_first)
        if key_range.after is not None:
            after = key_range.after
            within = [sk for sk in within if (sk < after if key_range.newest_first else sk > after)]
        return [partition[sk] for sk in within[: key_range.limit]]

    def query_many(self, key_ranges: Sequence[KeyRange]) -> list[list[Item]]:
        """As Table."""
        return [self.query(key_range) for key_range in key_ranges]

    def update(self, key: Key, changes: Mapping[str, Value], condition: Condition | None = None) -> bool:
        """As Table."""
        before = self._partitions[key.pk].get(key.sk)
        if condition is not None and not condition_holds(condition, before):
            return False
        item = before or Item(key.pk, key.sk, {})
        said = dict(changes)
        expires = said.pop(EXPIRES_AT, item.expires_epoch_s)
        kept = expires if isinstance(expires, int) else None
        self._partitions[key.pk][key.sk] = replace(item, attributes={**item.attributes, **said}, expires_epoch_s=kept)
        return True

    def delete(self, keys: Sequence[Key]) -> None:
        """As Table."""
        for key in keys:
            self._partitions[key.pk].pop(key.sk, None)


class MemoryObjects:
    """Objects in a dictionary."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:  # noqa: ARG002 not kept
        """As Objects."""
        self.bodies[key] = body

    def get(self, key: str) -> bytes:
        """As Objects."""
        if key not in self.bodies:
            raise NotFound(f"Object {key} does not exist")
        return self.bodies[key]

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        """As Objects."""
        return [self.get(one.key)[one.offset : one.offset + one.length] for one in ranges]

    def copy(self, source: str, target: str) -> None:
        """As Objects."""
        self.bodies[target] = self.get(source)

    def delete(self, keys: Sequence[str]) -> None:
        """As Objects."""
        for key in keys:
            self.bodies.pop(key, None)

    def list(self, prefix: str) -> Iterator[str]:
        """As Objects."""
        return iter(sorted(key for key in self.bodies if key.startswith(prefix)))

    def signed_url(self, key: str, expires_s: int, content_type: str, filename: str) -> str:  # noqa: ARG002 the port's own
        """As Objects; the address leads nowhere."""
        return f"memory:{key}"


class MemoryQueue:
    """A Queue in a list, for one worker that fails at nothing: a delay is not waited for."""

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self.buried: list[str] = []

    def send(
        self,
        body: str,
        *,
        group: str,  # noqa: ARG002 one worker is fair
        delay_s: int = 0,  # noqa: ARG002 see above
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """As Queue."""
        number = str(len(self._waiting))
        self._waiting.append(Message(number, number, body, 1, attributes or {}))

    def receive(self, limit: int, visibility_s: int, wait_s: float = 0) -> list[Message]:  # noqa: ARG002 nobody else reads
        """As Queue; what is received is gone."""
        taken, self._waiting = self._waiting[:limit], self._waiting[limit:]
        return taken

    def delete(self, handles: Sequence[str]) -> None:
        """As Queue: they are gone already."""

    def bury(self, body: str, reason: str) -> None:
        """As Queue."""
        self.buried.append(f"{reason}: {body[:100]}")

    def depth(self) -> Depth:
        """As Queue."""
        return Depth(len(self._waiting), 0, 0, len(self.buried))


class DelayingQueue(MemoryQueue):
    """The same, where a message with a delay is received when a clock has come so far."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._delayed: list[tuple[int, Message]] = []
        self._sent = 0

    def send(
        self,
        body: str,
        *,
        group: str,  # noqa: ARG002 one worker is fair
        delay_s: int = 0,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """As Queue."""
        self._sent += 1
        message = Message(str(self._sent), str(self._sent), body, 1, attributes or {})
        self._delayed.append((self._clock.now_us() + delay_s * US_PER_S, message))

    def receive(self, limit: int, visibility_s: int, wait_s: float = 0) -> list[Message]:
        """As Queue; what is received is gone."""
        self._ripen()
        return super().receive(limit, visibility_s, wait_s)

    def depth(self) -> Depth:
        """As Queue."""
        self._ripen()
        return Depth(len(self._waiting), len(self._delayed), 0, len(self.buried))

    def _ripen(self) -> None:
        """Let those be received whose time has come, in the order in which they were sent."""
        now_us = self._clock.now_us()
        self._waiting += [message for due_us, message in self._delayed if due_us <= now_us]
        self._delayed = [one for one in self._delayed if one[0] > now_us]


def memory_store() -> Store:
    """All ports, empty."""
    return Store(MemoryTable(), MemoryTable(), MemoryObjects(), MemoryQueue())
