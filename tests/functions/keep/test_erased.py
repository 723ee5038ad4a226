"""A trace that was put into the extended tier is erased like any other: not a byte of a copy is left."""

from __future__ import annotations

import uuid
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.keep.app import build
from shared.store import keys
from shared.store.upgrades import Task, Upgrades
from tests.erase_room import EraseRoom, Killed, after, marked_trace, watched
from tests.keep_room import KEEP_SETTINGS, by_rule
from tests.operations import WORKSPACE, envelope
from tests.stores import NOON_US

ANY_ORDER = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY_ORDER
@given(calls=st.integers(0, 40), erased_at=st.integers(0, 40), is_erased_after=st.booleans())
def test_an_upgrade_and_an_erasure_may_meet_anywhere(
    tmp_path: Path, calls: int, erased_at: int, *, is_erased_after: bool
) -> None:
    """The upgrade dies at any call, comes again, or is asked for when its trace is being erased: nothing is left."""
    room = EraseRoom(tmp_path / uuid.uuid4().hex)
    gone, kept = marked_trace("GONE", bulk=900), marked_trace("KEPT", NOON_US + 5, bulk=900)
    key = keys.attachment("base", WORKSPACE, gone[0].run_id, gone[0].run_id, "photo", "019a")
    room.store.objects.put(key, b"GONE")
    gone[0].fields["attachment.photo"] = ["image/png", 4, key]
    room.take(envelope([*gone, *kept], NOON_US))
    asked: list[str] = []

    def die() -> None:
        raise Killed

    def erase() -> None:
        asked.append(room.ask_to_erase([gone[0].run_id]))

    upgrades = Upgrades(room.store, room.clock, room.ask.traces.periods)
    for one in (gone, kept):
        upgrades.extend(WORKSPACE, one[0].run_id, by_rule(NOON_US))
    bodies = [one.body for one in room.store.upgrades.receive(10, 60)]
    move = Task(WORKSPACE, gone[0].run_id, is_settled=True, makes_head=False, others=(kept[0].run_id,))
    bodies.append(msgspec.json.encode(move).decode())
    records = [
        {"messageId": str(number), "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
        for number, body in enumerate(bodies)
    ]
    for on_call in (after(calls, die), (lambda: None) if is_erased_after else after(erased_at, erase)):
        build(KEEP_SETTINGS, watched(room.store, on_call), room.clock)({"Records": records}, None)
    if not asked:
        erase()
    room.finish()
    assert room.left("GONE") == []
    assert room.trace(gone[0].run_id) is None
    read = room.trace(kept[0].run_id)
    assert read is not None
    assert room.seen(kept[0].run_id)["runs"][kept[0].run_id][4]["inputs"]["question"] == "KEPT"
