"""What a trace is put by as is what it was: for every reader, however long after, whatever else comes of it."""

from __future__ import annotations

import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from functions.keep.app import build
from shared.base.units import S_PER_DAY, US_PER_DAY, US_PER_MINUTE, US_PER_S
from shared.retention.periods import deletable_epoch_s
from shared.runs.fact import Fact
from shared.store import keys
from shared.store.archives import MOST_CHUNKS, is_archive
from shared.store.chunks import LETTERS, chunk_of
from shared.store.ports import EXPIRES_AT, Item, Key, KeyRange, ObjectRange, Value
from shared.store.runlog import lengthened
from shared.store.segments import sealed, segment_name
from shared.store.upgrades import Task
from shared.store.walk import Window
from tests.erase_room import EraseRoom, marked_trace
from tests.functions.keep.test_keeper import seen, story
from tests.keep_room import KEEP_SETTINGS, KeepRoom, by_rule
from tests.operations import WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import ALL_TIME
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> KeepRoom:
    """An empty room."""
    return KeepRoom(tmp_path)


def talk(start_us: int = NOON_US) -> list[Fact]:
    """A trace of two runs, of which the inner one has inputs and outputs that a search looks into."""
    root = post(uuid7(start_us), start_us, name="agent", inputs={"q": "outer"}, tags=["prod"])
    tool = post(uuid7(start_us + 2000), start_us + 2000, root, name="search", inputs={"query": "inner needle"})
    ends = [patch(tool, start_us + 9000, outputs={"found": "thread"}), patch(root, start_us + US_PER_S)]
    return [root, tool, *ends]


def rows_of(room: KeepRoom, trace: list[Fact]) -> list[Item]:
    """The rows of a trace's chunks and archives."""
    pk = keys.trace(WORKSPACE, trace[0].run_id)
    return room.store.traces.query(KeyRange(pk, keys.CHUNK, keys.CHUNK + keys.LAST))


def logged(room: KeepRoom) -> dict[str, dict[str, Any]]:
    """What the log has of each run, but for where payloads lie."""
    return {
        run.id: {name: value for name, value in run.fields.items() if name != "project"}
        for minute in room.ask.log.minutes(WORKSPACE, room.project(), ALL_TIME)
        for run in minute.runs
    }


def watch_gets(room: KeepRoom) -> Counter[str]:
    """How often the room's questions fetch from objects, from now on."""
    counted: Counter[str] = Counter()
    objects = room.store.objects
    fetch = objects.get_ranges

    def counting(ranges: list[ObjectRange]) -> list[bytes]:
        counted["requests"] += 1
        counted["stretches"] += len(ranges)
        return fetch(ranges)

    objects.get_ranges = counting  # type: ignore[method-assign, assignment]
    return counted


def test_the_log_says_the_same_of_it_when_its_own_rows_are_gone(room: KeepRoom) -> None:
    """Every field of every run, previews of inner runs among them, which only the log has in the base tier."""
    trace, other = talk(), talk(NOON_US + 7)
    room.take(envelope([*trace[:2], *other], NOON_US), envelope(trace[2:], NOON_US + 3000))
    before = {run_id: said for run_id, said in logged(room).items() if run_id in {trace[0].run_id, trace[1].run_id}}
    assert "needle" in str(before)
    room.extend(trace[0].run_id)
    room.finish()
    assert logged(room).keys() > before.keys()
    room.let_days_pass(17)
    assert logged(room) == before


def test_a_young_trace_is_read_from_its_rows(room: KeepRoom) -> None:
    """At no GET, until they end; then by one, of the trace as of the log."""
    trace = talk()
    room.take(envelope(trace, NOON_US))
    room.extend(trace[0].run_id)
    room.finish()
    counted = watch_gets(room)
    assert room.ask.traces.load(WORKSPACE, trace[0].run_id) is not None
    assert len(logged(room)) == 2
    assert counted["requests"] == 0
    room.let_days_pass(17)
    assert room.ask.traces.load(WORKSPACE, trace[0].run_id) is not None
    assert counted["requests"] == 1
    assert len(logged(room)) == 2
    assert counted["requests"] == 2


def test_rows_that_are_deleted_late_are_not_read(room: KeepRoom) -> None:
    """They point into a segment of the base tier, which may be gone before them."""
    trace = story()
    room.take(envelope(trace, NOON_US))
    before = seen(room, trace)
    room.extend(trace[0].run_id)
    room.finish()
    room.clock.advance(15 * S_PER_DAY)
    room.store.objects.delete(list(room.store.objects.list("base/")))
    assert seen(room, trace) == before


def test_many_traces_of_one_time_are_fetched_together(room: KeepRoom) -> None:
    """Forty traces in as many minutes, put by together: a reader of all makes few requests, of the first page one."""
    traces = [talk(NOON_US + number * US_PER_MINUTE) for number in range(40)]
    for trace in traces:
        room.take(envelope(trace, NOON_US))
        room.extend(trace[0].run_id)
    room.finish()
    room.let_days_pass(17)
    segments = list(room.store.objects.list("extended/segments/"))
    assert len(segments) <= 4
    counted = watch_gets(room)
    assert len(logged(room)) == 80
    assert counted["requests"] <= 8
    minutes = room.ask.log.minutes(WORKSPACE, room.project(), ALL_TIME)
    counted.clear()
    assert len(next(minutes).runs) == 2
    assert counted == {"requests": 1, "stretches": 1}


def test_minutes_come_in_order_whichever_are_put_by(room: KeepRoom) -> None:
    """Newest or oldest first, from the beginning or from behind any run."""
    traces = [talk(NOON_US + number * US_PER_MINUTE) for number in range(12)]
    room.take(*(envelope(trace, NOON_US) for trace in traces))
    for trace in traces[::3]:
        room.extend(trace[0].run_id)
    room.finish()
    kept = [trace[0].run_id for trace in traces[::3]]
    for days, expected in ((0, [trace[0].run_id for trace in traces]), (17, kept)):
        room.let_days_pass(days)
        for newest_first in (True, False):
            window = Window(0, 1 << 53, newest_first=newest_first)
            runs = [run for one in room.ask.log.minutes(WORKSPACE, room.project(), window) for run in one.runs]
            roots = [run.id for run in runs if run.id == run.trace_id]
            assert roots == (expected[::-1] if newest_first else expected)


def test_a_request_that_comes_again_changes_nothing(room: KeepRoom) -> None:
    """Its chunk is written again, long after its row was put by and deleted: no run is there twice, nothing is lost."""
    trace = story()
    first = envelope(trace, NOON_US)
    room.take(first)
    before = seen(room, trace)
    room.extend(trace[0].run_id)
    room.finish()
    for days in (3, 10, 20):
        room.let_days_pass(days)
        room.take(first)
        room.finish()
        assert seen(room, trace) == before
    [head] = room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME)
    assert (head.tier, head.runs, head.chunks) == ("extended", 2, 1)


def test_what_comes_a_hundred_days_later_is_merged_with_it(room: KeepRoom) -> None:
    """The head counts all runs, and nothing that was said long ago is lost."""
    trace = talk()
    room.take(envelope(trace, NOON_US))
    room.extend(trace[0].run_id)
    room.finish()
    room.let_days_pass(100)
    late_us = room.clock.now_us()
    late = post(uuid7(late_us), late_us, trace[0], name="late", inputs={"q": "late"})
    room.take(envelope([late, patch(late, late_us, error="late"), patch(trace[0], late_us, tags=["done"])], late_us))
    room.finish()
    for days in (0, 20, 270):
        room.let_days_pass(days)
        read = room.trace(trace[0].run_id)
        assert read is not None
        assert read.root is not None
        assert (len(read.runs), read.root.tags, read.root.name) == (3, ["done"], "agent")
        [head] = room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME)
        assert (head.runs, head.failed_runs) == (3, 1)
        assert len(logged(room)) == 3


def test_one_trace_that_cannot_be_moved_leaves_the_others_alone(room: KeepRoom) -> None:
    """Traces are asked for by one message; that which fails is buried with its reason, and no other."""
    traces = [story(NOON_US + number) for number in range(3)]
    for trace in traces:
        room.take(envelope(trace, NOON_US))
    lost = next(iter(room.store.objects.list("base/segments/")))
    broken = next(t[0].run_id for t in traces if any(chunk_of(row).segment == lost for row in rows_of(room, t)))
    room.store.objects.delete([lost])
    ids = [trace[0].run_id for trace in traces]
    for one in ids:
        room.upgrades.set_fate(WORKSPACE, one, by_rule(NOON_US))
    task = Task(WORKSPACE, ids[0], is_settled=True, makes_head=False, others=tuple(ids[1:]))
    record: dict[str, Any] = {"messageId": "m", "body": msgspec.json.encode(task).decode()}
    for attempt in (1, KEEP_SETTINGS.max_attempts):
        record["attributes"] = {"ApproximateReceiveCount": str(attempt)}
        assert room.keep({"Records": [record]}, None)["batchItemFailures"] == []
    while messages := room.store.upgrades.receive(10, 60):
        for message in messages:
            count = {"ApproximateReceiveCount": str(KEEP_SETTINGS.max_attempts)}
            room.keep({"Records": [{"messageId": message.id, "body": message.body, "attributes": count}]}, None)
        room.store.upgrades.delete([one.handle for one in messages])
    assert {t[0].run_id: any(map(is_archive, rows_of(room, t))) for t in traces} == {i: i != broken for i in ids}
    assert room.store.upgrades.depth().dead > 0


def test_a_trace_of_very_many_requests_has_several_archives(room: KeepRoom) -> None:
    """A row is of bounded size; each chunk is in one of them."""
    trace = talk()
    room.take(envelope(trace, NOON_US))
    more = [post(uuid7(NOON_US + n), NOON_US + n, trace[0], name=f"n{n}") for n in range(MOST_CHUNKS + 3)]
    for begin in range(0, len(more), 100):
        room.take(*(envelope([one], NOON_US + 5000) for one in more[begin : begin + 100]))
    room.extend(trace[0].run_id)
    room.finish()
    assert sum(map(is_archive, rows_of(room, trace))) == 2
    room.let_days_pass(17)
    read = room.trace(trace[0].run_id)
    assert read is not None
    assert len(read.runs) == len(logged(room)) == 2 + len(more)


def test_what_an_earlier_version_moved_stays_readable(room: KeepRoom) -> None:
    """It set the ends of the chunks' rows and of the log's, which named a segment of the extended prefix."""
    trace, other = story(), story(NOON_US + 7)
    room.take(envelope([*trace, *other], NOON_US))
    before = seen(room, trace)
    room.upgrades.set_fate(WORKSPACE, trace[0].run_id, by_rule(NOON_US))
    _move_as_before(room, trace)
    room.upgrades.send(Task(WORKSPACE, trace[0].run_id))
    room.finish()
    assert not any(map(is_archive, rows_of(room, trace)))
    for days in (0, 17, 380):
        room.let_days_pass(days)
        assert seen(room, trace) == before


def _move_as_before(room: KeepRoom, trace: list[Fact]) -> None:
    ends_us = NOON_US + 400 * US_PER_DAY
    for row in rows_of(room, trace):
        chunk = chunk_of(row)
        [frame] = room.store.objects.get_ranges([ObjectRange(chunk.segment or "", chunk.offset, chunk.length)])
        key = keys.segment("extended", WORKSPACE, segment_name(NOON_US, {chunk.receipt}))
        room.store.objects.put(key, sealed([(trace[0].run_id, frame)]))
        place: dict[str, Value] = {LETTERS["segment"]: key, LETTERS["offset"]: 0}
        room.store.traces.update(Key(row.pk, row.sk), {EXPIRES_AT: deletable_epoch_s(ends_us), **place})
    log = room.store.traces.query(KeyRange(keys.log(WORKSPACE, room.project(), NOON_US, 0)))
    longer = [new for row in log if (new := lengthened(row, {trace[0].run_id: ends_us})) is not None]
    room.store.traces.put(longer)


def test_a_trace_that_was_put_by_long_ago_is_erased(tmp_path: Path) -> None:
    """When its own rows are gone: not a byte of it is left, and its neighbour in the segment is whole."""
    room = EraseRoom(tmp_path / uuid.uuid4().hex)
    keep = build(KEEP_SETTINGS, room.store, room.clock)
    gone, kept = marked_trace("GONE", bulk=900), marked_trace("KEPT", NOON_US + 5, bulk=900)
    room.take(envelope([*gone, *kept], NOON_US))
    ids = [gone[0].run_id, kept[0].run_id]
    for one in ids:
        room.ask.upgrades.set_fate(WORKSPACE, one, by_rule(NOON_US))
    task = Task(WORKSPACE, ids[0], is_settled=True, others=(ids[1],))
    record = {
        "messageId": "m",
        "body": msgspec.json.encode(task).decode(),
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    assert keep({"Records": [record]}, None)["batchItemFailures"] == []
    room.clock.advance(20 * S_PER_DAY)
    stores: Any = room.store
    stores.traces.expire(room.clock.now_us() // US_PER_S)
    asked = room.ask_to_erase([ids[0]])
    room.finish()
    removed = room.removed(asked)
    assert (room.left("GONE"), removed.chunks, removed.heads) == ([], 1, 0)
    assert removed.payload_bytes > 0
    assert room.trace(ids[0]) is None
    assert room.seen(ids[1])["runs"][ids[1]][4]["inputs"]["question"] == "KEPT"
    assert sum(len(minute.runs) for minute in room.ask.log.minutes(WORKSPACE, room.project(), ALL_TIME)) == 2


def test_what_the_log_does_not_have_yet_is_put_by_later(room: KeepRoom) -> None:
    """`record` died between a chunk and its log row, and comes again: no preview is lost. Never again: it is put by."""
    trace, other = talk(), talk(NOON_US + 7)
    first, second = envelope(trace, NOON_US), envelope(other, NOON_US)
    room.take(first, second)
    before = logged(room)
    rows = [
        row
        for shard in range(2)
        for row in room.store.traces.query(KeyRange(keys.log(WORKSPACE, room.project(), NOON_US, shard)))
    ]
    room.store.traces.delete([Key(row.pk, row.sk) for row in rows])
    for one in (trace, other):
        room.extend(one[0].run_id)
    for _ in range(3):
        room.work()
        room.clock.advance(KEEP_SETTINGS.settle_s)
    assert not any(is_archive(row) for one in (trace, other) for row in rows_of(room, one))
    room.take(first)
    room.clock.advance(900)
    room.work()
    assert [any(map(is_archive, rows_of(room, one))) for one in (trace, other)] == [True, False]
    room.clock.advance(S_PER_DAY)
    room.work()
    room.let_days_pass(17)
    after = logged(room)
    assert after.keys() == before.keys()
    assert [after[run.run_id] for run in trace[:2]] == [before[run.run_id] for run in trace[:2]]
    assert room.ask.traces.load(WORKSPACE, other[0].run_id) is not None


def test_a_trace_that_is_born_to_it_is_put_by_whole_however_it_comes(room: KeepRoom) -> None:
    """Whether its requests come at once or days apart, before it was put by, behind that, or when it is old."""
    project = room.ask.projects.resolve(WORKSPACE, None)
    room.ask.projects.change(project.in_tier("extended", room.clock.now_us()))
    trace = story()
    room.take(envelope(trace[:1], NOON_US))
    parts = [trace[1:2], trace[2:3], trace[3:]]
    for part, days in zip(parts, (0, 3, 12), strict=True):
        room.let_days_pass(days)
        room.take(envelope(part, room.clock.now_us()))
        room.finish()
    before = seen(room, trace)
    assert len(before["payloads"]) == len(before["log"]) == 2
    for days in (5, 20, 350):
        room.let_days_pass(days)
        assert seen(room, trace) == before
    assert list(room.store.objects.list("base/")) == []
