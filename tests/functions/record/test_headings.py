"""Heads of traces whose root comes late: listed at once, and never twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions.record.app import build
from functions.record.summary import head_of
from infra.local.sqlite_queue import SqliteQueue
from shared.base.units import US_PER_DAY
from shared.pricing.prices import PriceTable
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope, Fact
from shared.store import keys
from shared.store.heads import Head
from shared.store.ports import Condition, Item, Key
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import ALL_TIME, SETTINGS, RecordRoom, agent_trace
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """A fresh record room."""
    return RecordRoom(tmp_path)


def span(start_us: int) -> Fact:
    """A run as OpenTelemetry tells it: its place names only itself, not where the trace began."""
    return post(uuid7(start_us), start_us)


def heads(room: RecordRoom, *projects: str) -> list[Head]:
    """All heads of these projects."""
    return [head for name in projects for head in room.ask.heads.walk(WORKSPACE, room.project(name), ALL_TIME)]


def under(trace_id: str, facts: Sequence[Fact], now_us: int, project: str | None = None) -> Envelope:
    """One request with facts of a trace whose id their places do not name."""
    made = envelope(facts, now_us, project)
    for group in made.groups:
        group.trace_id = trace_id
    return made


def test_a_trace_without_its_root_is_listed_once_however_many_requests_come(room: RecordRoom) -> None:
    """It stands where its first run put it, and counts all that came."""
    trace_id = uuid7(NOON_US)
    for n in (3, 1, 2):
        room.take(under(trace_id, [span(NOON_US + n * US_PER_DAY)], NOON_US + n * 1000))
    (head,) = heads(room, "default")
    assert (head.trace_id, head.runs, head.root.status) == (trace_id, 3, "pending")


def test_the_root_takes_the_provisional_head_back(room: RecordRoom) -> None:
    """Another start and another project than its children's: one head, where the root says."""
    trace_id = uuid7(NOON_US)
    room.take(under(trace_id, [span(NOON_US + 2 * US_PER_DAY)], NOON_US, "name:children"))
    root = post(trace_id, NOON_US, name="root")
    room.take(envelope([root, patch(root, NOON_US + 5)], NOON_US + 1000, "name:roots"))
    (head,) = heads(room, "children", "roots")
    assert (head.root.name, head.project, head.runs) == ("root", room.project("roots"), 2)
    assert room.store.traces.get(Key(keys.trace(WORKSPACE, trace_id), keys.PROVISIONAL_HEAD)) is None


class Interrupted:
    """A table that lets another worker act once, just before the first write that `is_moment` picks."""

    def __init__(self, table: Any, is_moment: Callable[[str, str], bool], act: Callable[[], object]) -> None:  # noqa: ANN401
        self._table = table
        self._is_moment = is_moment
        self._act = act
        self.has_acted = False

    def put(self, items: Sequence[Item]) -> None:
        """As Table."""
        self._maybe("put", items)
        self._table.put(items)

    def put_if_many(self, writes: Sequence[tuple[Item, Condition]]) -> list[bool]:
        """As Table."""
        self._maybe("put_if_many", [item for item, _ in writes])
        done: list[bool] = self._table.put_if_many(writes)
        return done

    def _maybe(self, step: str, items: Sequence[Item]) -> None:
        if not self.has_acted and any(self._is_moment(step, item.sk) for item in items):
            self.has_acted = True
            self._act()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Everything else is the table's own."""
        return getattr(self._table, name)


@pytest.mark.parametrize(
    "is_moment",
    [
        pytest.param(lambda step, sk: step == "put" and sk == keys.PROVISIONAL_HEAD, id="before the note"),
        pytest.param(lambda step, _: step == "put_if_many", id="before the provisional head"),
    ],
)
def test_a_root_that_arrives_in_between_leaves_one_head(tmp_path: Path, is_moment: Callable[[str, str], bool]) -> None:
    """Another worker records the root while the first is about to list the trace without it."""
    trace_id = uuid7(NOON_US)
    room = RecordRoom(tmp_path)
    arrives = envelope([post(trace_id, NOON_US, name="root")], NOON_US + 1000)
    table = Interrupted(room.store.traces, is_moment, lambda: room.take(arrives))
    slow = build(SETTINGS, dataclasses.replace(room.store, traces=table), room.clock)
    child = under(trace_id, [span(NOON_US + 2 * US_PER_DAY)], NOON_US)
    record = {"messageId": "1", "body": pack_envelope(child), "attributes": {"ApproximateReceiveCount": "1"}}
    assert slow({"Records": [record]}, None) == {"batchItemFailures": []}
    assert table.has_acted
    (head,) = heads(room, "default")
    assert (head.root.name, head.runs) == ("root", 2)


def test_a_large_trace_that_still_runs_asks_for_no_head_later(room: RecordRoom) -> None:
    """Only after its end do late facts of it ask for one; else each batch of a long trace would read all of it."""
    root = post(uuid7(NOON_US), NOON_US, name="root")
    room.take(envelope([root], NOON_US))
    for n in range(1, 70):
        room.take(envelope([post(uuid7(NOON_US + n), NOON_US + n, root)], NOON_US + n * 1000))
    assert delayed(room) == 0
    room.take(envelope([patch(root, NOON_US + 100)], NOON_US + 100_000))
    room.take(envelope([post(uuid7(NOON_US + 99), NOON_US + 99, root)], NOON_US + 101_000))
    assert delayed(room) == 1


def delayed(room: RecordRoom) -> int:
    """How many messages are on their way back to the room."""
    queue = room.store.operations
    assert isinstance(queue, SqliteQueue)
    return queue.depth().delayed


def test_a_head_is_what_the_stored_chunks_give(room: RecordRoom) -> None:
    """However it was made: of facts at hand, of some at hand and some read, of a message that came twice."""
    facts = agent_trace()
    first, second = envelope(facts[:3], NOON_US), envelope(facts[3:], NOON_US + 1_000)
    for batch in ([first], [second], [first, second], [second, second]):
        room.take(*batch)
        stored = room.ask.traces.load(WORKSPACE, facts[0].run_id)
        assert stored is not None
        made, _ = head_of(stored, PriceTable.load(), {})
        assert msgspec.to_builtins(heads(room, "default")) == msgspec.to_builtins([made])
