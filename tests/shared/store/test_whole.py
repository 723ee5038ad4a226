"""Whole traces: what answers and exports know of a run through its trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.pricing.prices import PriceTable
from shared.store.projects import Projects
from shared.store.whole import WholeTraces
from tests.operations import WORKSPACE, envelope, post, uuid7
from tests.record_room import ALL_TIME, RecordRoom
from tests.stores import NOON_US


@pytest.fixture
def room(tmp_path: Path) -> RecordRoom:
    """A room with three traces of one run each."""
    room = RecordRoom(tmp_path)
    for number in range(3):
        start_us = NOON_US + number
        room.take(envelope([post(uuid7(start_us), start_us, inputs={"n": number})], start_us))
    return room


def trace_ids(room: RecordRoom) -> list[str]:
    """The traces that are there."""
    return [head.trace_id for head in room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME)]


def test_traces_of_one_question_ask_once_for_their_project(room: RecordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many traces a page or a batch has, whether a project is still there is read once for each project."""
    named, project, asked = trace_ids(room), room.project(), list[str]()
    real = Projects.get

    def noted(projects: Projects, workspace: str, project: str) -> object:
        asked.append(project)
        return real(projects, workspace, project)

    monkeypatch.setattr(Projects, "get", noted)
    found = WholeTraces(room.ask, PriceTable.load()).many(WORKSPACE, named)
    assert (len(found), asked) == (3, [project])


def test_payloads_are_filled_as_they_were_sent(room: RecordRoom) -> None:
    """Only the fields that were asked for, as JSON texts; a field that a run does not have is not there."""
    traces = WholeTraces(room.ask, PriceTable.load())
    read = [run for whole in traces.many(WORKSPACE, trace_ids(room)).values() for run in whole.runs.values()]
    traces.fill_payloads(read, ["inputs", "events"])
    assert sorted(tuple(run.payloads.items()) for run in read) == [
        (("inputs", b'{"n": %d}' % number),) for number in range(3)
    ]
