"""What is counted is what AWS bills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from infra.local.folder_objects import FolderObjects
from infra.local.sqlite_queue import SqliteQueue
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SystemClock
from shared.base.units import KIB
from shared.store.counted import CountedObjects, CountedQueue, CountedTable
from shared.store.dynamo import DynamoTable
from shared.store.ports import Absent, Equals, Item, Key, KeyRange, ObjectRange, Objects, Queue, Table, Value
from shared.store.sizes import item_bytes
from shared.store.tally import Meter, Tally
from tests.emulated import lazy_client, make_table

ATTRIBUTES: list[dict[str, Value]] = [
    {},
    {"text": "x" * 1_000},
    {"text": "é" * 507},
    {"text": "é" * 508},
    {"ключ": "значение" * 70},
    {"bytes": b"\x00" * 1_014},
    {"bytes": b"\x00" * 1_015},
    {"bytes": b"\x00" * 100_000},
    {"yes": True, "no": False, "nothing": None, "pad": "x" * 998},
]
NUMBERS = [0, 1, 9, 10, 99, 100, 101, 1_000, 10_000, 123_456_789, 1_763_600_000_123_456, -1, -100, -12_345, 10**15]


class BilledClient:
    """A DynamoDB client that adds up the capacity that DynamoDB says each call consumed.

    ministack says it rightly for writes; for reads it says one unit, whatever was read.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - botocore's
        self.units = 0.0
        self.calls = 0
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """The operation, asked for what it consumed."""

        def call(**arguments: Any) -> Any:  # noqa: ANN401 - as the operation takes and gives
            self.calls += 1
            answer = getattr(self._client, operation)(**arguments, ReturnConsumedCapacity="TOTAL")
            consumed = answer["ConsumedCapacity"]
            self.units += sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
            return answer

        return call


@pytest.fixture
def meter() -> Meter:
    """Nothing counted yet."""
    return Meter()


@pytest.fixture
def billed(aws_endpoint: str) -> BilledClient:
    """Nothing billed yet."""
    return BilledClient(lazy_client(aws_endpoint, "dynamodb")())


@pytest.fixture
def dynamo(aws_endpoint: str, billed: BilledClient, meter: Meter) -> CountedTable:
    """A table of DynamoDB that counts and is billed."""
    return CountedTable(DynamoTable(lambda: billed, make_table(aws_endpoint)), meter)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Table]:
    """An empty table of the laptop, uncounted."""
    table = SqliteTable(tmp_path / "table.sqlite")
    yield table
    table.close()


@pytest.fixture
def table(stored: Table, meter: Meter) -> Table:
    """The same table, counted, looking first."""
    return CountedTable(stored, meter, looks_first=True)


@pytest.fixture
def objects(tmp_path: Path, meter: Meter) -> Objects:
    """An empty folder, counted."""
    return CountedObjects(FolderObjects(tmp_path, "http://127.0.0.1:1", SystemClock()), meter)


@pytest.fixture
def queue(tmp_path: Path, meter: Meter) -> Iterator[Queue]:
    """An empty queue, counted."""
    made = SqliteQueue(tmp_path / "queue.sqlite")
    yield CountedQueue(made, meter)
    made.close()


def _item(sk: str, size_bytes: int) -> Item:
    empty = Item("p", sk, {"bulk": b""})
    return Item("p", sk, {"bulk": b"x" * (size_bytes - item_bytes(empty))})


@pytest.mark.aws
@pytest.mark.parametrize("size_bytes", [32, 1_023, 1_024, 1_025, 2_048, 2_049, 5_000, 65_536, 400 * KIB])
def test_write_units_of_a_size_are_what_dynamodb_bills(
    dynamo: CountedTable, billed: BilledClient, meter: Meter, size_bytes: int
) -> None:
    """To the byte at each edge of a KiB, alone and in a batch."""
    dynamo.put_if(_item("first", size_bytes), Absent())
    assert meter.total().write_units == billed.units
    dynamo.put([_item("second", size_bytes), _item("third", size_bytes + 1 if size_bytes < 400 * KIB else 100)])
    assert meter.total().write_units == billed.units > 2


@pytest.mark.aws
def test_write_units_of_every_kind_of_value_are_what_dynamodb_bills(
    dynamo: CountedTable, billed: BilledClient, meter: Meter
) -> None:
    """Each counted by itself, padded so that one byte more or less would show at some number."""
    items = [Item("p", f"{number:02d}", attributes) for number, attributes in enumerate(ATTRIBUTES)]
    items += [
        Item("p", f"n{number}.{pad:02d}", {"n": number, "pad": "x" * (1_000 - len(str(number)) + pad)}, expires)
        for number in NUMBERS
        for pad in range(24)
        for expires in (None, 1_800_000_123)
    ]
    for item in items:
        before = meter.total().write_units, billed.units
        dynamo.put([item])
        assert meter.total().write_units - before[0] == billed.units - before[1], item.sk


@pytest.mark.aws
def test_requests_are_those_that_were_sent(dynamo: CountedTable, billed: BilledClient, meter: Meter) -> None:
    """Batches of 25, one for each other write and read, one a page of 1 MB, forward and backward."""
    small, large = [_item(f"a{n:02d}", 1_500) for n in range(51)], [_item(f"b{n:02d}", 300 * KIB) for n in range(7)]
    calls: list[Callable[[], object]] = [
        lambda: dynamo.put(small),
        lambda: dynamo.put(large),
        lambda: dynamo.put_if(small[0], Absent()) or dynamo.update(Key("p", "a00"), {"n": 1}),
        lambda: dynamo.get(Key("p", "b01")) and dynamo.get(Key("p", "absent")),
        lambda: dynamo.query(KeyRange("p", "a", "b")),
        lambda: dynamo.query(KeyRange("p", "c", "d")),
        lambda: dynamo.query(KeyRange("p")),
        lambda: dynamo.query(KeyRange("p", newest_first=True)),
        lambda: dynamo.delete([Key("p", item.sk) for item in small]),
    ]
    for number, call in enumerate(calls):
        before = billed.calls
        meter.reset()
        call()
        assert meter.total().table_requests == billed.calls - before > 0, f"call {number}"


@pytest.mark.parametrize(
    ("size_bytes", "units"), [(32, 1), (3_500, 1), (4_096, 1), (4_097, 2), (10_000, 3), (409_600, 100)]
)
def test_reading_an_item_costs_a_unit_for_each_started_4_kib(
    table: Table, meter: Meter, size_bytes: int, units: int
) -> None:
    """Half of it where the read need not be consistent; nothing found costs like something small."""
    table.put([_item("s", size_bytes)])
    meter.reset()
    table.get(Key("p", "s"), consistent=True)
    assert meter.reset().read_units == units
    table.get(Key("p", "s"))
    assert meter.reset().read_units == units / 2
    table.get(Key("p", "absent"))
    assert meter.reset().read_units == 0.5


def test_a_query_costs_the_sum_of_its_items_rounded_once_a_page(table: Table, meter: Meter) -> None:
    """10 items of 4,178 bytes are 40.8 KiB: 11 units. 7 of 300 KiB are pages of 3, 3 and 1. Nothing is one unit.

    Source of the first: DynamoDB developer guide, "DynamoDB read and write operations", Query.
    """
    table.put([_item(f"a{n}", 4_178) for n in range(10)] + [_item(f"b{n}", 300 * KIB) for n in range(7)])
    meter.reset()
    table.query(KeyRange("p", "a", "b", consistent=True))
    assert meter.reset() == Tally(read_units=11, table_requests=1, rows_read=10)
    table.query(KeyRange("p", "a", "b"))
    assert meter.reset() == Tally(read_units=5.5, table_requests=1, rows_read=10)
    table.query(KeyRange("p", "b", "c", consistent=True))
    assert meter.reset() == Tally(read_units=225 + 225 + 75, table_requests=3, rows_read=7)
    table.query(KeyRange("p", "c", "d", consistent=True))
    assert meter.reset() == Tally(read_units=1, table_requests=1)


def test_calls_for_many_reach_the_table_as_one_and_cost_as_each(stored: Table, meter: Meter) -> None:
    """What a table does side by side is not done one by one for being counted."""
    stored.put([_item("a", 5_000), _item("b", 100)])
    asked: list[str] = []

    class Watched:
        def __getattr__(self, call: str) -> object:
            asked.append(call)
            return getattr(stored, call)

    table = CountedTable(cast("Table", Watched()), meter)
    ranges = [KeyRange("p", "a", "b", consistent=True), KeyRange("p", "b", "c", consistent=True), KeyRange("q")]
    assert [[item.sk for item in items] for items in table.query_many(ranges)] == [["a"], ["b"], []]
    assert meter.reset() == Tally(read_units=2 + 1 + 0.5, table_requests=3, rows_read=2)
    assert table.put_if_many([(_item("a", 100), Absent()), (_item("c", 2_000), Absent())]) == [False, True]
    assert meter.reset() == Tally(write_units=1 + 2, table_requests=2)
    assert asked == ["query_many", "put_if_many"]


def test_what_was_there_counts_when_it_is_larger(table: Table, stored: Table, meter: Meter) -> None:
    """A small item over a large one, an update of a large one, and a delete, each cost the large one."""
    stored.put([_item("put", 5_000), _item("put_if", 6_000), _item("update", 7_000), _item("delete", 8_000)])
    table.put([_item("put", 100)])
    assert meter.reset().write_units == 5
    table.put_if(_item("put_if", 100), Equals("bulk", b"x"))
    assert meter.reset().write_units == 6
    table.update(Key("p", "update"), {"n": 1})
    assert meter.reset().write_units == 7
    table.delete([Key("p", "delete"), Key("p", "absent")])
    assert meter.reset().write_units == 8 + 1


def test_without_looking_no_write_reads(stored: Table, meter: Meter) -> None:
    """Counting costs no call to the table; a write counts as what it says itself."""
    stored.put([_item("s", 5_000)])
    table = CountedTable(stored, meter)
    table.put([_item("s", 100), _item("t", 2_000)])
    table.update(Key("p", "s"), {"bulk": b"x" * 3_000})
    table.delete([Key("p", "s")])
    assert meter.total() == Tally(write_units=1 + 2 + 3 + 1, table_requests=3)


def test_a_write_that_was_refused_costs_like_one_that_happened(table: Table, meter: Meter) -> None:
    """DynamoDB bills the attempt."""
    table.put([_item("s", 100)])
    meter.reset()
    assert not table.put_if(_item("s", 3_000), Absent())
    assert not table.update(Key("p", "s"), {"n": 1}, Equals("n", 5))
    assert meter.total().write_units == 3 + 1


def test_objects_count_requests_and_bytes(objects: Objects, meter: Meter) -> None:
    """Each range with bytes is a GET, each started 1,000 keys a LIST; deletes and links are free."""
    objects.put("a/1", b"12345")
    objects.put("a/2", b"123")
    objects.copy("a/1", "a/3")
    assert meter.reset() == Tally(object_puts=2, object_copies=1, object_bytes_written=8)
    objects.get("a/1")
    objects.get_ranges([ObjectRange("a/1", 0, 2), ObjectRange("a/2", 1, 2), ObjectRange("a/2", 1, 0)])
    assert meter.reset() == Tally(object_gets=3, object_bytes_read=9)
    objects.delete(["a/1"])
    objects.signed_url("a/2", 60, "text/plain", "2")
    assert meter.reset() == Tally()
    assert list(objects.list("none")) == []
    assert meter.reset() == Tally(object_lists=1)
    for number in range(1_001):
        objects.put(f"b/{number:04d}", b"")
    meter.reset()
    assert len(list(objects.list("b/"))) == 1_001
    assert meter.reset() == Tally(object_lists=2)


@pytest.mark.parametrize(("size_bytes", "requests"), [(1, 1), (64 * KIB, 1), (64 * KIB + 1, 2), (1024 * KIB, 16)])
def test_a_queue_counts_each_started_64_kib(queue: Queue, meter: Meter, size_bytes: int, requests: int) -> None:
    """Sending and receiving, attributes included; a delete is one, and so is finding nothing."""
    queue.send("x" * size_bytes, group="w")
    assert meter.reset() == Tally(queue_requests=requests)
    (message,) = queue.receive(10, visibility_s=60)
    assert meter.reset() == Tally(queue_requests=requests)
    queue.delete([message.handle])
    assert meter.reset() == Tally(queue_requests=1)
    assert list(queue.receive(10, visibility_s=60)) == []
    assert meter.reset() == Tally(queue_requests=1)


def test_messages_that_come_together_are_one_payload(queue: Queue, meter: Meter) -> None:
    """Ten small ones cost one receive and one delete."""
    for _ in range(10):
        queue.send("x" * 1_000, group="w", attributes={"kind": "k"})
    meter.reset()
    messages = queue.receive(10, visibility_s=60)
    queue.delete([message.handle for message in messages])
    queue.bury("x" * 65 * KIB, "poison")
    assert meter.total() == Tally(queue_requests=1 + 1 + 2)
