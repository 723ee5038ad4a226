"""What a room's role may do: its grants in the topology, as IAM statements, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from infra.stacks.data import Data
from infra.topology import Access, FromQueue, Resource, Room
from shared.sharing.signing import ROOT as SNAPSHOTS
from shared.store.keys import DATASETS, SHARE_ROWS

_ROW_ACTIONS: dict[Access, list[str]] = {
    "read": ["dynamodb:GetItem", "dynamodb:Query"],
    "write": ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
}
_OBJECT_ACTIONS: dict[Access, list[str]] = {
    "read": ["s3:GetObject"],
    "write": ["s3:DeleteObject", "s3:PutObject"],
    "add": ["s3:PutObject"],
    "keep": ["s3:PutObject"],
}
_MESSAGE_ACTIONS: dict[Access, list[str]] = {"send": ["sqs:SendMessage"], "depth": ["sqs:GetQueueAttributes"]}
# Source: AWS Lambda, "Configuring an Amazon SQS event source mapping", execution role permissions.
_CONSUME = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
_TIERS = ("base", "extended")
_ONE_TIER: dict[Access, tuple[str, ...]] = {"add": ("base",), "keep": ("extended",)}


def policy_of(room: Room, data: Data, log_group: logs.ILogGroup) -> iam.PolicyDocument:
    """The whole policy of a room's role."""
    statements = [_logs(log_group), _x_ray()]
    for resource, access in room.grants:
        statements += _GRANT[resource](data, resource, access)
    if isinstance(room.trigger, FromQueue):
        statements.append(_allow(_CONSUME, _arn(data, room.trigger.queue)))
    return iam.PolicyDocument(statements=statements)


def _logs(log_group: logs.ILogGroup) -> iam.PolicyStatement:
    return _allow(["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn)


def _x_ray() -> iam.PolicyStatement:
    """X-Ray has no resources to name. Source: Service Authorization Reference, AWS X-Ray."""
    return _allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*")


def _rows(data: Data, resource: Resource, access: Access) -> list[iam.PolicyStatement]:
    return [_allow(_ROW_ACTIONS[access], _arn(data, resource))]


def _objects(data: Data, resource: Resource, access: Access) -> list[iam.PolicyStatement]:
    """The objects of both tiers, but for `add`, of the base tier alone, and `keep`, of the extended one.

    Without leave to list, S3 answers 403 for an object that is not there, and we could not tell it from a
    real refusal. Source: Amazon S3 API, GetObject, permissions.
    """
    arn = _arn(data, resource)
    tiers = _ONE_TIER.get(access, _TIERS)
    objects = _allow(_OBJECT_ACTIONS[access], *[f"{arn}/{tier}/*" for tier in tiers])
    return [objects, _allow(["s3:ListBucket"], arn)] if access == "read" else [objects]


def _exported(data: Data, resource: Resource, _: Access) -> list[iam.PolicyStatement]:
    """Files that the owner keeps: no lifecycle touches them, and the room that writes them cannot remove them."""
    return [_allow(["s3:PutObject"], f"{_arn(data, resource)}/exports/*")]


def _examples(data: Data, resource: Resource, access: Access) -> list[iam.PolicyStatement]:
    """What datasets hold, below a prefix that no lifecycle touches."""
    arn = _arn(data, resource)
    contents = _allow(_OBJECT_ACTIONS[access], f"{arn}/{DATASETS}*")
    return [contents, _allow(["s3:ListBucket"], arn)] if access == "read" else [contents]


def _snapshots(data: Data, resource: Resource, access: Access) -> list[iam.PolicyStatement]:
    """The files of shares, below the one prefix that they have."""
    arn = _arn(data, resource)
    files = _allow(_OBJECT_ACTIONS[access], f"{arn}/{SNAPSHOTS}/*")
    return [files, _allow(["s3:ListBucket"], arn)] if access == "read" else [files]


def _messages(data: Data, resource: Resource, access: Access) -> list[iam.PolicyStatement]:
    return [_allow(_MESSAGE_ACTIONS[access], _arn(data, resource))]


def _share_rows(data: Data, resource: Resource, _: Access) -> list[iam.PolicyStatement]:
    """Single rows, of the partitions that a link leads to. Source: Amazon DynamoDB, "Using IAM policy conditions"."""
    reads = iam.PolicyStatement(
        actions=["dynamodb:GetItem"],
        resources=[_arn(data, resource)],
        conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{begin}*" for begin in SHARE_ROWS]}},
    )
    return [reads]


def _edge(data: Data, _: Resource, __: Access) -> list[iam.PolicyStatement]:
    """The list of refused shares; `sharing.py` adds the distribution, which is made after its rooms."""
    calls = ["DeleteKey", "DescribeKeyValueStore", "PutKey", "UpdateKeys"]
    return [_allow([f"cloudfront-keyvaluestore:{call}" for call in calls], data.denied.key_value_store_arn)]


def _secret(data: Data, resource: Resource, _: Access) -> list[iam.PolicyStatement]:
    return [_allow(["secretsmanager:GetSecretValue"], _arn(data, resource))]


def _topic(data: Data, resource: Resource, _: Access) -> list[iam.PolicyStatement]:
    return [_allow(["sns:Publish"], _arn(data, resource))]


_GRANT: dict[Resource, Callable[[Data, Resource, Access], list[iam.PolicyStatement]]] = {
    "traces": _rows,
    "control": _rows,
    "objects": _objects,
    "exports": _exported,
    "examples": _examples,
    "snapshots": _snapshots,
    "share_rows": _share_rows,
    "signing": _secret,
    "edge": _edge,
    "operations": _messages,
    "dead_letters": _messages,
    "erasures": _messages,
    "erasure_dead_letters": _messages,
    "upgrades": _messages,
    "upgrade_dead_letters": _messages,
    "shares": _messages,
    "share_dead_letters": _messages,
    "deliveries": _messages,
    "delivery_dead_letters": _messages,
    "hooks": _secret,
    "alerts": _topic,
}


def _arn(data: Data, resource: Resource) -> str:
    arns = {
        "traces": data.traces.table_arn,
        "control": data.control.table_arn,
        "objects": data.bucket.bucket_arn,
        "exports": data.bucket.bucket_arn,
        "examples": data.bucket.bucket_arn,
        "snapshots": data.snapshots.bucket_arn,
        "share_rows": data.control.table_arn,
        "signing": data.signing.attr_id,
        "hooks": data.hooks.attr_id,
        "alerts": data.alerts.topic_arn,
        **{name: queue.queue_arn for name, queue in data.queues.items()},
    }
    return arns[resource]


def _allow(actions: list[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))
