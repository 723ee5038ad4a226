"""What wakes rooms by the clock: one rule a scheduled room. EventBridge's rules cost nothing."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.stacks.compute import Compute
from infra.topology import ROOMS, Room, Scheduled


class Jobs(Construct):
    """The rules."""

    def __init__(self, scope: Construct, construct_id: str, compute: Compute) -> None:
        super().__init__(scope, construct_id)
        for room in ROOMS:
            if isinstance(room.trigger, Scheduled):
                self._wake(room, room.trigger, compute)

    def _wake(self, room: Room, trigger: Scheduled, compute: Compute) -> None:
        """A run that fails is not tried again: the next one does its work too."""
        events.Rule(
            self,
            room.name,
            description=f"Wakes the {room.name} room of Tracekeep",
            schedule=events.Schedule.rate(Duration.minutes(trigger.every_minutes)),
            targets=[targets.LambdaFunction(compute.functions[room.name], retry_attempts=0)],
        )
