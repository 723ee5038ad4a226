"""Where data lives: two tables, two buckets, queues with their dead letters. Nothing here costs while idle.

Each has a fixed logical id: moving code about must never make CloudFormation replace a table.
"""

from __future__ import annotations

from aws_cdk import CfnElement, Duration, RemovalPolicy
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from infra import topology
from infra.stacks.options import Options
from shared.sharing.signing import ROOT as SNAPSHOTS

TTL_ATTRIBUTE = "expires_at"
_QUEUE_RETENTION = Duration.days(4)
"""An outage of a room may last a long weekend."""
_UPGRADES_RETENTION = Duration.days(10)
"""A trace that was promised a longer life ends with the base tier where its message is lost: so it is kept as long as
base rows mostly are, and yet for less than its dead letters, whose days count from the first sending.
Source: Amazon SQS, "Using dead-letter queues", message retention."""
_DEAD_LETTER_RETENTION = Duration.days(14)
"""Source: Amazon SQS, message quotas: the most that a queue keeps."""
_HOOKS_CHARS = 64
"""Of 62 letters and digits: 381 bits."""
_GRACE_DAYS = 1
"""Objects go a day after the rows that point to them: lifecycle rounds to midnight, TTL deletes late."""


class Data(Construct):
    """The tables, the bucket and the queues of one deployment."""

    def __init__(self, scope: Construct, construct_id: str, options: Options) -> None:
        super().__init__(scope, construct_id)
        # Recovery would keep for 35 days more what was to be gone after 14.
        self.traces = self._table("TracesTable", with_recovery=False)
        self.control = self._table("ControlTable", with_recovery=True)
        self.bucket = self._bucket("Bucket", {"base/": options.base_days, "extended/": options.extended_days})
        # Taken back shares are deleted at once, and those that end within minutes: this is for what nobody could.
        self.snapshots = self._bucket("SnapshotsBucket", {f"{SNAPSHOTS}/": options.extended_days})
        self.signing = self._signing()
        self.denied = cloudfront.KeyValueStore(
            self, "Denied", comment="Shares that were taken back: refused whatever was signed for them before"
        )
        _name(self.denied, "Denied")
        self.queues: dict[topology.Resource, sqs.Queue] = {}
        self._add_queue("operations", "OperationsQueue", "DeadLetterQueue")
        self._add_queue("erasures", "ErasuresQueue", "ErasureDeadLetterQueue")
        self._add_queue("upgrades", "UpgradesQueue", "UpgradeDeadLetterQueue")
        self._add_queue("shares", "SharesQueue", "ShareDeadLetterQueue")
        self._add_queue("deliveries", "DeliveriesQueue", "DeliveryDeadLetterQueue")
        self.hooks = self._hooks()
        # Apart from the one of alarms: that is for who runs the deployment, this for what rules and limits tell teams.
        self.alerts = sns.Topic(self, "AlertsTopic", display_name="Tracekeep alerts", enforce_ssl=True)
        _name(self.alerts, "AlertsTopic")
        self.operations, self.dead_letters = self.queues["operations"], self.queues["dead_letters"]
        self.upgrades, self.upgrade_dead_letters = self.queues["upgrades"], self.queues["upgrade_dead_letters"]
        self.erasures, self.erasure_dead_letters = self.queues["erasures"], self.queues["erasure_dead_letters"]

    def _table(self, name: str, *, with_recovery: bool) -> dynamodb.TableV2:
        table = dynamodb.TableV2(
            self,
            name,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
            time_to_live_attribute=TTL_ATTRIBUTE,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=with_recovery
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        _name(table, name)
        return table

    def _bucket(self, name: str, days_by_prefix: dict[str, int]) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=False,  # what was deleted must be gone
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
                *[_expiry(prefix, days) for prefix, days in days_by_prefix.items()],
            ],
        )
        _name(bucket, name)
        return bucket

    def _signing(self) -> secretsmanager.CfnSecret:
        """The secret with the keys that sign shares; `signing.py` has them made. It costs $0.40 a month."""
        secret = secretsmanager.CfnSecret(
            self,
            "SigningSecret",
            description="Tracekeep: private keys that open the files of shared traces; made at deploy",
            secret_string='{"keys":{}}',  # noqa: S106 it holds none yet
        )
        secret.override_logical_id("SigningSecret")
        return secret

    def _hooks(self) -> secretsmanager.CfnSecret:
        """The secret that headers and keys of rules are sealed with, made once. It costs $0.40 a month.

        It stays with the tables: without it nothing that was sealed in them is ever opened again.
        """
        secret = secretsmanager.CfnSecret(
            self,
            "HooksSecret",
            description="Tracekeep: what headers and keys of automation rules are sealed with",
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                password_length=_HOOKS_CHARS, exclude_punctuation=True
            ),
        )
        secret.override_logical_id("HooksSecret")
        secret.apply_removal_policy(RemovalPolicy.RETAIN)
        return secret

    def _add_queue(self, resource: topology.Resource, name: str, dead_letter_name: str) -> None:
        """A queue with its dead letters, as the room that it wakes needs it."""
        trigger = topology.consumer_of(resource)
        buried = self._queue(dead_letter_name, retention_period=_DEAD_LETTER_RETENTION)
        self.queues[topology.DEAD_LETTERS[resource]] = buried
        self.queues[resource] = self._queue(
            name,
            retention_period=_UPGRADES_RETENTION if resource == "upgrades" else _QUEUE_RETENTION,
            visibility_timeout=Duration.seconds(trigger.visibility_s),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=trigger.max_receives, queue=buried),
        )

    def _queue(
        self,
        name: str,
        *,
        retention_period: Duration,
        visibility_timeout: Duration | None = None,
        dead_letter_queue: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            name,
            retention_period=retention_period,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        _name(queue, name)
        return queue


def _expiry(prefix: str, days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(id=prefix.rstrip("/"), prefix=prefix, expiration=Duration.days(days + _GRACE_DAYS))


def _name(construct: IConstruct, logical_id: str) -> None:
    resource = construct.node.default_child
    assert isinstance(resource, CfnElement)  # noqa: S101 every L2 construct here has one
    resource.override_logical_id(logical_id)
