"""Feedback on its way to its runs: in any order, cut in any way, delivered twice, or met halfway."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.base.ids import new_receipt
from shared.retention.periods import Periods
from shared.runs.fact import Envelope, Fact, FeedbackFact
from shared.store import keys
from shared.store.feedback import rows_of
from shared.store.ports import Item, Key, KeyRange, Table
from shared.store.questions import open_questions
from tests.api_traces import iso
from tests.operations import KEY_ID, WORKSPACE, envelope, uuid7
from tests.record_room import ALL_TIME, RecordRoom, agent_trace
from tests.stores import NOON_US

MS_US = 1_000


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """An empty room."""
    return RecordRoom(tmp_path)


def told(number: int, **said: object) -> Envelope:
    """A request with one feedback, received so many milliseconds after noon."""
    body: dict[str, Any] = {"key": "user", **said}
    fact = FeedbackFact(body["id"], body.get("run_id"), body.get("trace_id"), json.dumps(body).encode())
    return Envelope(new_receipt(NOON_US + number * MS_US), WORKSPACE, KEY_ID, [], feedback=[fact])


def seen(room: RecordRoom, trace: Sequence[Fact]) -> dict[str, Any]:
    """All feedback that a reader finds: by its runs, by id, in the list of the project, in the head."""
    runs = [fact.run_id for fact in trace if not fact.is_patch]
    of_runs = room.ask.feedbacks.of_runs(WORKSPACE, runs)
    [head] = room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME)
    return {
        "of_runs": {one.id: one for one in of_runs},
        "by_id": {one.id: room.ask.feedbacks.get(WORKSPACE, one.id) for one in of_runs},
        "listed": {one.id: one for one in room.ask.feedbacks.listed(WORKSPACE, room.project())},
        "head": sorted((one.run_id or "", one.key, one.score) for one in head.feedback or []),
    }


TRACE = agent_trace()
ROOT, TOOL = TRACE[0].run_id, TRACE[2].run_id
IDS = [uuid7(NOON_US) for _ in range(3)]
STORY = [
    told(1, id=IDS[0], run_id=ROOT, trace_id=ROOT, score=0, modified_at=iso(NOON_US - 3_000_000)),
    told(2, id=IDS[0], run_id=ROOT, trace_id=ROOT, score=1, modified_at=iso(NOON_US - 1_000_000)),
    told(3, id=IDS[0], run_id=ROOT, score=2, modified_at=iso(NOON_US - 2_000_000)),
    told(4, id=IDS[1], run_id=TOOL, score=0.5, created_at=iso(NOON_US - 5_000_000)),
    told(5, id=IDS[2], run_id=TOOL, trace_id=ROOT, score=True),
    envelope(TRACE[:3], NOON_US),
    envelope(TRACE[3:], NOON_US + MS_US),
]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_neither_order_nor_batches_nor_redelivery_matter(data: st.DataObject) -> None:
    """Runs and feedback may come in any order: what readers find in the end is the same."""
    order = data.draw(st.permutations(STORY)) + data.draw(st.lists(st.sampled_from(STORY), max_size=3))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    with tempfile.TemporaryDirectory() as folder:
        room = RecordRoom(Path(folder))
        for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
            assert room.take(*order[start:end]) == []
        found = seen(room, TRACE)
    assert {one: feedback.score for one, feedback in found["of_runs"].items()} == {
        IDS[0]: 1,
        IDS[1]: 0.5,
        IDS[2]: True,
    }
    assert found["of_runs"] == found["by_id"] == found["listed"]
    assert {one.trace_id for one in found["listed"].values()} == {ROOT}
    assert found["head"] == sorted([("", "user", 1), (TOOL, "user", 0.5), (TOOL, "user", True)])


class Interrupting:
    """A table to whose writing of a note, that feedback waits, something else comes first."""

    def __init__(self, table: Table, first: Callable[[], object]) -> None:
        self._table = table
        self._first = first

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever the table has
        """All else is the table's own."""
        return getattr(self._table, name)

    def put(self, items: Sequence[Item]) -> None:
        """Write, after what comes first."""
        if any(item.pk == keys.waiting_feedback(WORKSPACE) for item in items):
            self._first()
        self._table.put(items)


def test_a_run_that_arrives_while_its_feedback_begins_to_wait_gets_it(room: RecordRoom) -> None:
    """Recorded after feedback looked for it and before feedback says that it waits, it is looked for once more."""
    table = Interrupting(room.store.traces, lambda: room.take(*STORY[-2:]))
    store = dataclasses.replace(room.store, traces=table)
    feedbacks = open_questions(store, room.clock, Periods()).feedbacks
    given = feedbacks.create(WORKSPACE, IDS[0], {"key": "user", "run_id": TOOL, "score": 1}, new_receipt(NOON_US))
    assert given.trace_id == ROOT
    room.take(Envelope(new_receipt(NOON_US), WORKSPACE, KEY_ID, [], settle=[ROOT]))
    found = seen(room, TRACE)
    assert found["of_runs"] == found["by_id"] == found["listed"] == {IDS[0]: given}
    assert found["head"] == [(TOOL, "user", 1)]
    assert room.store.traces.query(KeyRange(keys.waiting_feedback(WORKSPACE))) == []


def test_a_batch_of_runs_that_nothing_waits_for_reads_one_range_more(room: RecordRoom) -> None:
    """However many runs: the hot path pays one small read a batch for feedback that comes early."""
    ranges: list[KeyRange] = []

    class Watched(Interrupting):
        def query(self, key_range: KeyRange) -> list[Item]:
            ranges.append(key_range)
            return self._table.query(key_range)

    store = dataclasses.replace(room.store, traces=Watched(room.store.traces, lambda: None))
    homes = open_questions(store, room.clock, Periods()).feedbacks.homes
    assert homes.waiting(WORKSPACE, {uuid7(NOON_US + number) for number in range(500)}) == set()
    assert len(ranges) == 1
    assert homes.waiting(WORKSPACE, set()) == set()
    assert len(ranges) == 1


def test_what_cannot_be_placed_is_listed_among_the_refused(room: RecordRoom) -> None:
    """Feedback on a project that is not there, or that an older room let through, spoils nothing beside it."""
    nowhere = told(1, id=IDS[0], session_id=uuid7(NOON_US))
    broken = Envelope(new_receipt(NOON_US), WORKSPACE, KEY_ID, [], feedback=[FeedbackFact(IDS[1], None, None, b"{}")])
    assert room.take(nowhere, broken, *STORY[-2:]) == []
    rows = room.store.traces.query(KeyRange(keys.rejects(WORKSPACE, NOON_US)))
    assert {row.attributes["where"] for row in rows} == {f"feedback.{IDS[0]}", f"feedback.{IDS[1]}"}
    assert room.trace(ROOT) is not None


def test_the_rows_of_feedback_can_be_found_to_be_erased(room: RecordRoom) -> None:
    """Beside its trace's own rows nothing is left of it but those that `rows_of` names."""
    room.take(*STORY)
    table = room.store.traces
    trace_rows = table.query(KeyRange(keys.trace(WORKSPACE, ROOT)))
    facts = [row for row in trace_rows if row.sk.startswith(keys.FEEDBACK)]
    table.delete([*rows_of(WORKSPACE, facts), *(Key(row.pk, row.sk) for row in trace_rows)])
    partitions = [keys.feedback_list(WORKSPACE, room.project()), keys.waiting_feedback(WORKSPACE)]
    partitions += [keys.feedback_places(WORKSPACE, one) for one in IDS]
    partitions += [keys.trace(WORKSPACE, one) for one in (ROOT, TOOL)]
    assert [row for pk in partitions for row in table.query(KeyRange(pk))] == []


def test_rows_of_feedback_end_with_their_trace(room: RecordRoom) -> None:
    """Given days later, they may be deleted when the trace's rows may, not later."""
    room.take(*STORY[-2:])
    room.clock.advance(10 * 86_400)
    late = told(10 * 86_400_000, id=IDS[0], run_id=ROOT, trace_id=ROOT, extend_trace_retention=False)
    room.take(late)
    stored = room.ask.traces.load(WORKSPACE, ROOT)
    assert stored is not None
    chunk_end = room.store.traces.query(KeyRange(keys.trace(WORKSPACE, ROOT), keys.CHUNK, limit=1))[0].expires_epoch_s
    listed = room.store.traces.query(KeyRange(keys.feedback_list(WORKSPACE, room.project())))
    assert [row.expires_epoch_s for row in [*stored.feedback, *listed]] == [chunk_end, chunk_end]
