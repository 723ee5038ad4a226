"""What the laptop's table adds to the promises of every Table."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.sqlite_table import SqliteTable
from shared.base.errors import Malformed, TooLarge
from shared.store.ports import AtMost, Item, Key, KeyRange
from tests.infra.local.killed import acknowledged_before_kill

WRITER = """
import sys
from pathlib import Path
from infra.local.sqlite_table import SqliteTable
from shared.store.ports import Item
table = SqliteTable(Path(sys.argv[1]) / "table.sqlite")
for number in range(1_000_000):
    table.put([Item("p", f"{number:07d}.{part}", {"n": number}) for part in range(3)])
    print(number)
"""


@pytest.fixture
def table(tmp_path: Path) -> Iterator[SqliteTable]:
    """An empty table."""
    made = SqliteTable(tmp_path / "table.sqlite")
    yield made
    made.close()


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Every put that returned is whole after SIGKILL, and none is there in part."""
    acknowledged = acknowledged_before_kill(WRITER, tmp_path, acknowledgements=200)
    table = SqliteTable(tmp_path / "table.sqlite")
    numbers = [item.attributes["n"] for item in table.query(KeyRange("p"))]
    table.close()
    assert numbers[: 3 * len(acknowledged)] == [int(line) for line in acknowledged for _ in range(3)]
    assert len(numbers) % 3 == 0


def test_a_put_with_one_bad_item_writes_nothing(table: SqliteTable) -> None:
    """One call is one transaction."""
    with pytest.raises(TooLarge):
        table.put([Item("p", "good", {}), Item("p", "bad", {"bulk": b"x" * 500_000})])
    assert table.query(KeyRange("p")) == []


def test_expire_deletes_what_is_due_and_nothing_else(table: SqliteTable) -> None:
    """Over several batches; an item without expiry stays for ever."""
    table.put([Item("p", f"{number:05d}", {}, expires_epoch_s=number) for number in range(3_000)])
    table.put([Item("p", "for ever", {})])
    assert table.expire(2_499) == 2_500
    assert table.expire(2_499) == 0
    kept = [item.expires_epoch_s for item in table.query(KeyRange("p"))]
    assert kept == [*range(2_500, 3_000), None]


def test_an_expiry_that_moved_counts(table: SqliteTable) -> None:
    """What `update` set is what `expire` goes by."""
    table.put([Item("p", "s", {}, expires_epoch_s=1)])
    table.update(Key("p", "s"), {"expires_at": 10})
    assert table.expire(9) == 0
    assert table.expire(10) == 1


def test_an_expiry_must_be_a_number(table: SqliteTable) -> None:
    """Anything else would never expire in DynamoDB, and says so here."""
    with pytest.raises(Malformed, match="expires_at"):
        table.update(Key("p", "s"), {"expires_at": "tomorrow"})


def test_threads_lose_no_conditional_write(table: SqliteTable) -> None:
    """Of many racing to raise a number, exactly those that said yes took effect, in a rising order."""

    def write(number: int) -> bool:
        table.put([Item("other", f"{number}", {})])
        return table.put_if(Item("p", "s", {"n": number}), AtMost("n", number - 1))

    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(write, range(400)))
    assert wrote[399]
    item = table.get(Key("p", "s"))
    assert item is not None
    assert item.attributes["n"] == 399
    assert len(table.query(KeyRange("other"))) == 400


def test_a_second_opening_of_the_file_sees_what_the_first_wrote(table: SqliteTable, tmp_path: Path) -> None:
    """Two processes may share a table."""
    table.put([Item("p", "s", {"n": 1})])
    other = SqliteTable(tmp_path / "table.sqlite")
    assert other.get(Key("p", "s")) == Item("p", "s", {"n": 1})
    other.put([Item("p", "s", {"n": 2})])
    assert table.get(Key("p", "s")) == Item("p", "s", {"n": 2})
    other.close()


def test_what_was_deleted_is_in_no_file(tmp_path: Path) -> None:
    """Neither in a page of the database that is free now, nor in the write-ahead log, once that was emptied."""
    table = SqliteTable(tmp_path / "table.sqlite")
    table.put([Item("p", f"{number:03d}", {"f": b"gone" * 500}) for number in range(50)])
    table.put([Item("p", "kept", {"f": b"kept" * 500})])
    table.delete([Key("p", f"{number:03d}") for number in range(50)])
    table.expire(0)
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (b"gone" in left, b"kept" in left) == (False, True)
    table.close()
