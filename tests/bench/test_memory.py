"""The dictionaries that stand in for the ports answer as SQLite does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.memory import DelayingQueue, MemoryObjects, MemoryQueue, MemoryTable
from infra.local.sqlite_table import SqliteTable
from shared.base.clock import SteppingClock
from shared.base.errors import NotFound
from shared.store.ports import EXPIRES_AT, Absent, AtMost, Condition, Equals, Item, Key, KeyRange, ObjectRange, Table

SKS = ["a", "a#1", "a#2", "b", "é", "😀"]
_sk = st.sampled_from(SKS)
_item = st.builds(Item, st.just("p"), _sk, st.fixed_dictionaries({"n": st.integers(0, 3)}), st.sampled_from([None, 7]))
_condition: st.SearchStrategy[Condition] = st.one_of(
    st.just(Absent()),
    st.builds(AtMost, st.just("n"), st.integers(0, 3)),
    st.builds(Equals, st.just("n"), st.integers(0, 3)),
)
_range = st.builds(
    KeyRange,
    st.just("p"),
    start=st.sampled_from(["", *SKS]),
    end=st.sampled_from(["b", "\U0010ffff"]),
    newest_first=st.booleans(),
    after=st.one_of(st.none(), _sk),
    limit=st.one_of(st.none(), st.integers(1, 3)),
)
_changes = st.sampled_from([{"n": 2}, {"m": "x"}, {EXPIRES_AT: 9}, {EXPIRES_AT: None}])
_call: st.SearchStrategy[Callable[[Table], object]] = st.one_of(
    st.builds(lambda items: lambda table: table.put(items), st.lists(_item, max_size=4)),
    st.builds(lambda item, condition: lambda table: table.put_if(item, condition), _item, _condition),
    st.builds(lambda sk: lambda table: table.get(Key("p", sk)), _sk),
    st.builds(lambda key_range: lambda table: table.query(key_range), _range),
    st.builds(
        lambda sk, changes, condition: lambda table: table.update(Key("p", sk), changes, condition),
        _sk,
        _changes,
        st.one_of(st.none(), _condition),
    ),
    st.builds(lambda sk: lambda table: table.delete([Key("p", sk)]), _sk),
)


@given(st.lists(_call, max_size=12))
def test_a_table_in_memory_answers_as_one_in_sqlite(calls: list[Callable[[Table], object]]) -> None:
    """The same calls have the same answers, and leave the same items behind."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite, memory = SqliteTable(Path(folder) / "t"), MemoryTable()
        assert [call(memory) for call in calls] == [call(sqlite) for call in calls]
        assert memory.query(KeyRange("p")) == sqlite.query(KeyRange("p"))
        sqlite.close()


def test_a_table_that_is_cleared_is_empty() -> None:
    """What was copied is forgotten."""
    table = MemoryTable()
    table.put([Item("p", "s", {})])
    assert [item.sk for item in table.items()] == ["s"]
    table.clear()
    assert list(table.items()) == []


def test_objects_in_memory_are_found_by_key_range_and_prefix() -> None:
    """Whole, in part, copied, listed in order, and missing by name when they are gone."""
    objects = MemoryObjects()
    objects.put("b/2", b"two")
    objects.put("a/1", b"one")
    objects.copy("a/1", "b/1")
    assert objects.get_ranges([ObjectRange("b/2", 1, 9), ObjectRange("b/1", 0, 2)]) == [b"wo", b"on"]
    assert list(objects.list("b/")) == ["b/1", "b/2"]
    objects.delete(["a/1", "never"])
    with pytest.raises(NotFound, match="a/1"):
        objects.get("a/1")


def test_a_queue_in_memory_gives_each_message_once() -> None:
    """In order, as many at once as are asked for."""
    queue = MemoryQueue()
    for body in ("1", "2", "3"):
        queue.send(body, group="g")
    assert [message.body for message in queue.receive(2, 30)] == ["1", "2"]
    assert [message.body for message in queue.receive(2, 30)] == ["3"]
    assert queue.receive(2, 30) == []


def test_a_delay_is_waited_for_by_the_clock() -> None:
    """A message is received when its time has come, and counted as delayed until then."""
    clock = SteppingClock(0)
    queue = DelayingQueue(clock)
    queue.send("later", group="g", delay_s=45)
    queue.send("now", group="g")
    assert queue.depth() == (1, 1, 0, 0)
    assert [message.body for message in queue.receive(9, 30)] == ["now"]
    clock.advance(44)
    assert queue.receive(9, 30) == []
    clock.advance(1)
    assert [message.body for message in queue.receive(9, 30)] == ["later"]
    assert queue.depth() == (0, 0, 0, 0)
