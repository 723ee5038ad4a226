"""Whatever dies, comes twice, or meets in between: the same end, nothing readable, nothing left."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.erase.app import build
from functions.record.app import build as build_record
from shared.runs.codec import pack_envelope
from shared.runs.fact import Envelope
from shared.store.erasure import Task
from tests.erase_room import ERASE_SETTINGS, EraseRoom, Killed, after, marked_trace, watched
from tests.operations import WORKSPACE, envelope
from tests.record_room import SETTINGS
from tests.stores import NOON_US

ANY_ORDER = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY_ORDER
@given(calls=st.integers(0, 70), twice=st.booleans())
def test_an_erasure_that_dies_anywhere_ends_as_if_it_had_not(tmp_path: Path, calls: int, twice: bool) -> None:
    """Killed before any call of any door, and delivered again: the same end, and the same receipt."""
    room = EraseRoom(tmp_path / uuid.uuid4().hex)
    gone, kept = marked_trace("GONE", bulk=900), marked_trace("KEPT", NOON_US + 5, bulk=900)
    room.take(envelope([*gone, *kept], NOON_US), envelope(marked_trace("GONE", NOON_US + 9, bulk=900), NOON_US))
    before = room.seen(kept[0].run_id)["runs"]
    whole = room.erase

    def die() -> None:
        room.erase = whole
        raise Killed

    erasure_id = room.ask_to_erase(kind="metadata", metadata=json.dumps({"customer": "GONE"}))
    room.erase = build(ERASE_SETTINGS, watched(room.store, after(calls, die)), room.clock)
    room.finish()
    if twice:
        room.erase = build(ERASE_SETTINGS, watched(room.store, after(calls * 2, die)), room.clock)
        room.erasures.send(Task(WORKSPACE, erasure_id, "find"))
        room.finish()
    assert [place for place in room.left("GONE") if "erasures" not in place] == []
    assert room.seen(kept[0].run_id)["runs"] == before
    removed = room.removed(erasure_id)
    assert (removed.chunks, removed.heads, removed.log_facts, removed.failures, removed.pointers) == (2, 2, 8, 2, 2)


@ANY_ORDER
@given(moment=st.data())
def test_record_and_erase_may_meet_anywhere(tmp_path: Path, moment: st.DataObject) -> None:
    """A trace is recorded, redelivered, killed midway and erased in any order: nothing is readable, nothing left.

    The request to erase comes before any call that `record` makes; messages come again before and after.
    """
    room = EraseRoom(tmp_path / uuid.uuid4().hex)
    facts, neighbour = marked_trace("GONE", bulk=moment.draw(st.sampled_from([0, 900]))), marked_trace("KEPT")
    sent = [envelope([fact, *neighbour[:1]], NOON_US + 1000 * index) for index, fact in enumerate(facts)]
    deliveries = moment.draw(st.permutations([*sent, *moment.draw(st.lists(st.sampled_from(sent), max_size=3))]))
    at_call, dies = moment.draw(st.integers(0, 40)), moment.draw(st.booleans())

    def interrupt() -> None:
        room.ask_to_erase([facts[0].run_id])
        if dies:
            raise Killed

    recording = build_record(SETTINGS, watched(room.store, after(at_call, interrupt)), room.clock)
    again: list[Envelope] = []
    for one in deliveries:
        record = {"messageId": "m", "body": pack_envelope(one), "attributes": {"ApproximateReceiveCount": "1"}}
        if recording({"Records": [record]}, None)["batchItemFailures"]:
            again.append(one)
    if not room.erasures.newest(WORKSPACE, 1):
        room.ask_to_erase([facts[0].run_id])
    between = moment.draw(st.booleans())
    if between:
        room.take(*again)
    room.finish()
    if not between:
        room.take(*again)
    room.take(moment.draw(st.sampled_from(sent)))
    room.finish()
    assert room.trace(facts[0].run_id) is None
    assert room.left("GONE") == []
    assert facts[0].run_id not in room.seen(neighbour[0].run_id)["log"]
