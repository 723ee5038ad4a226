"""The meter room: every workspace's hours are counted, once is as good as twice."""

from __future__ import annotations

from pathlib import Path

from functions.meter.app import build
from functions.meter.settings import MeterSettings
from shared.base.units import US_PER_S
from shared.pricing.prices import PriceTable
from shared.store.rollups import ROOTS, Rollups
from shared.store.walk import Window
from tests.operations import WORKSPACE, envelope
from tests.record_room import RecordRoom, agent_trace
from tests.share_room import ShareRoom
from tests.stores import NOON_US

SETTINGS = MeterSettings("t", "c", "b", "q", "d", "a")
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def test_what_arrived_is_counted_for_every_workspace(tmp_path: Path) -> None:
    """Two workspaces with a trace each; the second run finds the same."""
    room = RecordRoom(tmp_path)
    other = room.ask.access.create_workspace("other").id
    room.ask.access.create_workspace("ours", WORKSPACE)
    theirs = envelope(agent_trace(), NOON_US)
    theirs.workspace = other
    room.take(envelope(agent_trace(), NOON_US), theirs)
    handle = build(SETTINGS, room.store, room.clock)
    assert handle(SCHEDULED, None) == {"workspaces": 2, "hours": 2, "counts": 2, "ended": 0}
    assert handle(SCHEDULED, None) == {"workspaces": 2, "hours": 2, "counts": 0, "ended": 0}
    rollups = Rollups(room.store.traces, room.store.control, room.ask, room.clock, PriceTable.load())
    for workspace in (WORKSPACE, other):
        project = room.ask.projects.resolve(workspace, None).id
        assert rollups.over(workspace, project, Window(0, NOON_US * 2))[ROOTS].runs == 1


def test_an_empty_deployment_counts_nothing(tmp_path: Path) -> None:
    """Nothing arrived, nothing is written."""
    assert build(SETTINGS, RecordRoom(tmp_path).store, RecordRoom(tmp_path).clock)(SCHEDULED, None)["hours"] == 0


def test_a_share_that_has_ended_is_taken_back(tmp_path: Path) -> None:
    """At the first look after its end; when its files are gone it is looked for no more."""
    room = ShareRoom(tmp_path)
    facts = agent_trace()
    room.take(envelope(facts, NOON_US))
    told = room.shared(facts[0].run_id, expires_us=NOON_US + 60 * US_PER_S)
    handle = build(SETTINGS, room.store, room.clock)
    assert handle(SCHEDULED, None)["ended"] == 0
    room.clock.advance(60)
    assert handle(SCHEDULED, None)["ended"] == 1
    room.finish()
    assert (room.left(told), room.receipt(told).reason) == ([], "ended")
    assert handle(SCHEDULED, None)["ended"] == 0
