"""Whatever dies, comes twice, or meets in between: the trace is in the extended tier, whole, and counted once."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.keep.app import build
from functions.record.app import build as build_record
from shared.base.units import US_PER_DAY
from shared.runs.codec import pack_envelope
from shared.store.upgrades import Upgrades
from tests.erase_room import Killed, after, watched
from tests.functions.keep.test_keeper import story
from tests.keep_room import KEEP_SETTINGS, KeepRoom, by_rule
from tests.operations import WORKSPACE, envelope
from tests.record_room import ALL_TIME, SETTINGS
from tests.stores import NOON_US

ANY_ORDER = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def seen(room: KeepRoom, root: str) -> dict[str, Any]:
    """What readers find of a trace, and how its head and its bill have it."""
    found = room.seen(root)
    heads = [head for head in room.ask.heads.walk(WORKSPACE, room.project(), ALL_TIME) if head.trace_id == root]
    found["heads"] = [(head.trace_id, head.tier, head.ends_us, head.runs, head.chunks) for head in heads]
    found["failed"] &= found["runs"].keys()
    found["log"] = {run_id: said for run_id, said in found["log"].items() if run_id in found["runs"]}
    found["billed"] = [(one.trace_id, one.cause_id, one.at_us) for one in room.billed()]
    return found


@ANY_ORDER
@given(calls=st.integers(0, 60), twice=st.booleans(), batch=st.booleans())
def test_an_upgrade_that_dies_anywhere_ends_as_if_it_had_not(
    tmp_path: Path, calls: int, twice: bool, batch: bool
) -> None:
    """Killed before any call of any door, who asks for it or who does it, and delivered again: the same end."""
    room = KeepRoom(tmp_path / uuid.uuid4().hex)
    kept, other = story(bulk=500), story(NOON_US + 5, bulk=500)
    room.take(envelope([*kept[:2], *other], NOON_US), envelope(kept[2:], NOON_US + 3000))
    whole = room.keep

    def die() -> None:
        room.keep = whole
        raise Killed

    dying = watched(room.store, after(calls, die))
    room.keep = build(KEEP_SETTINGS, dying, room.clock)
    try:
        Upgrades(dying, room.clock, room.ask.traces.periods).extend(WORKSPACE, kept[0].run_id, by_rule(NOON_US))
    except Killed:
        room.extend(kept[0].run_id, by_rule(NOON_US))  # a rule's job comes again
    if batch:
        room.extend(other[0].run_id, by_rule(NOON_US))
    room.finish()
    if twice:
        room.keep = build(KEEP_SETTINGS, watched(room.store, after(calls * 2, die)), room.clock)
        room.extend(kept[0].run_id, by_rule(NOON_US))
        room.finish()
    before = seen(room, kept[0].run_id)
    assert before["heads"] == [(kept[0].run_id, "extended", NOON_US + 400 * US_PER_DAY, 2, 2)]
    assert ((kept[0].run_id, "r-1", NOON_US) in before["billed"], len(before["billed"])) == (True, 1 + batch)
    room.let_days_pass(17)
    assert seen(room, kept[0].run_id) == before
    assert (room.trace(other[0].run_id) is not None) == batch


@MANY
@given(moment=st.data())
def test_a_run_may_meet_the_upgrade_of_its_trace_anywhere(tmp_path: Path, moment: st.DataObject) -> None:
    """The upgrade's fate, and its first move, come before any two calls of `record`: nothing stays in the base tier.

    Either `record`, which reads the fate after it wrote its chunk, sees it; or the move, which reads the chunks after
    the fate was written, sees the chunk (ADR 16).
    """
    room = KeepRoom(tmp_path / uuid.uuid4().hex)
    trace = story(bulk=moment.draw(st.sampled_from([1, 900])))
    first, late = envelope(trace[:1], NOON_US), envelope(trace[1:], NOON_US + 3000)
    room.take(first)
    flip, move = moment.draw(st.integers(0, 16)), moment.draw(st.integers(0, 16))
    dies = moment.draw(st.booleans())

    def interrupt() -> None:
        if counted[0] == flip:
            room.extend(trace[0].run_id, by_rule(NOON_US))
        if counted[0] == flip + move:
            room.work()
            if dies:
                raise Killed
        counted[0] += 1

    counted = [0]
    recording = build_record(SETTINGS, watched(room.store, interrupt), room.clock)
    record = {"messageId": "m", "body": pack_envelope(late), "attributes": {"ApproximateReceiveCount": "1"}}
    if recording({"Records": [record]}, None)["batchItemFailures"]:
        room.take(late)
    room.extend(trace[0].run_id, by_rule(NOON_US))
    room.finish()
    before = seen(room, trace[0].run_id)
    assert before["heads"] == [(trace[0].run_id, "extended", NOON_US + 400 * US_PER_DAY, 2, 2)]
    assert (len(before["runs"]), len(before["log"]), len(before["failed"])) == (2, 2, 1)
    room.let_days_pass(17)
    assert seen(room, trace[0].run_id) == before
    room.let_days_pass(380)
    assert seen(room, trace[0].run_id) == {**before, "billed": []}  # its month was billed long ago


@ANY_ORDER
@given(order=st.permutations(range(4)), batches=st.integers(1, 4))
def test_neither_order_nor_batches_nor_overlap_matters(tmp_path: Path, order: list[int], batches: int) -> None:
    """Tasks of several causes, cut into batches in any way, each delivered twice: one fate, one row, one copy read."""
    room = KeepRoom(tmp_path / uuid.uuid4().hex)
    trace = story(bulk=500)
    root = trace[0].run_id
    room.take(envelope(trace, NOON_US))
    for number in order:
        room.extend(root, by_rule(NOON_US, f"r-{number}"))
    waiting = [one.body for one in room.store.upgrades.receive(10, 0)] * 2
    for at in range(0, len(waiting), batches):
        records = [
            {"messageId": str(n), "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            for n, body in enumerate(waiting[at : at + batches])
        ]
        assert room.keep({"Records": records}, None)["batchItemFailures"] == []
    room.finish()
    room.let_days_pass(17)
    assert len(room.seen(root)["runs"]) == 2
    assert [(one.trace_id, one.cause_id) for one in room.billed()] == [(root, f"r-{order[0]}")]
