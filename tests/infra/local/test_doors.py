"""A room can do on the laptop what its grants say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.doors import VERBS, NotGranted, doors_of, methods_of
from infra.local.store import LocalStore, open_local_store
from infra.topology import API, DELIVER, KEEP, RECEIVE, RECORD, ROOMS, Room
from shared.base.clock import SteppingClock
from shared.store.ports import Item, Key, KeyRange, Objects, Table, Topic


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """An empty store."""
    made = open_local_store(tmp_path, "http://localhost", SteppingClock(0), {})
    yield made
    made.close()


def test_what_is_granted_works(store: LocalStore) -> None:
    """Reads, writes and sends reach the real door."""
    doors = doors_of(RECORD, store)
    doors.traces.put([Item("p", "s", {})])
    doors.objects.put("base/o", b"o")
    doors.operations.send("again", group="w")
    doors.operations.bury("bad", "no envelope")
    assert doors.traces.query(KeyRange("p")) == [Item("p", "s", {})]
    assert store.operations.depth()[::3] == (1, 1)


def test_what_is_not_granted_says_so(store: LocalStore) -> None:
    """The message names room, resource and method."""
    doors = doors_of(replace(RECEIVE, grants=(("control", "read"), ("objects", "write"))), store)
    assert doors.control.get(Key("p", "s")) is None
    with pytest.raises(NotGranted, match=r"receive uses control\.put, which infra/topology\.py does not grant"):
        doors.control.put([])
    with pytest.raises(NotGranted, match=r"objects\.get"):
        doors.objects.get("base/o")
    with pytest.raises(NotGranted, match=r"traces\.get"):
        doors.traces.get(Key("p", "s"))
    with pytest.raises(NotGranted, match=r"operations\.send"):
        doors.operations.send("m", group="w")
    with pytest.raises(NotGranted, match=r"operations\.depth"):
        doors.operations.depth()


def test_who_may_add_reaches_the_base_tier_alone(store: LocalStore) -> None:
    """What was received begins there: the other tier, and what is there already, are not to be touched."""
    doors = doors_of(replace(RECEIVE, grants=(("objects", "add"),)), store)
    doors.objects.put("base/segments/s", b"new")
    assert store.objects.get("base/segments/s") == b"new"
    with pytest.raises(NotGranted, match=r"objects\.put of extended/segments/s"):
        doors.objects.put("extended/segments/s", b"x")
    with pytest.raises(NotGranted, match=r"objects\.delete"):
        doors.objects.delete(["base/segments/s"])
    with pytest.raises(NotGranted, match=r"objects\.get"):
        doors.objects.get("base/segments/s")


def test_who_keeps_reaches_the_extended_tier_alone(store: LocalStore) -> None:
    """A copy goes from the base tier into the other; nothing is put, copied or taken elsewhere."""
    store.objects.put("base/segments/s", b"frame")
    doors = doors_of(KEEP, store)
    doors.objects.copy("base/segments/s", "extended/segments/s")
    assert doors.objects.get("extended/segments/s") == b"frame"
    with pytest.raises(NotGranted, match=r"objects\.put of base/segments/t"):
        doors.objects.put("base/segments/t", b"x")
    with pytest.raises(NotGranted, match=r"objects\.copy of base/segments/t"):
        doors.objects.copy("extended/segments/s", "base/segments/t")
    with pytest.raises(NotGranted, match=r"objects\.delete"):
        doors.objects.delete(["base/segments/s"])


def test_a_queue_is_counted_with_its_dead_letters(store: LocalStore) -> None:
    """One question about two queues needs both grants."""
    assert sum(doors_of(API, store).operations.depth()) == 0
    half = replace(API, grants=(("operations", "depth"),))
    with pytest.raises(NotGranted, match=r"operations\.depth"):
        doors_of(half, store).operations.depth()


@pytest.mark.parametrize("port", [Table, Objects])
def test_every_method_of_a_port_is_a_read_or_a_write(port: type) -> None:
    """A method that is added to a port begins with a verb that says which access it needs."""
    verbs = {name.partition("_")[0] for name in methods_of(port)}
    assert verbs <= VERBS.keys()
    assert {VERBS[verb] for verb in verbs} == {"read", "write"}


def test_who_delivers_tells_the_topic_and_reads_the_secret_and_nobody_else_does(store: LocalStore) -> None:
    """As its role in AWS lets it; the API reads the secret to seal with it."""
    doors = doors_of(DELIVER, store)
    doors.alerts.publish("subject", "message", {})
    assert doors.hooks.read() == doors_of(API, store).hooks.read() == store.hooks.read()
    assert methods_of(Topic) == ["publish"]
    with pytest.raises(NotGranted, match=r"api uses alerts\.publish"):
        doors_of(API, store).alerts.publish("subject", "message", {})
    with pytest.raises(NotGranted, match=r"record uses hooks\.read"):
        doors_of(RECORD, store).hooks.read()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_no_room_takes_messages_by_itself(store: LocalStore, room: Room) -> None:
    """Workers are handed theirs by the trigger."""
    with pytest.raises(NotGranted, match=r"operations\.receive"):
        doors_of(room, store).operations.receive(1, 1)


def test_examples_lie_below_their_prefix(store: LocalStore) -> None:
    """Who may write them writes there alone, and what is there is never copied elsewhere."""
    doors = doors_of(replace(RECEIVE, grants=(("examples", "read"), ("examples", "write"))), store)
    doors.examples.put("datasets/w/d/e/1", b"kept")
    assert doors.examples.get("datasets/w/d/e/1") == store.objects.get("datasets/w/d/e/1") == b"kept"
    with pytest.raises(NotGranted, match=r"examples\.put of base/segments/s"):
        doors.examples.put("base/segments/s", b"x")
    with pytest.raises(NotGranted, match=r"examples\.copy"):
        doors.examples.copy("datasets/w/d/e/1", "datasets/w/d/e/2")
    doors.examples.delete(["datasets/w/d/e/1"])
    assert list(store.objects.list("datasets/")) == []
