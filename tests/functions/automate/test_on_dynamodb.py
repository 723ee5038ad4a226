"""The same room over the table of AWS: its conditions, ranges and numbers mean there what they mean on the laptop."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest

from shared.base.ids import new_uuid
from shared.queues.queue import AnnotationQueue
from shared.store.annotation_queues import AnnotationQueues
from tests.automate_room import AutomateRoom, failing, sent_at, sound
from tests.emulated import make_dynamo_table
from tests.operations import WORKSPACE
from tests.stores import NOON_US


@pytest.mark.aws
def test_a_rule_does_on_dynamodb_what_it_does_on_the_laptop(tmp_path: Path, aws_endpoint: str) -> None:
    """Followed, looked back, capped, claimed once, logged, and done again by a process that knows nothing of it."""
    room = AutomateRoom(tmp_path)
    store = dataclasses.replace(
        room.store, traces=make_dynamo_table(aws_endpoint), control=make_dynamo_table(aws_endpoint)
    )
    room.move_to(store)
    queues = AnnotationQueues(store, room.clock, room.ask.traces.periods)
    queue = queues.create(WORKSPACE, AnnotationQueue(new_uuid(), "review", NOON_US, NOON_US)).id
    before = sent_at(room, failing(NOON_US - 9))
    room.clock.advance(5)
    rule = room.rule(queue=queue, extends=True, monthly_cap_usd=Decimal("0.01"), backfill_from_us=NOON_US - 60_000_000)
    traces = [sent_at(room, sound(NOON_US + n)) for n in range(3)]
    room.look()
    room.over(store)
    room.look()
    room.clock.advance(700)
    room.look()
    assert room.acted(rule).keys() == {before, *traces}
    assert {len(set(runs)) - len(runs) for runs in room.acted(rule).values()} == {0}
    assert sum(room.tier_of(one) == "extended" for one in (before, *traces)) == 2
    assert len(queues.items(WORKSPACE, queue)) == 5
