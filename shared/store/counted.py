"""The three ports again, counting what AWS would bill for each call, whatever stores it.

Sources: DynamoDB developer guide, "DynamoDB read and write operations" (capacity unit consumption) and
"Condition expressions" (a false one still consumes); S3 pricing, "Requests & data retrievals"; SQS
pricing: each started 64 KB of a payload is one request.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.base.units import KIB, MIB
from shared.store.ports import (
    Condition,
    Depth,
    Item,
    Key,
    KeyRange,
    Message,
    ObjectRange,
    Objects,
    Queue,
    Store,
    Table,
    Value,
)
from shared.store.sizes import item_bytes, message_bytes
from shared.store.tally import Meter, Tally

WRITE_UNIT_BYTES = KIB
READ_UNIT_BYTES = 4 * KIB
PAGE_BYTES = MIB
"""A Query reads at most so much a page, and rounds up to units page by page."""
QUEUE_REQUEST_BYTES = 64 * KIB
WRITES_PER_REQUEST = 25
KEYS_PER_LIST = 1_000
DELETES_PER_REQUEST = 10


class CountedTable:
    """A Table whose calls are counted.

    DynamoDB bills a put and an update by the larger of the whole item before and after it, a delete by
    what is deleted, and a refused write like one that happened. What was there before is known only
    with `looks_first`, which reads it, uncounted, before each write: for measuring. Without, a put
    counts as its own size, an update as its changes, a delete as one unit.
    """

    def __init__(self, table: Table, meter: Meter, *, looks_first: bool = False) -> None:
        self._table = table
        self._meter = meter
        self._looks_first = looks_first

    def put(self, items: Sequence[Item]) -> None:
        """As Table."""
        last = {Key(item.pk, item.sk): item for item in items}
        units = sum(write_units(max(item_bytes(item), _bytes_of(self._stored(key)))) for key, item in last.items())
        self._table.put(items)
        self._meter.count(Tally(write_units=units, table_requests=_started(len(last), WRITES_PER_REQUEST)))

    def put_if(self, item: Item, condition: Condition) -> bool:
        """As Table."""
        size_bytes = max(item_bytes(item), _bytes_of(self._stored(Key(item.pk, item.sk))))
        holds = self._table.put_if(item, condition)
        self._meter.count(Tally(write_units=write_units(size_bytes), table_requests=1))
        return holds

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """As Table."""
        sizes = [max(item_bytes(item), _bytes_of(self._stored(Key(item.pk, item.sk)))) for item, _ in writes]
        held = self._table.put_if_many(writes)
        self._meter.count(Tally(write_units=sum(map(write_units, sizes)), table_requests=len(writes)))
        return held

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """As Table. An item that is not there costs as much as a small one."""
        item = self._table.get(key, consistent=consistent)
        units = read_units(_bytes_of(item), consistent=consistent)
        self._meter.count(Tally(read_units=units, table_requests=1, rows_read=int(item is not None)))
        return item

    def query(self, key_range: KeyRange) -> list[Item]:
        """As Table."""
        items = self._table.query(key_range)
        self._meter.count(_tally_of(key_range, items))
        return items

    def query_many(self, key_ranges: Sequence[KeyRange]) -> list[list[Item]]:
        """As Table."""
        read = self._table.query_many(key_ranges)
        for key_range, items in zip(key_ranges, read, strict=True):
            self._meter.count(_tally_of(key_range, items))
        return read

    def update(self, key: Key, changes: Mapping[str, Value], condition: Condition | None = None) -> bool:
        """As Table."""
        before = self._stored(key)
        after = Item(key.pk, key.sk, {**({} if before is None else before.attributes), **changes})
        units = write_units(max(item_bytes(after), _bytes_of(before)))
        holds = self._table.update(key, changes, condition)
        self._meter.count(Tally(write_units=units, table_requests=1))
        return holds

    def delete(self, keys: Sequence[Key]) -> None:
        """As Table."""
        once = dict.fromkeys(keys)
        units = sum(write_units(_bytes_of(self._stored(key))) for key in once)
        self._table.delete(keys)
        self._meter.count(Tally(write_units=units, table_requests=_started(len(once), WRITES_PER_REQUEST)))

    def _stored(self, key: Key) -> Item | None:
        return self._table.get(key, consistent=True) if self._looks_first else None


class CountedObjects:
    """Objects whose calls are counted. Deletes and signing are free."""

    def __init__(self, objects: Objects, meter: Meter) -> None:
        self._objects = objects
        self._meter = meter

    def put(self, key: str, body: bytes, content_type: str = "application/octet-stream") -> None:
        """As Objects."""
        self._objects.put(key, body, content_type)
        self._meter.count(Tally(object_puts=1, object_bytes_written=len(body)))

    def get(self, key: str) -> bytes:
        """As Objects."""
        body = self._objects.get(key)
        self._meter.count(Tally(object_gets=1, object_bytes_read=len(body)))
        return body

    def get_ranges(self, ranges: Sequence[ObjectRange]) -> list[bytes]:
        """As Objects. Each range that has bytes is a GET of its own."""
        bodies = self._objects.get_ranges(ranges)
        gets = sum(1 for one in ranges if one.length)
        self._meter.count(Tally(object_gets=gets, object_bytes_read=sum(map(len, bodies))))
        return bodies

    def copy(self, source: str, target: str) -> None:
        """As Objects."""
        self._objects.copy(source, target)
        self._meter.count(Tally(object_copies=1))

    def delete(self, keys: Sequence[str]) -> None:
        """As Objects."""
        self._objects.delete(keys)

    def list(self, prefix: str) -> Iterable[str]:
        """As Objects. Each started 1,000 keys are a LIST, counted when they are reached."""
        self._meter.count(Tally(object_lists=1))
        for number, key in enumerate(self._objects.list(prefix)):
            if number and number % KEYS_PER_LIST == 0:
                self._meter.count(Tally(object_lists=1))
            yield key

    def signed_url(self, key: str, expires_s: int, content_type: str, filename: str) -> str:
        """As Objects. Whoever follows it makes a GET that is not counted here."""
        return self._objects.signed_url(key, expires_s, content_type, filename)


class CountedQueue:
    """A Queue whose calls are counted."""

    def __init__(self, queue: Queue, meter: Meter) -> None:
        self._queue = queue
        self._meter = meter

    def send(
        self,
        body: str,
        *,
        group: str,
        delay_s: int = 0,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """As Queue."""
        self._queue.send(body, group=group, delay_s=delay_s, attributes=attributes)
        self._meter.count(Tally(queue_requests=queue_requests(message_bytes(body, attributes or {}))))

    def receive(self, limit: int, visibility_s: int, wait_s: float = 0) -> Sequence[Message]:
        """As Queue. What comes together is one payload; nothing is one request too."""
        messages = self._queue.receive(limit, visibility_s, wait_s)
        size_bytes = sum(message_bytes(message.body, message.attributes) for message in messages)
        self._meter.count(Tally(queue_requests=queue_requests(size_bytes)))
        return messages

    def delete(self, handles: Sequence[str]) -> None:
        """As Queue."""
        self._queue.delete(handles)
        self._meter.count(Tally(queue_requests=_started(len(handles), DELETES_PER_REQUEST)))

    def bury(self, body: str, reason: str) -> None:
        """As Queue."""
        self._queue.bury(body, reason)
        self._meter.count(Tally(queue_requests=queue_requests(message_bytes(body, {"reason": reason}))))

    def depth(self) -> Depth:
        """As Queue: one request for the queue, and one for its dead letters."""
        self._meter.count(Tally(queue_requests=2))
        return self._queue.depth()


def reads_counted(store: Store, meter: Meter) -> Store:
    """The same doors, with what passes the tables and the bucket counted."""
    traces, control = CountedTable(store.traces, meter), CountedTable(store.control, meter)
    objects, examples = CountedObjects(store.objects, meter), CountedObjects(store.examples, meter)
    return dataclasses.replace(store, traces=traces, control=control, objects=objects, examples=examples)


def write_units(size_bytes: int) -> int:
    """DynamoDB's write request units of one item: one for each started KiB, one at least."""
    return max(1, _started(size_bytes, WRITE_UNIT_BYTES))


def read_units(size_bytes: int, *, consistent: bool) -> float:
    """DynamoDB's read request units of one page: half a unit for each started 4 KiB, a whole one if consistent."""
    return max(1, _started(size_bytes, READ_UNIT_BYTES)) * (1.0 if consistent else 0.5)


def queue_requests(size_bytes: int) -> int:
    """SQS's billed requests of one payload: one for each started 64 KiB, one at least."""
    return max(1, _started(size_bytes, QUEUE_REQUEST_BYTES))


def _tally_of(key_range: KeyRange, items: Sequence[Item]) -> Tally:
    """What one Query of this range is billed."""
    pages = list(_page_sizes(items))
    units = sum(read_units(page_bytes, consistent=key_range.consistent) for page_bytes in pages)
    return Tally(read_units=units, table_requests=len(pages), rows_read=len(items))


def _bytes_of(item: Item | None) -> int:
    return 0 if item is None else item_bytes(item)


def _page_sizes(items: Sequence[Item]) -> Iterator[int]:
    """The bytes of each page that a Query of these items reads: the last one, at least, is there."""
    page_bytes = 0
    for item in items:
        size_bytes = item_bytes(item)
        if page_bytes and page_bytes + size_bytes > PAGE_BYTES:
            yield page_bytes
            page_bytes = 0
        page_bytes += size_bytes
    yield page_bytes


def _started(amount: int, unit: int) -> int:
    return -(-amount // unit)
