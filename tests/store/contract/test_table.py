"""What every Table promises."""

from __future__ import annotations

import pytest

from shared.base.errors import Malformed, TooLarge
from shared.store.ports import MAX_ITEM_BYTES, Absent, AtMost, Condition, Equals, Item, Key, KeyRange, Table, Value
from shared.store.sizes import item_bytes

SORTED_AS_BYTES = ["!", "#", "#a", "0", "A", "a", "a#", "a#1", "a0", "ab", "é", "€", "\uffff", "😀"]
VALUES: dict[str, Value] = {
    "text": "höhe #1",
    "empty": "",
    "zero": 0,
    "negative": -12,
    "large": 1_763_600_000_123_456,
    "bytes": b"\x00\xff",
    "yes": True,
    "no": False,
    "nothing": None,
}
STORED = Item("p", "s", {"n": 5, "word": "a", "flag": True, "nothing": None})


def _numbered(count: int, size_bytes: int = 1, pk: str = "p") -> list[Item]:
    return [Item(pk, f"{number:04d}", {"n": number, "bulk": b"x" * size_bytes}) for number in range(count)]


def _numbers(items: list[Item]) -> list[Value]:
    return [item.attributes["n"] for item in items]


def test_an_item_reads_back_as_written(table: Table) -> None:
    """Every kind of value, and the expiry, survive a round trip with their types."""
    item = Item("p", "s", VALUES, expires_epoch_s=1_800_000_000)
    table.put([item])
    read = table.get(Key("p", "s"))
    assert read == item
    assert [type(value) for value in read.attributes.values()] == [
        type(item.attributes[name]) for name in read.attributes
    ]


def test_what_is_not_there_is_none(table: Table) -> None:
    """Reading an absent item gives None, by either consistency."""
    assert table.get(Key("p", "s")) is None
    assert table.get(Key("p", "s"), consistent=True) is None


def test_an_attribute_may_be_named_like_a_reserved_word(table: Table) -> None:
    """Names that DynamoDB's expressions reserve are ordinary attributes."""
    words: dict[str, Value] = {"name": "x", "status": "y", "ttl": 1, "size": 2, "#": 3, ":v": 4, "a.b": 5}
    table.put([Item("p", "s", words)])
    assert table.update(Key("p", "s"), {"name": "z", "a.b": 6}, AtMost("size", 2))
    assert table.get(Key("p", "s")) == Item("p", "s", {**words, "name": "z", "a.b": 6})


def test_a_put_replaces_the_whole_item(table: Table) -> None:
    """No attribute and no expiry of the former item is left."""
    table.put([Item("p", "s", {"old": 1}, expires_epoch_s=1_800_000_000)])
    table.put([Item("p", "s", {"new": 2})])
    assert table.get(Key("p", "s"), consistent=True) == Item("p", "s", {"new": 2})


def test_the_last_of_two_items_with_one_key_wins(table: Table) -> None:
    """One call may hold a key twice."""
    table.put([Item("p", "s", {"n": 1}), Item("p", "t", {"n": 2}), Item("p", "s", {"n": 3})])
    assert _numbers(table.query(KeyRange("p"))) == [3, 2]


def test_putting_and_deleting_nothing_is_no_error(table: Table) -> None:
    """Empty calls change nothing."""
    table.put([])
    table.delete([])
    assert table.query(KeyRange("p")) == []


def test_more_items_than_one_request_takes_are_all_written(table: Table) -> None:
    """60 items, over DynamoDB's 25 a request, come back; so do 60 deletes."""
    items = _numbered(60)
    table.put(items)
    assert table.query(KeyRange("p")) == items
    table.delete([Key(item.pk, item.sk) for item in items[:55]])
    assert _numbers(table.query(KeyRange("p"))) == [55, 56, 57, 58, 59]


def test_items_over_16_mb_together_are_all_written(table: Table) -> None:
    """45 items of 390 KB, over the 16 MB of one request, come back."""
    items = _numbered(45, size_bytes=390 * 1024)
    table.put(items)
    assert _numbers(table.query(KeyRange("p"))) == list(range(45))


def test_an_item_may_have_400_kb_and_not_a_byte_more(table: Table) -> None:
    """The limit counts names, keys and values; what is over it is refused and not stored."""
    empty = Item("p", "s", {"bulk": b""})
    full = Item("p", "s", {"bulk": b"x" * (MAX_ITEM_BYTES - item_bytes(empty))})
    over = Item("p", "t", {"bulk": b"x" * (MAX_ITEM_BYTES - item_bytes(empty) + 1)})
    table.put([full])
    with pytest.raises(TooLarge, match="409601 bytes; the limit is 409600"):
        table.put([over])
    with pytest.raises(TooLarge):
        table.put_if(over, Absent())
    assert table.query(KeyRange("p")) == [full]


@pytest.mark.parametrize("name", ["pk", "sk", "expires_at"])
def test_an_attribute_cannot_take_the_name_of_the_key_or_the_expiry(table: Table, name: str) -> None:
    """Such an item is refused, and says which name."""
    with pytest.raises(Malformed, match=name):
        table.put([Item("p", "s", {name: "x"})])


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (Key("", "s"), Malformed),
        (Key("p", ""), Malformed),
        (Key("p" * 2049, "s"), TooLarge),
        (Key("p", "s" * 1025), TooLarge),
    ],
)
def test_a_key_that_dynamodb_would_not_take_is_refused(table: Table, key: Key, error: type[Exception]) -> None:
    """Empty keys, partition keys over 2,048 bytes and sort keys over 1,024 are errors everywhere."""
    with pytest.raises(error):
        table.put([Item(key.pk, key.sk, {})])


def test_a_partition_is_ordered_by_utf8_bytes(table: Table) -> None:
    """Sort keys compare as bytes, beyond ASCII and beyond the basic plane too."""
    table.put([Item("p", sk, {}) for sk in reversed(SORTED_AS_BYTES)])
    assert [item.sk for item in table.query(KeyRange("p"))] == SORTED_AS_BYTES
    assert [item.sk for item in table.query(KeyRange("p", newest_first=True))] == SORTED_AS_BYTES[::-1]


def test_partitions_do_not_see_each_other(table: Table) -> None:
    """A range is of one partition, exactly named."""
    table.put([Item("p", "s", {"n": 1}), Item("p#", "s", {"n": 2}), Item("P", "s", {"n": 3})])
    assert _numbers(table.query(KeyRange("p"))) == [1]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("0002", "0005", [2, 3, 4]),
        ("0002", "0002", []),
        ("0005", "0002", []),
        ("", "0002", [0, 1]),
        ("0007", "\U0010ffff", [7, 8, 9]),
        ("00021", "00041", [3, 4]),
        ("1", "2", []),
    ],
)
def test_a_range_holds_its_start_and_not_its_end(table: Table, start: str, end: str, expected: list[int]) -> None:
    """[start, end), in both directions, whether or not the bounds are keys."""
    table.put(_numbered(10))
    assert _numbers(table.query(KeyRange("p", start, end))) == expected
    assert _numbers(table.query(KeyRange("p", start, end, newest_first=True))) == expected[::-1]


@pytest.mark.parametrize(
    ("after", "forward", "backward"),
    [
        ("0004", [5, 6], [3, 2]),
        ("00045", [5, 6], [4, 3, 2]),
        ("0002", [3, 4, 5, 6], []),
        ("0001", [2, 3, 4, 5, 6], []),
        ("0006", [], [5, 4, 3, 2]),
        ("0007", [], [6, 5, 4, 3, 2]),
        ("0009", [], [6, 5, 4, 3, 2]),
        ("", [2, 3, 4, 5, 6], []),
    ],
)
def test_after_continues_behind_a_key_in_the_direction_of_the_walk(
    table: Table, after: str, forward: list[int], backward: list[int]
) -> None:
    """`after` is exclusive, need not exist, and may lie outside of the range."""
    table.put(_numbered(10))
    assert _numbers(table.query(KeyRange("p", "0002", "0007", after=after))) == forward
    assert _numbers(table.query(KeyRange("p", "0002", "0007", after=after, newest_first=True))) == backward


@pytest.mark.parametrize("limit", [0, 1, 4, 10, 11])
def test_a_limit_bounds_the_items_in_all(table: Table, limit: int) -> None:
    """The first so many in the direction of the walk; an end that is a key costs none of them."""
    table.put(_numbered(12))
    assert _numbers(table.query(KeyRange("p", "0001", "0011", limit=limit))) == list(range(1, 11))[:limit]
    newest = table.query(KeyRange("p", "0001", "0011", limit=limit, newest_first=True))
    assert _numbers(newest) == list(range(10, 0, -1))[:limit]


def test_a_range_of_several_pages_is_read_whole(table: Table) -> None:
    """2 MB, over DynamoDB's 1 MB a page, come back without loss or double; a limit holds across pages."""
    items = _numbered(21, size_bytes=100 * 1024)
    table.put(items)
    assert _numbers(table.query(KeyRange("p", consistent=True))) == list(range(21))
    assert _numbers(table.query(KeyRange("p", limit=15))) == list(range(15))
    assert _numbers(table.query(KeyRange("p", limit=15, newest_first=True))) == list(range(20, 5, -1))


def test_pages_joined_by_after_are_the_whole(table: Table) -> None:
    """Walking with `after` and a limit gives every item once."""
    table.put(_numbered(11))
    walked: list[Value] = []
    after = None
    while page := table.query(KeyRange("p", after=after, limit=3, newest_first=True)):
        walked += _numbers(page)
        after = page[-1].sk
    assert walked == list(range(10, -1, -1))


@pytest.mark.parametrize(
    ("condition", "on_stored", "on_absent"),
    [
        (Absent(), False, True),
        (AtMost("n", 5), True, True),
        (AtMost("n", 4), False, True),
        (AtMost("missing", 0), True, True),
        (AtMost("word", 9), False, True),
        (AtMost("nothing", 9), False, True),
        (Equals("n", 5), True, False),
        (Equals("n", 6), False, False),
        (Equals("word", "a"), True, False),
        (Equals("word", "b"), False, False),
        (Equals("flag", True), True, False),
        (Equals("flag", 1), False, False),
        (Equals("nothing", None), True, False),
        (Equals("missing", None), False, False),
    ],
)
def test_a_conditional_write_happens_exactly_if_the_condition_holds(
    table: Table, condition: Condition, on_stored: bool, on_absent: bool
) -> None:
    """put_if and update say whether they wrote, and what they say is what is there."""
    for write, key_of in ((_put_if, "put"), (_update, "update")):
        stored, absent = Key(key_of, "stored"), Key(key_of, "absent")
        table.put([Item(stored.pk, stored.sk, STORED.attributes)])
        assert write(table, stored, condition) is on_stored
        assert write(table, absent, condition) is on_absent
        assert _was_written(table, stored) is on_stored
        assert _was_written(table, absent) is on_absent


def _put_if(table: Table, key: Key, condition: Condition) -> bool:
    return table.put_if(Item(key.pk, key.sk, {"written": True}), condition)


def _update(table: Table, key: Key, condition: Condition) -> bool:
    return table.update(key, {"written": True}, condition)


def _was_written(table: Table, key: Key) -> bool:
    item = table.get(key, consistent=True)
    return item is not None and item.attributes.get("written") is True


def test_an_update_changes_only_what_it_names(table: Table) -> None:
    """Other attributes and the expiry stay; None is a value, not a removal."""
    table.put([Item("p", "s", {"a": 1, "b": 2}, expires_epoch_s=1_800_000_000)])
    assert table.update(Key("p", "s"), {"b": None, "c": "x"})
    assert table.get(Key("p", "s"), consistent=True) == Item("p", "s", {"a": 1, "b": None, "c": "x"}, 1_800_000_000)


def test_an_update_creates_what_is_absent(table: Table) -> None:
    """The new item has the changes and nothing else."""
    assert table.update(Key("p", "s"), {"a": 1})
    assert table.get(Key("p", "s"), consistent=True) == Item("p", "s", {"a": 1})


def test_an_update_can_move_the_expiry(table: Table) -> None:
    """`expires_at` among the changes becomes the item's expiry."""
    table.put([Item("p", "s", {"a": 1}, expires_epoch_s=1_800_000_000)])
    assert table.update(Key("p", "s"), {"expires_at": 1_900_000_000})
    assert table.get(Key("p", "s"), consistent=True) == Item("p", "s", {"a": 1}, 1_900_000_000)


def test_deleting_removes_the_item_and_nothing_else(table: Table) -> None:
    """Keys that are not there, and keys named twice, are no error."""
    table.put(_numbered(3))
    table.delete([Key("p", "0001"), Key("p", "absent"), Key("p", "0001")])
    assert _numbers(table.query(KeyRange("p", consistent=True))) == [0, 2]


def test_many_ranges_are_read_in_the_order_asked(table: Table) -> None:
    """Each range has its own items, an empty one has none."""
    table.put([Item(f"p{n}", "a", {"n": n}) for n in range(20)])
    asked = [KeyRange(f"p{n}") for n in (7, 99, 3, *range(20))]
    read = table.query_many(asked)
    assert [[item.attributes["n"] for item in items] for items in read] == [[7], [], [3], *([n] for n in range(20))]
    assert table.query_many([]) == []


def test_many_conditional_writes_hold_each_for_itself(table: Table) -> None:
    """One that fails keeps none of the others from being written."""
    table.put([Item("p", "taken", {"n": 1})])
    writes = [(Item("p", name, {"n": 2}), Absent()) for name in ("taken", "free", "other")]
    assert table.put_if_many(writes) == [False, True, True]
    assert [item.attributes["n"] for item in table.query(KeyRange("p"))] == [2, 2, 1]


def test_a_query_gives_only_the_attributes_that_are_wanted(table: Table) -> None:
    """Keys and expiry are always there, and what an item does not have is no error."""
    items = [Item("p", "a", {"name": 1, "bulk": b"x"}, expires_epoch_s=1_800_000_000), Item("p", "b", {"bulk": b"y"})]
    table.put(items)
    slim = [Item("p", "a", {"name": 1}, expires_epoch_s=1_800_000_000), Item("p", "b", {})]
    assert table.query(KeyRange("p", only=("name", "status"))) == slim
    assert table.query(KeyRange("p", only=())) == [Item("p", "a", {}, items[0].expires_epoch_s), slim[1]]
