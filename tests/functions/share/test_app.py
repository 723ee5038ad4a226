"""What links show follows its trace, and what is taken back is gone, step by step, with a receipt that says when."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from infra.topology import API, RECORD, SHARE
from shared.base.errors import NotFound, Unavailable
from shared.base.units import US_PER_S
from shared.sharing.redaction import Redaction
from shared.sharing.settings import SharingSettings
from shared.store.erased import part_item
from shared.store.share_views import ShareViews
from shared.store.shares import Shares, ShareTask, share_task_of
from tests.operations import WORKSPACE, envelope
from tests.record_room import agent_trace
from tests.share_room import SHARE_SETTINGS, ShareRoom
from tests.stores import NOON_US

STEPS = ("revoked_us", "denied_us", "deleted_us", "invalidated_us")


@pytest.fixture
def room(tmp_path: Path) -> ShareRoom:
    """A fresh one."""
    return ShareRoom(tmp_path)


def recorded(room: ShareRoom) -> str:
    """A trace that has ended; its id."""
    facts = agent_trace()
    room.take(envelope(facts, NOON_US))
    return facts[0].run_id


def test_a_link_shows_its_trace_once_the_room_has_made_it(room: ShareRoom) -> None:
    """Nothing before, and then the whole of it."""
    told = room.shared(recorded(room))
    share = room.public(told)
    assert [one["name"] for one in room.details(share)] == ["agent", "gpt", "search"]
    assert room.left(told) != []


def test_a_running_trace_is_followed(room: ShareRoom) -> None:
    """What arrives is in the next snapshot, by itself once somebody looks; the one before goes when nobody reads it."""
    facts = agent_trace()
    room.take(envelope(facts[:2], NOON_US))
    told = room.shared(facts[0].run_id)
    first = room.public(told)
    assert [one["status"] for one in room.details(first)] == ["pending", "pending"]
    room.take(envelope(facts[2:], NOON_US + US_PER_S))
    room.clock.advance(4)
    room.shares.ask_to_check(first)
    room.work()
    second = room.public(told)
    assert [one["status"] for one in room.details(second)] == ["success", "success", "error"]
    assert room.files(first) != {}
    room.finish()
    assert room.files(first) == {}
    assert len(room.files(second)) == 6


def test_a_look_at_what_has_not_changed_makes_nothing(room: ShareRoom) -> None:
    """The same snapshot, known to be the newest as of now."""
    told = room.shared(recorded(room))
    first, files = room.public(told), room.left(told)
    room.clock.advance(100)
    room.do(told, "check")
    second = room.public(told)
    assert (second.revision, second.made_us) == (first.revision, first.made_us + 100 * US_PER_S)
    assert room.left(told) == files


def test_looks_are_counted_once_each(room: ShareRoom) -> None:
    """A message that comes twice is one look."""
    told = room.shared(recorded(room))
    for view_id in ("a", "b", "a"):
        room.do(told, "view", view_id=view_id, at_us=NOON_US + 5)
    assert ShareViews(room.store.control).of(told.id).count == 2


def test_what_is_taken_back_goes_in_order_with_a_receipt(room: ShareRoom) -> None:
    """Refused, denied, deleted, invalidated, swept: each with its time, and no file left."""
    told = room.shared(recorded(room))
    count = len(room.left(told))
    room.do(told, "view", view_id="a", at_us=NOON_US)
    room.shares.take_back(WORKSPACE, told, {"reason": "unshared", "asked_by": "k"})
    with pytest.raises(NotFound):
        room.public(told)
    room.clock.advance(1)
    room.work()
    assert (room.left(told), room.edge.told) == ([], [("deny", told.id), ("invalidate", told.id)])
    receipt = room.receipt(told)
    times = [getattr(receipt, step) for step in STEPS]
    assert times == [NOON_US, *[NOON_US + US_PER_S] * 3]
    assert (receipt.objects, receipt.views, receipt.reason, receipt.swept_us) == (count, 1, "unshared", None)
    room.finish()
    assert room.edge.told[-1] == ("forget", told.id)
    assert room.receipt(told).swept_us == NOON_US + (1 + SHARE_SETTINGS.sweep_after_s) * US_PER_S
    assert room.receipt(told).late_objects == 0


@pytest.mark.parametrize("door", ["deny", "delete", "invalidate"])
def test_whoever_fails_at_a_step_goes_on_there(room: ShareRoom, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    """A second later; what was done keeps its time, and the rest is done."""
    told = room.shared(recorded(room))

    def fails(*_: Any) -> None:  # noqa: ANN401 whatever the door takes
        raise Unavailable("not now")

    with monkeypatch.context() as patched:
        patched.setattr(room.store.snapshots if door == "delete" else room.edge, door, fails)
        room.shares.take_back(WORKSPACE, told, {})
        assert room.work() == []
    with pytest.raises(NotFound):
        room.public(told)
    denied_us = room.receipt(told).denied_us
    room.clock.advance(1)
    room.finish()
    receipt = room.receipt(told)
    assert room.left(told) == []
    assert all(getattr(receipt, step) is not None for step in STEPS)
    assert receipt.denied_us == (denied_us or NOON_US + US_PER_S)
    assert receipt.revoked_us == NOON_US


def test_a_snapshot_that_comes_too_late_is_found(room: ShareRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was writing while it was taken back leads nobody there, and what was written goes."""
    told = room.shared(recorded(room))
    share = room.public(told)
    keep = room.shares.keep_snapshot

    def taken_back_meanwhile(_self: object, made: Any) -> bool:  # noqa: ANN401 a Share
        room.shares.take_back(WORKSPACE, told, {})
        return keep(made)

    room.take(envelope(agent_trace(), NOON_US))
    with monkeypatch.context() as patched:
        patched.setattr("shared.store.shares.Shares.keep_snapshot", taken_back_meanwhile)
        room.do(told, "make")
    room.store.snapshots.put(f"{share.folder}late.json", b"{}")
    room.finish()
    assert room.left(told) == []
    with pytest.raises(NotFound):
        room.public(told)


def test_a_file_written_after_the_deletion_is_swept(room: ShareRoom) -> None:
    """And the receipt says that there was one."""
    told = room.shared(recorded(room))
    room.shares.take_back(WORKSPACE, told, {})
    room.work()
    room.store.snapshots.put(f"s/{told.id}/x/late.json", b"{}")
    room.finish()
    assert room.left(told) == []
    assert room.receipt(told).late_objects == 1


def test_what_ends_is_taken_back_by_the_clock(room: ShareRoom) -> None:
    """At its end, and not before; one that was given a later end stays."""
    told = room.shared(recorded(room), expires_us=NOON_US + 10 * US_PER_S)
    [task] = room.shares.ending(NOON_US + 11 * US_PER_S, 10)
    room.shares.send(task)
    room.work()
    assert room.public(told).id == told.id
    room.clock.advance(10)
    with pytest.raises(NotFound):
        room.public(told)
    [task] = room.shares.ending(NOON_US + 11 * US_PER_S, 10)
    room.shares.send(task)
    room.finish()
    assert (room.left(told), room.receipt(told).reason) == ([], "ended")
    assert room.shares.ending(NOON_US * 2, 10) == []


def test_a_share_whose_trace_is_gone_is_taken_back(room: ShareRoom) -> None:
    """Whoever looks after it finds that there is nothing to be shown."""
    told = room.shared(recorded(room))
    room.store.traces.put([part_item(WORKSPACE, "e", 0, [told.trace_id], NOON_US)])
    room.do(told, "check")
    assert room.receipt(told).reason == "trace gone"
    room.finish()
    assert room.left(told) == []


def test_other_rules_make_another_snapshot(room: ShareRoom) -> None:
    """What is hidden from now on is in no file once the old ones are gone."""
    told = room.shared(recorded(room))
    found = room.shares.of_trace(WORKSPACE, told.trace_id)
    assert found is not None
    share, _ = found
    changed = room.shares.change(
        share, dataclasses.replace(told, redaction=Redaction(inputs=True, outputs=True).text())
    )
    assert changed
    room.do(told, "make")
    room.finish()
    assert b"refund?" not in b"".join(room.store.snapshots.get(key) for key in room.left(told))


def test_a_message_that_is_none_is_buried(room: ShareRoom) -> None:
    """And so is one that fails too often, with what it failed on."""
    room.store.shares.send("not a task", group="w")
    assert room.work() == []
    told = room.shared(recorded(room))
    room.edge.deny = None  # type: ignore[method-assign,assignment]
    room.shares.take_back(WORKSPACE, told, {})
    assert room.work(SHARE_SETTINGS.max_attempts) == []
    queue: Any = room.store.shares
    reasons = [dead.reason for dead in queue.list_dead()]
    assert len(reasons) == 2
    assert "not a task" in reasons[0]
    assert "TypeError" in reasons[1]


def test_a_task_is_tried_more_and_more_seldom_and_then_buried_as_it_was(room: ShareRoom) -> None:
    """For longer than an hour; whoever has it sent again from among the buried gets all tries anew."""
    told = room.shared(recorded(room))
    room.edge.deny = None  # type: ignore[method-assign,assignment]
    room.shares.take_back(WORKSPACE, told, {})
    waited_s = []
    for _ in range(SHARE_SETTINGS.max_attempts - 1):
        room.work()
        begin_us = room.clock.now_us()
        while not room.store.shares.depth().waiting:
            room.clock.advance(1)
        waited_s.append((room.clock.now_us() - begin_us) // US_PER_S)
    assert waited_s == sorted(waited_s)
    assert (waited_s[0], sum(waited_s) > 3_600) == (1, True)
    room.work()
    queue: Any = room.store.shares
    [dead] = queue.list_dead()
    assert f"failed {SHARE_SETTINGS.max_attempts} times" in dead.reason
    assert share_task_of(dead.body).tries == 0


def test_a_task_that_cannot_be_put_back_stays_where_it_is(room: ShareRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes again when its visibility ends."""
    told = room.shared(recorded(room))
    room.edge.deny = None  # type: ignore[method-assign,assignment]
    room.shares.take_back(WORKSPACE, told, {})

    def fails(*_: Any, **__: Any) -> None:  # noqa: ANN401 whatever a queue takes
        raise Unavailable("not now")

    monkeypatch.setattr(room.store.shares, "send", fails)
    assert len(room.work()) == 1


def test_files_are_swept_when_whoever_wrote_them_has_ended() -> None:
    """Later than any room may run that writes snapshots."""
    assert SHARE_SETTINGS.sweep_after_s > max(SHARE.timeout_s, API.timeout_s, RECORD.timeout_s)


def test_switching_off_tells_the_edge_which_scopes_are_off_now(room: ShareRoom) -> None:
    """By one message at once, and by another for whoever dies in between; on again, it is off the list."""
    for scope, is_off in (("w1", True), ("o1", True), ("w1", False)):
        room.shares.keep_settings(scope, SharingSettings(is_off=is_off))
    room.work()
    assert room.edge.told == [("deny_scopes", "o1")] * 3
    room.clock.advance(20)
    room.work()
    assert room.edge.told == [("deny_scopes", "o1")] * 6


def test_other_settings_tell_the_edge_nothing(room: ShareRoom) -> None:
    """Only who switches has anything to say to it."""
    room.shares.keep_settings("w1", SharingSettings(default_expiry_s=60))
    room.shares.keep_settings("w1", SharingSettings(is_off=True))
    room.shares.keep_settings("w1", SharingSettings(is_off=True, max_expiry_s=60))
    room.finish()
    assert room.edge.told == [("deny_scopes", "w1")] * 2


def test_who_dies_behind_the_switch_is_mended(room: ShareRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write counted for the public at once; the message that went before it tells the edge."""
    send = Shares.send

    def dying(shares: Shares, task: ShareTask, delay_s: int = 0) -> None:
        if not delay_s:
            raise Unavailable("the process ends here")
        send(shares, task, delay_s)

    monkeypatch.setattr(Shares, "send", dying)
    with pytest.raises(Unavailable):
        room.shares.keep_settings("w1", SharingSettings(is_off=True))
    monkeypatch.undo()
    assert room.edge.told == []
    room.finish()
    assert room.edge.told == [("deny_scopes", "w1")]
