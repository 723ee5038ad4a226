"""What wakes a person. Each alarm says what happened and which lines of the runbook to read.

CloudWatch charges each alarm by the month; the first ten of an account are free, and we stay within them.
Source: Amazon CloudWatch pricing, free tier, "10 alarm metrics".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.stacks.data import Data
from infra.stacks.options import Options
from infra.topology import ROOMS, Http, HttpDefault

RUNBOOK = "docs/runbook.md"
_MAX_LAG_S = 300
"""A trace that is not readable five minutes after it was accepted is missed by its developer."""
_WATCHED_BY_THEIR_QUEUE = frozenset({"erase", "keep", "share"})
"""What such a room fails on comes again, and rings as a dead letter when it is given up; nobody waits for it."""
_TOLD_TO_WHO_ASKED = frozenset({"deliver", "export"})
"""An export that fails is taken up at the room's next look, and says why where it was asked for when it is given up;
so does a delivery, in the log of its rule. Mostly it is a receiver that failed, for whom nobody here is to be woken."""
_ANSWERS = frozenset(room.name for room in ROOMS if isinstance(room.trigger, Http | HttpDefault))
"""A crash of such a room is a failing answer, and rings as API 5xx."""
_MINUTE = Duration.minutes(1)
_FIVE_MINUTES = Duration.minutes(5)


@dataclass(frozen=True)
class _Watch:
    """One alarm: it rings when `metric` is over `threshold` in `periods` periods on end."""

    name: str
    happened: str
    metric: cloudwatch.IMetric
    section: str
    threshold: float = 0
    periods: int = 1


class Alarms(Construct):
    """The alarms of one deployment, and the address they go to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        options: Options,
        data: Data,
        functions: Mapping[str, lambda_.Function],
        api: gateway.HttpApi,
    ) -> None:
        super().__init__(scope, construct_id)
        topic = self._topic(options.alarm_email) if options.alarm_email else None
        for watch in [*_of_queues(data), *_of_api(api), *_of_rooms(functions)]:
            self._alarm(watch, topic)

    def _topic(self, email: str) -> sns.Topic:
        topic = sns.Topic(self, "Topic", display_name=f"{Stack.of(self).stack_name} alarms", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        return topic

    def _alarm(self, watch: _Watch, topic: sns.ITopic | None) -> None:
        alarm = cloudwatch.Alarm(
            self,
            watch.name,
            alarm_name=f"{Stack.of(self).stack_name}-{watch.name}",
            alarm_description=f"{watch.happened} What to do: {RUNBOOK}#{watch.section}",
            metric=watch.metric,
            threshold=watch.threshold,
            evaluation_periods=watch.periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if topic is not None:
            alarm.add_alarm_action(actions.SnsAction(topic))
            alarm.add_ok_action(actions.SnsAction(topic))


def _of_queues(data: Data) -> list[_Watch]:
    buried = data.dead_letters.metric_approximate_number_of_messages_visible(statistic="Maximum", period=_MINUTE)
    given_up = data.erasure_dead_letters.metric_approximate_number_of_messages_visible(
        statistic="Maximum", period=_MINUTE
    )
    not_moved = data.upgrade_dead_letters.metric_approximate_number_of_messages_visible(
        statistic="Maximum", period=_MINUTE
    )
    unshared = data.queues["share_dead_letters"].metric_approximate_number_of_messages_visible(
        statistic="Maximum", period=_MINUTE
    )
    oldest = data.operations.metric_approximate_age_of_oldest_message(statistic="Maximum", period=_MINUTE)
    return [
        _Watch("dead-letters", "Operations were buried: they are in no trace.", buried, "dead-letters"),
        _Watch(
            "erasure-dead-letters",
            "A deletion was given up: its traces are unreadable, but not all removed.",
            given_up,
            "erasure-dead-letters",
        ),
        _Watch(
            "upgrade-dead-letters",
            "A trace that is to be kept longer was not moved: it ends with the base tier.",
            not_moved,
            "upgrade-dead-letters",
        ),
        _Watch(
            "share-dead-letters",
            "A share could not be made or not be taken back whole; one that was revoked is refused all the same.",
            unshared,
            "share-dead-letters",
        ),
        _Watch(
            "lag",
            "What was accepted is not readable yet after 5 minutes.",
            oldest,
            "lag",
            threshold=_MAX_LAG_S,
            periods=3,
        ),
    ]


def _of_api(api: gateway.HttpApi) -> list[_Watch]:
    failed = api.metric_server_error(statistic="Sum", period=_FIVE_MINUTES)
    return [_Watch("api-5xx", "The API answered 5xx; clients drop traces after a few tries.", failed, "api-5xx")]


def _of_rooms(functions: Mapping[str, lambda_.Function]) -> list[_Watch]:
    """Crashes that nothing else tells of. A room without a free environment is a failing answer too, or lag."""
    watches = []
    for name, function in functions.items():
        if name in _WATCHED_BY_THEIR_QUEUE | _TOLD_TO_WHO_ASKED | _ANSWERS:
            continue
        errors = function.metric_errors(period=_FIVE_MINUTES)
        happened = f"The {name} room crashed or ran out of time."
        watches.append(_Watch(f"{name}-errors", happened, errors, "room-errors"))
    return watches
