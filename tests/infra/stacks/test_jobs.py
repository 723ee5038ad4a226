"""Rooms that the clock wakes."""

from __future__ import annotations

from infra.topology import ROOMS, Scheduled
from tests.infra.stacks.template import Template, plain

MINUTES_PER_DAY = 1_440


def test_each_scheduled_room_is_woken_as_often_as_the_topology_says(template: Template) -> None:
    """One rule a room, switched on, which wakes that room and no other, and does not try again."""
    scheduled = {room.name: room.trigger for room in ROOMS if isinstance(room.trigger, Scheduled)}
    expected = {template.function_of(name): _rate(one.every_minutes) for name, one in scheduled.items()}
    rules = [rule["Properties"] for rule in template.of_type("AWS::Events::Rule").values()]
    woken = {plain(rule["Targets"][0]["Arn"]): rule for rule in rules}
    assert {name: rule["ScheduleExpression"] for name, rule in woken.items()} == expected
    assert {rule["State"] for rule in rules} == {"ENABLED"}
    assert [rule["Targets"][0]["RetryPolicy"]["MaximumRetryAttempts"] for rule in rules] == [0] * len(expected)


def _rate(minutes: int) -> str:
    """As EventBridge has it: a day is one word, and of one there is no plural."""
    if minutes == MINUTES_PER_DAY:
        return "rate(1 day)"
    return "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"


def test_only_its_own_rule_may_wake_a_scheduled_room(template: Template) -> None:
    """Not every rule of the account: the permission names the rule."""
    scheduled = {template.function_of(room.name) for room in ROOMS if isinstance(room.trigger, Scheduled)}
    granted = [one["Properties"] for one in template.of_type("AWS::Lambda::Permission").values()]
    permissions = [one for one in granted if plain(one["FunctionName"]) in scheduled]
    assert {one["Principal"] for one in permissions} == {"events.amazonaws.com"}
    rules = set(template.of_type("AWS::Events::Rule"))
    assert {plain(one["SourceArn"]) for one in permissions} == rules
