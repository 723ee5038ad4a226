"""Recording: what arrives, in any order and any number of times, is the same trace and the same lists."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.base.ids import new_receipt
from shared.base.units import US_PER_DAY, US_PER_HOUR, US_PER_S
from shared.runs.codec import compress, pack_envelope, pack_facts, unpack_envelope
from shared.runs.fact import Envelope, Fact, Group
from shared.store import keys
from shared.store.feed import entries
from shared.store.ports import Item, Key, KeyRange
from shared.store.rejects import rejected_operations
from shared.store.threads import Threads
from tests.operations import KEY_ID, WORKSPACE, envelope, patch, post, uuid7
from tests.record_room import ALL_TIME, SETTINGS, RecordRoom, agent_trace
from tests.stores import NOON_US

One = TypeVar("One")


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """A fresh record room."""
    return RecordRoom(tmp_path)


def cut(facts: Sequence[One], sizes: Sequence[int]) -> Iterator[list[One]]:
    """The facts (or requests) in consecutive pieces of these sizes; what is left over is the last piece."""
    begin = 0
    for size in sizes:
        yield list(facts[begin : begin + size])
        begin += size
    yield list(facts[begin:])


def test_a_trace_comes_out_as_it_went_in(room: RecordRoom) -> None:
    """One request with a whole trace is readable as a trace, a head, log entries and a failure."""
    facts = agent_trace()
    assert room.take(envelope(facts, NOON_US)) == []
    trace = room.trace(facts[0].run_id)
    assert trace is not None
    assert [run.name for run in trace.in_order] == ["agent", "gpt", "search"]
    assert [run.status for run in trace.in_order] == ["success", "success", "error"]
    assert trace.in_order[0].tags == ["prod", "done"]
    seen = room.seen(facts[0].run_id)
    assert seen["heads"][0][1:5] == ("agent", "success", 3, 1)
    assert seen["failed"] == {facts[2].run_id}
    assert seen["log"].keys() == seen["runs"].keys()


def test_a_trace_never_goes_to_a_deleted_project(room: RecordRoom) -> None:
    """The first trace after a project was deleted makes the project anew, though the room has just used the old one."""
    old, new = agent_trace(), agent_trace()
    room.take(envelope(old, NOON_US))
    deleted = room.ask.projects.delete(WORKSPACE, room.project())
    room.take(envelope(new, NOON_US))
    stored = room.ask.traces.load(WORKSPACE, new[0].run_id)
    assert stored is not None
    assert {chunk.project for chunk in stored.chunks} == {room.project()}
    assert room.project() != deleted.id


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shuffled=st.data())
def test_order_batches_and_repetition_do_not_matter(tmp_path: Path, shuffled: st.DataObject) -> None:
    """Facts shuffled, cut into requests anyhow, delivered in any order and twice: the same trace and lists.

    Receipts stay with the facts' own order, as they would for a client that sent them one after another.
    """
    facts = agent_trace()
    expected = RecordRoom(tmp_path / uuid.uuid4().hex)
    expected.take(envelope(facts, NOON_US))

    pieces = [piece for piece in cut(facts, shuffled.draw(st.lists(st.integers(1, 3), max_size=5))) if piece]
    requests = [envelope(piece, NOON_US + index * 1000) for index, piece in enumerate(pieces)]
    repeated = shuffled.draw(st.lists(st.sampled_from(requests), max_size=3))
    deliveries = shuffled.draw(st.permutations(requests + repeated))
    batches = [batch for batch in cut(deliveries, shuffled.draw(st.lists(st.integers(1, 4), max_size=4))) if batch]
    actual = RecordRoom(tmp_path / uuid.uuid4().hex)
    for batch in batches:
        assert actual.take(*batch) == []
    assert actual.seen(facts[0].run_id) == expected.seen(facts[0].run_id)


def test_a_small_batch_stays_in_the_table_and_a_large_one_becomes_one_segment(room: RecordRoom) -> None:
    """Payloads below the limit need no object; above it there is one object for the whole batch."""
    room.take(envelope(agent_trace(), NOON_US))
    assert list(room.store.objects.list("base/segments/")) == []
    large = [
        post(uuid7(NOON_US), NOON_US, inputs={"text": uuid.uuid4().hex * 300 + "".join(map(str, range(5000)))})
        for _ in range(2)
    ]
    room.take(*(envelope([fact], NOON_US) for fact in large))
    assert len(list(room.store.objects.list("base/segments/"))) == 1
    for fact in large:
        trace = room.trace(fact.run_id)
        assert trace is not None
        assert room.payload_texts(trace.runs[fact.run_id].fields)["inputs"] == fact.fields["inputs"]


def test_a_redelivered_message_in_another_batch_does_not_spoil_the_others(room: RecordRoom) -> None:
    """A and B share a segment; when A comes again with C, B still reads its own bytes."""
    one, two, three = (
        envelope([post(uuid7(NOON_US), NOON_US, inputs={"text": [uuid.uuid4().hex for _ in range(500)]})], NOON_US)
        for _ in range(3)
    )
    room.take(one, two)
    before = {item.groups[0].trace_id: room.seen(str(item.groups[0].trace_id))["runs"] for item in (one, two)}
    room.take(one, three)
    for trace_id, runs in before.items():
        assert room.seen(str(trace_id))["runs"] == runs


def test_everything_has_an_end_from_its_first_write(room: RecordRoom) -> None:
    """No row of the high-volume table is without expiry, and none goes before its trace has ended."""
    facts = agent_trace()
    room.take(envelope(facts, NOON_US))
    table: Any = room.store.traces
    assert table.expire((NOON_US + 14 * US_PER_DAY) // US_PER_S) == 0
    assert room.trace(facts[0].run_id) is not None
    room.clock.advance(14 * 86_400)
    assert room.trace(facts[0].run_id) is None
    assert list(room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME)) == []
    table.expire((NOON_US + 500 * US_PER_DAY) // US_PER_S)
    everything = room.store.traces.query(KeyRange(keys.trace(WORKSPACE, facts[0].run_id)))
    assert everything == []


def test_a_late_operation_does_not_prolong_its_trace(room: RecordRoom) -> None:
    """What comes ten days later ends with its trace, also after the first chunk is physically gone."""
    facts = agent_trace()
    room.take(envelope(facts[:3], NOON_US))
    room.clock.advance(10 * 86_400)
    room.take(envelope(facts[3:], room.clock.now_us()))
    trace = room.trace(facts[0].run_id)
    assert trace is not None
    assert trace.in_order[0].status == "success"
    room.clock.advance(4 * 86_400)
    assert room.trace(facts[0].run_id) is None
    first = min(room.store.traces.query(KeyRange(keys.trace(WORKSPACE, facts[0].run_id))), key=lambda item: item.sk)
    room.store.traces.delete([Key(first.pk, first.sk)])
    assert room.trace(facts[0].run_id) is None


def test_what_comes_for_an_expired_trace_is_listed_as_refused(room: RecordRoom) -> None:
    """An update after the trace's end is not lost in silence."""
    facts = agent_trace()
    room.take(envelope(facts[:3], NOON_US))
    room.clock.advance(15 * 86_400)
    room.take(envelope(facts[5:], room.clock.now_us()))
    refused = rejected_operations(room.store.traces, WORKSPACE, room.clock.now_us(), 10)
    assert [one.run_id for one in refused] == [facts[0].run_id]
    assert "expired" in refused[0].reason


def unplaced(run_id: str, *, is_patch: bool, receipt: str, **fields: object) -> Envelope:
    """A request with one operation that names no trace."""
    facts = [Fact(run_id, is_patch, fields)]
    group = Group(None, None, pack_facts(facts), 0 if is_patch else 1, compress(b""), raw_length=0)
    return Envelope(receipt, WORKSPACE, KEY_ID, [group])


def test_an_update_without_a_trace_finds_its_run(room: RecordRoom) -> None:
    """PATCH /runs/{id} of a child with a UUIDv4 and of one with a UUIDv7, with nothing else said."""
    root = post(uuid7(NOON_US), NOON_US)
    children = [post(str(uuid.uuid4()), NOON_US + 5, root), post(uuid7(NOON_US + 9000), NOON_US + 9000, root)]
    room.take(envelope([root, *children], NOON_US))
    for child in children:
        room.take(unplaced(child.run_id, is_patch=True, receipt=new_receipt(NOON_US + 1000), end_us=NOON_US + 7))
    trace = room.trace(root.run_id)
    assert trace is not None
    assert {trace.runs[child.run_id].end_us for child in children} == {NOON_US + 7}


def test_an_update_that_comes_before_its_run_waits_for_it(room: RecordRoom) -> None:
    """It goes back on the queue with a delay, under its own receipt, and is recorded when the run is there."""
    root = post(uuid7(NOON_US), NOON_US)
    child = post(str(uuid.uuid4()), NOON_US + 5, root)
    early = unplaced(child.run_id, is_patch=True, receipt=new_receipt(NOON_US), end_us=NOON_US + 7)
    assert room.take(early) == []
    room.take(envelope([root, child], NOON_US + 1000))
    (message,) = room.store.operations.receive(10, 30, wait_s=3)
    assert unpack_envelope(message.body).receipt == early.receipt
    room.deliver([message.body])
    trace = room.trace(root.run_id)
    assert trace is not None
    assert trace.runs[child.run_id].end_us == NOON_US + 7


def test_an_update_whose_run_never_comes_is_listed_as_refused(room: RecordRoom) -> None:
    """After its last try the owner finds it among the rejects, with the reason."""
    lost = unplaced(str(uuid.uuid4()), is_patch=True, receipt=new_receipt(NOON_US), end_us=1)
    lost.tries = 10
    room.take(lost)
    (refused,) = rejected_operations(room.store.traces, WORKSPACE, NOON_US, 10)
    assert "never created" in refused.reason


def test_a_child_without_a_place_is_put_under_its_parent(room: RecordRoom) -> None:
    """POST /runs with a parent_run_id only: the trace and the place are the parent's."""
    root = post(uuid7(NOON_US), NOON_US)
    room.take(envelope([root], NOON_US))
    child = str(uuid.uuid4())
    said = {"parent_run_id": root.run_id, "start_us": NOON_US + 3, "name": "child"}
    room.take(unplaced(child, is_patch=False, receipt=new_receipt(NOON_US + 1000), **said))
    trace = room.trace(root.run_id)
    assert trace is not None
    assert trace.runs[child].parent_run_ids == [root.run_id]


def test_poison_is_buried_with_its_reason_and_harms_nothing_beside_it(room: RecordRoom) -> None:
    """A message that is no envelope goes to the dead letters at once; the valid one beside it is recorded."""
    facts = agent_trace()
    assert room.deliver(["not an envelope", pack_envelope(envelope(facts, NOON_US))]) == []
    assert room.trace(facts[0].run_id) is not None
    queue: Any = room.store.operations
    (dead,) = queue.list_dead()
    assert "not an envelope" in dead.reason


def test_a_message_that_keeps_failing_comes_again_and_is_buried_at_last(room: RecordRoom) -> None:
    """Damaged frames fail; only that message comes again, and after its last attempt it is buried."""
    facts = agent_trace()
    broken = envelope(facts, NOON_US)
    broken.groups[0].facts = b"\x01damaged"
    good = agent_trace(NOON_US + 5)
    assert room.take(broken, envelope(good, NOON_US)) == ["0"]
    assert room.trace(good[0].run_id) is not None
    assert room.take(broken, attempt=SETTINGS.max_attempts) == []
    queue: Any = room.store.operations
    assert len(queue.list_dead()) == 1


def test_another_workspaces_trace_of_the_same_id_is_apart(room: RecordRoom) -> None:
    """The same ids in two workspaces are two traces."""
    facts = agent_trace()
    other = envelope(facts, NOON_US)
    other.workspace = str(uuid.uuid4())
    room.take(other)
    assert room.trace(facts[0].run_id) is None


def test_the_feed_names_what_was_touched_and_when_it_was_first_received(room: RecordRoom) -> None:
    """Two requests on one trace give two entries with the same birth."""
    facts = agent_trace()
    room.take(envelope(facts[:3], NOON_US))
    room.take(envelope(facts[3:], NOON_US + US_PER_HOUR))
    fed = list(entries(room.store.traces, WORKSPACE, NOON_US, NOON_US + 2 * US_PER_HOUR))
    assert [entry.touched[0].trace_id for entry in fed] == [facts[0].run_id] * 2
    assert {entry.touched[0].born_us for entry in fed} == {NOON_US}


def test_a_turn_of_a_thread_is_written_once_however_often_it_is_named(
    room: RecordRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The create and the update of a root both carry its metadata; one row says which thread it is in."""
    written: list[str] = []
    root = post(uuid7(NOON_US), NOON_US, extra={"metadata": {"thread_id": "talk"}})
    put = room.store.traces.put

    def watched(items: Sequence[Item]) -> None:
        written.extend(item.pk for item in items)
        put(items)

    monkeypatch.setattr(room.store.traces, "put", watched)
    room.take(envelope([root], NOON_US))
    room.take(envelope([patch(root, NOON_US + 5, extra={"metadata": {"thread_id": "talk"}})], NOON_US + 1000))
    assert sum("#thread#" in pk for pk in written) == 1
    turns = Threads(room.store.traces).turns(WORKSPACE, room.project(), "talk", ALL_TIME)
    assert [turn.run_id for turn in turns] == [root.run_id]
