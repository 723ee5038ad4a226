"""A trace whose upgrade was refused is erased with what says so: its cause may name somebody."""

from __future__ import annotations

from pathlib import Path

from shared.retention.kept import Kept
from shared.store import keys
from shared.store.ports import KeyRange
from shared.store.refused_upgrades import RefusedUpgrades
from shared.usage.limits import Standing
from tests.erase_room import EraseRoom, marked_trace
from tests.operations import WORKSPACE, envelope
from tests.stores import NOON_US

REACHED = Standing("2026-11", 1, 1, "the owner of the workspace", 2 * NOON_US, WORKSPACE, "L")


def test_no_refusal_of_an_erased_trace_is_listed(tmp_path: Path) -> None:
    """Each of its causes goes, and those of other traces stay."""
    room = EraseRoom(tmp_path)
    gone, stays = marked_trace("GONE"), marked_trace("STAYS", NOON_US + 5)
    room.take(envelope([*gone, *stays], NOON_US))
    refused = RefusedUpgrades(room.store.traces, room.clock)
    for trace in (gone, stays):
        for cause in ("f#1", "f-2"):
            kept = Kept("feedback", cause, NOON_US, name="correctness", by="ann@example.com")
            refused.note(WORKSPACE, trace[0].run_id, kept, REACHED)
    room.ask_to_erase([gone[0].run_id])
    room.finish()
    assert [one.trace_id for one in refused.page(WORKSPACE, 10)] == [stays[0].run_id] * 2
    under = room.store.traces.query(KeyRange(keys.trace(WORKSPACE, gone[0].run_id), keys.REFUSED))
    assert under == []
