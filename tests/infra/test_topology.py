"""The page of rooms holds together: what AWS or the rooms would refuse later is refused here."""

from __future__ import annotations

import re

import pytest

from functions.api.settings import ApiSettings
from functions.deliver.settings import DeliverSettings
from functions.erase.settings import EraseSettings
from functions.keep.settings import KeepSettings
from functions.receive.settings import ReceiveSettings
from functions.record.arrivals import _TRIES
from functions.record.settings import RecordSettings
from infra import topology
from infra.topology import API, DEAD_LETTERS, DELIVER, ERASE, KEEP, RECORD, ROOMS, FromQueue, Http, HttpDefault, Room
from shared.store.ports import MAX_DELAY_S
from tests.house.source import ROOT

each_room = pytest.mark.parametrize("room", ROOMS, ids=[room.name for room in ROOMS])
HTTP_API_TIMEOUT_S = 30
"""Source: API Gateway, "Quotas for configuring and running an HTTP API", integration timeout."""

LOOP_INVOCATIONS = 16
"""Source: AWS Lambda, "Use Lambda recursive loop detection to prevent infinite loops"."""


@each_room
def test_a_room_has_its_folder_and_its_settings_there(room: Room) -> None:
    """Room, folder and settings class carry one name."""
    assert (ROOT / "functions" / room.name).is_dir()
    assert room.settings.__module__ == f"functions.{room.name}.settings"


@each_room
def test_a_room_gives_up_before_its_caller_does(room: Room) -> None:
    """A caller that gave up would see its work done behind its back."""
    if isinstance(room.trigger, Http | HttpDefault):
        assert room.timeout_s < HTTP_API_TIMEOUT_S
    if isinstance(room.trigger, FromQueue):
        assert 6 * room.timeout_s <= room.trigger.visibility_s


def test_a_route_belongs_to_one_room() -> None:
    """No method and path twice, and exactly one room for all the rest."""
    routes = [(r.method, r.path) for room in ROOMS if isinstance(room.trigger, Http) for r in room.trigger.routes]
    assert len(routes) == len(set(routes))
    assert len([room for room in ROOMS if isinstance(room.trigger, HttpDefault)]) == 1


def test_a_message_that_is_sent_back_is_no_loop_to_lambda() -> None:
    """`record` gives a message up before Lambda takes its coming back for a loop that ran away, and stops it."""
    assert 1 + _TRIES < LOOP_INVOCATIONS


def test_a_room_can_bury_a_message_before_the_queue_does() -> None:
    """The room writes down why; the queue cannot."""
    assert topology.consumer_of("operations").max_receives > RecordSettings.max_attempts
    assert topology.consumer_of("erasures").max_receives > EraseSettings.max_attempts
    assert topology.consumer_of("upgrades").max_receives > KeepSettings.max_attempts
    assert topology.consumer_of("deliveries").max_receives > DeliverSettings.max_attempts


def test_who_read_a_trace_before_it_was_hidden_has_ended_when_it_is_removed() -> None:
    """What is erased waits longer than any room runs that writes a trace's rows, or answers with what it read."""
    assert EraseSettings.settle_s > max(RECORD.timeout_s, API.timeout_s, KEEP.timeout_s)
    assert EraseSettings.settle_s == ApiSettings.settle_s


def test_who_read_a_trace_in_the_base_tier_has_ended_when_it_is_looked_at_again() -> None:
    """What `record` writes late for lists is there when the keep room looks at a trace for the second time."""
    assert KeepSettings.settle_s > max(RECORD.timeout_s, API.timeout_s)


def test_the_page_is_told_what_clients_are_told() -> None:
    """The batch size that `/me` names is the one that `/info` names."""
    assert ApiSettings.advertised_batch_bytes == ReceiveSettings.advertised_batch_bytes


def test_a_segment_is_given_back_when_who_cut_it_has_ended() -> None:
    """A lease outlives the room, so no two rooms ever hold one."""
    assert EraseSettings.lease_s > ERASE.timeout_s


def test_an_attempt_is_given_back_when_who_took_it_has_ended_and_before_its_message_comes_again() -> None:
    """No two rooms make one attempt; and where one died in it, the next to get the message may make it."""
    trigger = topology.consumer_of("deliveries")
    assert DELIVER.timeout_s < DeliverSettings.lease_s < trigger.visibility_s
    assert DeliverSettings.within_s < DELIVER.timeout_s


def test_the_last_attempt_waits_no_longer_than_a_message_may() -> None:
    """The growing delays stay within what SQS lets a message wait."""
    longest_s = DeliverSettings.first_retry_s * 2 ** (DeliverSettings.attempts - 2)
    assert longest_s <= MAX_DELAY_S


@each_room
def test_packages_are_locked(room: Room) -> None:
    """What a layer holds is what was tested: each package a room asks for has its version in the lock."""
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert set(room.packages) - locked == set()


@each_room
def test_grants_are_said_once(room: Room) -> None:
    """A room that needs both says read and write, each once; `send` is for queues and the topic, `depth` for queues."""
    assert len(room.grants) == len(set(room.grants))
    queues, of_queues = {*DEAD_LETTERS, *DEAD_LETTERS.values(), "alerts"}, {"send", "depth"}
    assert {resource for resource, access in room.grants if (access in of_queues) != (resource in queues)} == set()
