"""What is deleted on request is nothing to rules any more, and takes with it what they did there."""

from __future__ import annotations

from pathlib import Path

from tests.automate_room import AutomateRoom, failing, sent_at
from tests.erase_room import EraseRoom
from tests.operations import WORKSPACE, patch
from tests.stores import NOON_US


def test_erasing_a_trace_removes_what_rules_did_there(tmp_path: Path) -> None:
    """The log still counts it, by its id; which runs it had, nothing tells."""
    room = AutomateRoom(tmp_path)
    rule = room.rule()
    trace_id = sent_at(room, failing())
    room.look()
    assert len(room.applications.of_trace(WORKSPACE, trace_id)) == 1
    eraser = EraseRoom(tmp_path)
    eraser.ask_to_erase([trace_id])
    eraser.finish()
    assert room.applications.of_trace(WORKSPACE, trace_id) == []
    [logged] = room.applications.log(WORKSPACE, rule.id, 10).logged
    assert (logged.entry.trace_id, logged.entry.runs) == (trace_id, 2)
    assert room.applications.of_entries(WORKSPACE, rule.id, [logged.entry]) == [None]


def test_a_trace_that_is_being_erased_is_not_acted_on(tmp_path: Path) -> None:
    """From the moment that it was asked for, and also when something comes late for it."""
    room = AutomateRoom(tmp_path)
    rule = room.rule()
    facts = failing()
    trace_id = sent_at(room, facts)
    eraser = EraseRoom(tmp_path)
    eraser.ask_to_erase([trace_id])
    assert room.look()["looked"] == 0
    eraser.finish()
    room.clock.advance(600)
    sent_at(room, [patch(facts[0], NOON_US + 9_000, outputs={"late": True})])
    room.look()
    assert room.acted(rule) == {}
    assert room.applications.of_trace(WORKSPACE, trace_id) == []
