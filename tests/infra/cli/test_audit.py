"""The audit finds that all agrees where it does, and says what differs where it does not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from functions.meter.app import build
from functions.meter.settings import MeterSettings
from infra.cli.audit import Findings, audit, report
from infra.cli.failures import CommandFailed
from shared.base.units import S_PER_DAY, US_PER_HOUR
from shared.retention.kept import Kept
from shared.store import usage_audit
from shared.store.fates import fate_item, upgrade_item
from shared.store.ports import Key
from shared.store.usage import UsageRows
from shared.usage.counts import Counted, HourCount
from tests.api_room import ApiRoom
from tests.operations import KEY_ID, WORKSPACE, envelope, post, uuid7
from tests.room_server import RoomServer
from tests.stores import NOON_US


class AuditedRoom(ApiRoom):
    """A room with traces over a day, counted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.meter = build(MeterSettings("t", "c", "b", "q", "d", "a"), self.store, self.clock)
        self.ids = [uuid7(NOON_US + number) for number in range(12)]
        for number, trace_id in enumerate(self.ids):
            facts = [post(trace_id, NOON_US)]
            self.take(envelope(facts, self.clock.now_us(), "shop" if number % 3 else "desk"))
            self.clock.advance(S_PER_DAY / 10)
        self.meter({}, None)

    def audit(self) -> Findings:
        """What the command finds."""
        return audit(RoomServer(self), None, None)


@pytest.fixture
def room(tmp_path: Path) -> AuditedRoom:
    """Twelve traces over more than a day."""
    return AuditedRoom(tmp_path)


def test_all_agrees_after_a_run_of_the_meter(room: AuditedRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where an hour takes several pages."""
    found = room.audit()
    assert (found.counted, found.recounted, found.verified, found.differences) == (12, 12, 12, [])
    monkeypatch.setattr(usage_audit, "PAGE_TRACES", 1)
    assert room.audit() == found
    said = io.StringIO()
    assert report(found, said) == 0
    assert "all agrees" in said.getvalue()


def test_a_wrong_count_is_found(room: AuditedRoom) -> None:
    """By the hour and project, with an exit code that a script notices."""
    hour, project = NOON_US // US_PER_HOUR, room.project("desk")
    wrong = HourCount(hour, 1, [Counted(project, KEY_ID, is_extended=False, traces=2)])
    UsageRows(room.store.control).write_hour(WORKSPACE, wrong, room.clock.now_us())
    found, said = room.audit(), io.StringIO()
    assert len(found.differences) == 1
    assert f"{project}: counted 2, recounted 1" in found.differences[0]
    assert report(found, said) == 1


def test_a_kept_trace_that_is_not_billed_is_found(room: AuditedRoom) -> None:
    """Until its row for the bill is there."""
    kept, one = Kept("rule", "R", NOON_US), room.ids[0]
    room.store.traces.put([fate_item(WORKSPACE, one, kept, NOON_US * 2)])
    assert room.audit().differences == [f"trace {one} is kept for long and not billed"]
    room.store.traces.put([upgrade_item(WORKSPACE, room.project("desk"), one, kept)])
    assert room.audit().differences == []


def test_what_is_gone_is_counted_by_the_feed(room: AuditedRoom) -> None:
    """A trace without a row was billed all the same."""
    chunks = room.ask.traces.load(WORKSPACE, room.ids[3])
    assert chunks is not None
    row = room.ask.traces.row(WORKSPACE, room.ids[3], chunks.chunks[0])
    room.store.traces.delete([Key(row.pk, row.sk)])
    found = room.audit()
    assert (found.counted, found.verified, found.gone, found.differences) == (12, 11, 1, [])


def test_a_time_that_is_none_ends_the_command(room: AuditedRoom) -> None:
    """With one line."""
    with pytest.raises(CommandFailed, match="yesterday"):
        audit(RoomServer(room), "yesterday", None)
