"""What is being erased is in no answer, from the moment that it is hidden, though every row of it is still there."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.store.erased import Erased, packed, part_item, set_tombstones, tombstone_key, unpacked
from shared.store.ports import Key
from tests.operations import WORKSPACE, envelope
from tests.record_room import ALL_TIME, RecordRoom, agent_trace
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """A fresh record room."""
    return RecordRoom(tmp_path)


def listed(room: RecordRoom) -> tuple[set[str], set[str], set[str]]:
    """The traces that heads, the log and the failures name."""
    project = room.project()
    minutes = room.ask.log.minutes(WORKSPACE, project, ALL_TIME)
    return (
        {head.trace_id for head in room.ask.heads.walk(WORKSPACE, project, ALL_TIME)},
        {run.trace_id for minute in minutes for run in minute.runs},
        {failure.trace_id for failure in room.ask.failures.walk(WORKSPACE, project, ALL_TIME)},
    )


def test_a_hidden_trace_is_in_no_answer_and_its_neighbour_in_each(room: RecordRoom) -> None:
    """By id, among many, in heads, log and failures; and it is back when nobody hides it any more."""
    gone, kept = agent_trace(), agent_trace(NOON_US + 5)
    room.take(envelope([*gone, *kept], NOON_US))
    ids = [gone[0].run_id, kept[0].run_id]
    part = part_item(WORKSPACE, "e", 0, ids[:1], NOON_US)
    room.store.traces.put([part])
    assert room.trace(ids[0]) is None
    assert room.ask.traces.load_many(WORKSPACE, ids).keys() == {ids[1]}
    assert listed(room) == ({ids[1]}, {ids[1]}, {ids[1]})
    room.store.traces.delete([Key(part.pk, part.sk)])
    assert listed(room) == (set(ids), set(ids), set(ids))


def test_a_trace_is_hidden_in_its_own_workspace_alone(room: RecordRoom) -> None:
    """Another workspace that names the same id hides nothing here."""
    facts = agent_trace()
    room.take(envelope(facts, NOON_US))
    room.store.traces.put([part_item(str(uuid.uuid4()), "e", 0, [facts[0].run_id], NOON_US)])
    assert room.trace(facts[0].run_id) is not None


def test_under_a_tombstone_nothing_is_read(room: RecordRoom) -> None:
    """When readers have forgotten the erasure, what comes late is there for `record` and for nobody else."""
    facts = agent_trace()
    room.take(envelope(facts, NOON_US))
    set_tombstones(room.store.traces, WORKSPACE, "e", [facts[0].run_id], NOON_US)
    assert room.trace(facts[0].run_id) is None
    stored = room.ask.traces.stored(WORKSPACE, facts[0].run_id)
    assert stored is not None
    assert stored.erased_by == "e"


def test_the_first_erasure_stays_named(room: RecordRoom) -> None:
    """A second one does not take over what the first one counts."""
    trace_id = agent_trace()[0].run_id
    for erasure in ("first", "second"):
        set_tombstones(room.store.traces, WORKSPACE, erasure, [trace_id], NOON_US)
    tombstone = room.store.traces.get(tombstone_key(WORKSPACE, trace_id))
    assert tombstone is not None
    assert tombstone.attributes["by"] == "first"


def test_a_project_is_told_by_the_first_chunk(room: RecordRoom) -> None:
    """Of what was never here, nothing."""
    facts = agent_trace()
    room.take(envelope(facts, NOON_US))
    asked = [facts[0].run_id, str(uuid.uuid4())]
    assert room.ask.traces.projects_of(WORKSPACE, asked) == {facts[0].run_id: room.project()}


@given(st.lists(st.uuids().map(str)))
def test_ids_come_out_as_they_were_packed(ids: list[str]) -> None:
    """Sixteen bytes each, in their order."""
    assert unpacked(packed(ids)) == ids
    assert len(packed(ids)) == 16 * len(ids)


def test_nothing_is_hidden_where_nothing_is_erased(room: RecordRoom) -> None:
    """The question that every reader asks first costs one empty partition."""
    assert Erased(room.store.traces).traces(WORKSPACE) == frozenset()
