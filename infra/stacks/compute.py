"""The rooms as Lambdas: one loop over the topology."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stacks.advice import decline
from infra.stacks.data import Data
from infra.stacks.grants import policy_of
from infra.stacks.log_groups import log_group
from infra.stacks.options import OptionInvalid, Options
from infra.topology import ROOMS, FromQueue, Room
from shared.base.settings import Settings

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64


class Bundles(Protocol):
    """Who makes the folders that Lambda gets: `infra/bundle.py`, or empty ones in tests."""

    def layer(self, packages: tuple[str, ...]) -> Path:
        """A folder to mount at `/opt`: the packages with all they need."""
        ...

    def room(self, name: str) -> Path:
        """A folder to mount at `/var/task`: our own code of one room."""
        ...

    def page(self) -> Path:
        """A folder to mount at `/var/task`: the page, and what puts it into its bucket."""
        ...


class Compute(Construct):
    """The functions by the name of their room."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        options: Options,
        data: Data,
        bundles: Bundles,
        known: Mapping[str, Any],
    ) -> None:
        """`known` are settings that the rooms cannot have from the options and the data alone."""
        super().__init__(scope, construct_id)
        self._options, self._data, self._bundles, self._known = options, data, bundles, known
        self._layers: dict[tuple[str, ...], lambda_.ILayerVersion] = {}
        self._concurrency = options.concurrency_by_room()
        _check_rooms_exist(self._concurrency)
        self.functions = {room.name: self._function(room) for room in ROOMS}

    def _function(self, room: Room) -> lambda_.Function:
        group = log_group(self, f"{room.name}-logs", self._options)
        function = lambda_.Function(
            self,
            room.name,
            description=f"Tracekeep {room.name}: {(room.settings.__doc__ or '').strip()}",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=f"functions.{room.name}.handler.handler",
            code=lambda_.Code.from_asset(str(self._bundles.room(room.name))),
            layers=[self._layer(room.packages)],
            environment=self._settings(room).to_environ(),
            memory_size=room.memory_mb,
            timeout=Duration.seconds(room.timeout_s),
            reserved_concurrent_executions=self._concurrency.get(room.name),
            tracing=lambda_.Tracing.ACTIVE,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if room.may_loop else lambda_.RecursiveLoop.TERMINATE,
            log_group=group,
            # So that a line of ours and one of Lambda's both have fields to filter by: `level`, `record.status`.
            logging_format=lambda_.LoggingFormat.JSON,
            # Closed, so that no construct adds to it: what it may do is what `grants.py` says.
            role=self._role(room, group).without_policy_updates(),
        )
        self._wake(room, function)
        return function

    def _role(self, room: Room, group: logs.ILogGroup) -> iam.Role:
        role = iam.Role(
            self,
            f"{room.name}-role",
            description=f"What the {room.name} room of Tracekeep may touch",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"room": policy_of(room, self._data, group)},
        )
        for finding, reason in _WILDCARDS.items():
            decline(role, rule=f"IAM5[{finding}]", reason=reason)
        return role

    def _wake(self, room: Room, function: lambda_.Function) -> None:
        """Messages wake their room from here; HTTP routes are made by `edge.py`."""
        if not isinstance(room.trigger, FromQueue):
            return
        function.add_event_source_mapping(
            "messages",
            event_source_arn=self._data.queues[room.trigger.queue].queue_arn,
            batch_size=room.trigger.batch_size,
            max_batching_window=Duration.seconds(room.trigger.window_s),
            report_batch_item_failures=True,
            # A room with fewer environments than pollers would throttle, and each throttle counts as a delivery.
            # Source: AWS Lambda, "Configuring maximum concurrency for Amazon SQS event sources".
            max_concurrency=self._concurrency.get(room.name, room.trigger.at_once),
        )

    def _layer(self, packages: tuple[str, ...]) -> lambda_.ILayerVersion:
        """One layer for each set of packages: `receive` must not wait for FastAPI to be unpacked."""
        if packages not in self._layers:
            users = [room.name for room in ROOMS if room.packages == packages]
            self._layers[packages] = lambda_.LayerVersion(
                self,
                f"packages-{'-'.join(users)}",
                description=f"Packages of {', '.join(users)}",
                code=lambda_.Code.from_asset(str(self._bundles.layer(packages))),
                compatible_architectures=[ARCHITECTURE],
                compatible_runtimes=[RUNTIME],
                removal_policy=RemovalPolicy.DESTROY,
            )
        return self._layers[packages]

    def _settings(self, room: Room) -> Settings:
        """The room's settings, filled with what this deployment knows; the others keep their default.

        Raises: TypeError at synth, where a setting has neither.
        """
        known: dict[str, Any] = {
            "traces_table": self._data.traces.table_name,
            "control_table": self._data.control.table_name,
            "bucket": self._data.bucket.bucket_name,
            "snapshots_bucket": self._data.snapshots.bucket_name,
            "shares_queue_url": self._data.queues["shares"].queue_url,
            "share_dead_letter_queue_url": self._data.queues["share_dead_letters"].queue_url,
            "deliveries_queue_url": self._data.queues["deliveries"].queue_url,
            "delivery_dead_letter_queue_url": self._data.queues["delivery_dead_letters"].queue_url,
            "signing_secret": self._data.signing.attr_id,
            "hooks_secret": self._data.hooks.attr_id,
            "alerts_topic_arn": self._data.alerts.topic_arn,
            "denied_store_arn": self._data.denied.key_value_store_arn,
            "distribution_id": "",  # told when there is one: sharing.py
            **self._known,
            "operations_queue_url": self._data.operations.queue_url,
            "dead_letter_queue_url": self._data.dead_letters.queue_url,
            "erasures_queue_url": self._data.erasures.queue_url,
            "erasure_dead_letter_queue_url": self._data.erasure_dead_letters.queue_url,
            "upgrades_queue_url": self._data.upgrades.queue_url,
            "upgrade_dead_letter_queue_url": self._data.upgrade_dead_letters.queue_url,
            "base_days": self._options.base_days,
            "extended_days": self._options.extended_days,
            "pagerduty_url": self._options.pagerduty_url,
            "allowed_networks": ",".join(map(str, self._options.networks())),
        }
        return room.settings(**{name: known[name] for name in room.settings.__dataclass_fields__ if name in known})


_WILDCARDS = {
    "Resource::*": "X-Ray has no resources to name",
    "Resource::<Bucket.Arn>/base/*": "The objects of a tier are the resource: their keys are not known beforehand",
    "Resource::<Bucket.Arn>/datasets/*": "Examples are named by their dataset and id, which are not known beforehand",
    "Resource::<Bucket.Arn>/exports/*": "Exports are named by their workspace and id, which are not known beforehand",
    "Resource::<Bucket.Arn>/extended/*": "As for base/: the prefix is as narrow as a key can be named",
    "Resource::<SnapshotsBucket.Arn>/s/*": "Snapshots are named by their share, which is not known beforehand",
}


def _check_rooms_exist(concurrency: dict[str, int]) -> None:
    unknown = concurrency.keys() - {room.name for room in ROOMS}
    if unknown:
        raise OptionInvalid(f"reserved_concurrency names {sorted(unknown)}; the rooms are {[r.name for r in ROOMS]}")
