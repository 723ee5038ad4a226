"""The one stack: data, rooms, front door, page, alarms, and what its owner needs to know of it."""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.stacks.advice import decline
from infra.stacks.alarms import Alarms
from infra.stacks.cdn import Cdn
from infra.stacks.compute import Bundles, Compute
from infra.stacks.data import Data
from infra.stacks.edge import Edge
from infra.stacks.jobs import Jobs
from infra.stacks.options import Options
from infra.stacks.page import Page
from infra.stacks.sharing import EdgeTrust, tell_of


class TracekeepStack(Stack):
    """A whole deployment. One stack, so that one command deploys it and one name finds all its outputs.

    Deleting it keeps the tables and the bucket: they are protected, and have to be deleted by hand.
    """

    def __init__(self, scope: Construct, options: Options, bundles: Bundles) -> None:
        super().__init__(scope, options.stack_name, description="Tracekeep: a LangSmith-compatible home for LLM traces")
        self.data = Data(self, "data", options)
        trust = EdgeTrust(self, "trust", options, self.data.signing, bundles)
        compute = Compute(self, "compute", options, self.data, bundles, trust.settings)
        Jobs(self, "jobs", compute)
        edge = Edge(self, "edge", options, compute.functions, trust.inside)
        cdn = Cdn(self, "cdn", options, edge.api, self.data, trust)
        tell_of(cdn.distribution, cdn.url, compute.functions)
        Page(self, "page", options, cdn.bucket, bundles.page())
        Alarms(self, "alarms", options, self.data, compute.functions, edge.api)
        self._tell(edge, cdn)
        self._decline()

    def _tell(self, edge: Edge, cdn: Cdn) -> None:
        for name, value, description in (
            ("PageUrl", cdn.url, "Where people go"),
            ("LangSmithEndpoint", f"{cdn.url}/api/v1", "What to set LANGSMITH_ENDPOINT to"),
            ("ApiEndpoint", edge.api.api_endpoint, "The HTTP API itself: the same, without the page and its domain"),
            ("TracesTableName", self.data.traces.table_name, "Chunks, heads, logs, feed"),
            ("ControlTableName", self.data.control.table_name, "Workspaces, keys, projects"),
            ("BucketName", self.data.bucket.bucket_name, "Payload segments and attachments"),
            ("SnapshotsBucketName", self.data.snapshots.bucket_name, "What shared links show"),
            ("OperationsQueueUrl", self.data.operations.queue_url, "What was accepted and is to be recorded"),
            ("DeadLetterQueueUrl", self.data.dead_letters.queue_url, "What could not be recorded"),
            ("ErasuresQueueUrl", self.data.erasures.queue_url, "What was deleted and is to be removed"),
            ("ErasureDeadLetterQueueUrl", self.data.erasure_dead_letters.queue_url, "What could not be removed"),
            ("UpgradesQueueUrl", self.data.upgrades.queue_url, "What is to be kept longer, and not moved yet"),
            ("UpgradeDeadLetterQueueUrl", self.data.upgrade_dead_letters.queue_url, "What could not be moved"),
            ("SharesQueueUrl", self.data.queues["shares"].queue_url, "Shares to be made, looked after or taken back"),
            ("ShareDeadLetterQueueUrl", self.data.queues["share_dead_letters"].queue_url, "Shares that could not be"),
            ("DeliveriesQueueUrl", self.data.queues["deliveries"].queue_url, "Webhooks and alerts to be told"),
            ("DeliveryDeadLetterQueueUrl", self.data.queues["delivery_dead_letters"].queue_url, "What was not told"),
            ("AlertsTopicArn", self.data.alerts.topic_arn, "Where rules and limits tell people: subscribe to it"),
        ):
            CfnOutput(self, name, value=value, description=description)

    def _decline(self) -> None:
        """Advice of cdk-nag that we do not follow; what concerns one construct only stands beside it."""
        for bucket in (self.data.bucket, self.data.snapshots):
            decline(
                bucket,
                rule="S1",
                reason="Only the rooms reach the bucket; access logs need a second bucket and a copy of every key name",
            )
        decline(
            self.data.hooks,
            rule="SMG4",
            reason="What is sealed in tables is opened by this secret alone: a new one would lose all of it",
        )
        decline(
            self,
            rule="L1",
            reason="The next runtime is taken when all packages have wheels for it on arm64, not when it comes out",
        )
