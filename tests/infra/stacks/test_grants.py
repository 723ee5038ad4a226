"""A role may do what the topology says of its room, and not one call more."""

from __future__ import annotations

import json

import pytest

from infra.topology import ROOMS, Access, FromQueue, Resource, Room
from tests.infra.stacks.template import Template, plain

ROOM_NAMES = [room.name for room in ROOMS]

TARGETS: dict[Resource, str] = {
    "traces": "TracesTable",
    "control": "ControlTable",
    "objects": "Bucket",
    "exports": "Bucket",
    "examples": "Bucket",
    "snapshots": "SnapshotsBucket",
    "operations": "OperationsQueue",
    "dead_letters": "DeadLetterQueue",
    "erasures": "ErasuresQueue",
    "erasure_dead_letters": "ErasureDeadLetterQueue",
    "upgrades": "UpgradesQueue",
    "upgrade_dead_letters": "UpgradeDeadLetterQueue",
    "shares": "SharesQueue",
    "share_dead_letters": "ShareDeadLetterQueue",
    "deliveries": "DeliveriesQueue",
    "delivery_dead_letters": "DeliveryDeadLetterQueue",
}

CALLS: dict[tuple[str, Access], set[str]] = {
    ("Table", "read"): {"dynamodb:GetItem", "dynamodb:Query"},
    ("Table", "write"): {f"dynamodb:{call}" for call in ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")},
    ("Queue", "send"): {"sqs:SendMessage"},
    ("Queue", "depth"): {"sqs:GetQueueAttributes"},
}
CALLS_OF_ONE: dict[Resource, set[tuple[str, str]]] = {
    "share_rows": {("dynamodb:GetItem", "ControlTable")},
    "signing": {("secretsmanager:GetSecretValue", "SigningSecret")},
    "hooks": {("secretsmanager:GetSecretValue", "HooksSecret")},
    "alerts": {("sns:Publish", "AlertsTopic")},
    "edge": {
        (f"cloudfront-keyvaluestore:{call}", "Denied")
        for call in ("DeleteKey", "DescribeKeyValueStore", "PutKey", "UpdateKeys")
    },
}
"""What the ports of `shared/store/ports.py` need of AWS, written here a second time on purpose."""


def _expected(room: Room) -> set[tuple[str, str]]:
    allowed: set[tuple[str, str]] = set()
    for resource, access in room.grants:
        target = TARGETS.get(resource, "")
        kind = next((kind for kind in ("Table", "Bucket", "Queue") if target.endswith(kind)), "")
        if resource in CALLS_OF_ONE:
            allowed |= CALLS_OF_ONE[resource]
        elif resource == "exports":
            allowed |= {("s3:PutObject", "Bucket/exports/*")}
        elif resource == "examples":
            calls = {"read": {"GetObject"}, "write": {"PutObject", "DeleteObject"}}[access]
            allowed |= {(f"s3:{call}", "Bucket/datasets/*") for call in calls}
            allowed |= {("s3:ListBucket", "Bucket")} if access == "read" else set()
        elif resource == "snapshots":
            calls = {"read": {"GetObject"}, "write": {"PutObject", "DeleteObject"}, "add": {"PutObject"}}[access]
            allowed |= {(f"s3:{call}", "SnapshotsBucket/s/*") for call in calls}
            allowed |= {("s3:ListBucket", "SnapshotsBucket")} if access == "read" else set()
        elif kind == "Bucket":
            put = {"PutObject"}
            calls = {"read": {"GetObject"}, "write": {"PutObject", "DeleteObject"}, "add": put, "keep": put}[access]
            tiers = {"add": ("base",), "keep": ("extended",)}.get(access, ("base", "extended"))
            allowed |= {(f"s3:{call}", f"Bucket/{tier}/*") for call in calls for tier in tiers}
            allowed |= {("s3:ListBucket", "Bucket")} if access == "read" else set()
        else:
            allowed |= {(call, target) for call in CALLS[kind, access]}
    if isinstance(room.trigger, FromQueue):
        calls = {"DeleteMessage", "GetQueueAttributes", "ReceiveMessage"}
        allowed |= {(f"sqs:{call}", TARGETS[room.trigger.queue]) for call in calls}
    return allowed


def _of_every_room(template: Template, room: Room) -> set[tuple[str, str]]:
    """What each room may do whatever its grants: write its own log, and its own traces to X-Ray."""
    logs = template.logs_of(room.name)
    return {
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
        ("xray:PutTelemetryRecords", "*"),
        ("xray:PutTraceSegments", "*"),
    }


@pytest.mark.parametrize("room", ROOMS, ids=ROOM_NAMES)
def test_a_role_is_its_grants(template: Template, room: Room) -> None:
    """Action by action and resource by resource, the role is what the topology grants, no more and no less."""
    assert template.allowed(room.name) == _expected(room) | _of_every_room(template, room)


@pytest.mark.parametrize("room", ROOMS, ids=ROOM_NAMES)
def test_only_x_ray_is_allowed_everywhere(template: Template, room: Room) -> None:
    """X-Ray has no resources to name; every other call names its own, and no call is a pattern."""
    allowed = template.allowed(room.name)
    assert {action.partition(":")[0] for action, resource in allowed if resource == "*"} == {"xray"}
    assert [action for action, _ in allowed if "*" in action] == []


def test_each_room_has_a_role_of_its_own(template: Template) -> None:
    """No two functions share a role, and no role stands for anything else."""
    used = [str(function["Properties"]["Role"]) for function in template.of_type("AWS::Lambda::Function").values()]
    assert len(set(used)) == len(used) == len(template.of_type("AWS::IAM::Role"))


def test_nothing_is_added_to_a_role_from_outside(template: Template) -> None:
    """A role is read in one place, but for the leave to invalidate: the distribution is made after its rooms."""
    [added] = template.of_type("AWS::IAM::Policy").values()
    [statement] = added["Properties"]["PolicyDocument"]["Statement"]
    [distribution] = template.of_type("AWS::CloudFront::Distribution")
    assert statement["Action"] == "cloudfront:CreateInvalidation"
    assert distribution in json.dumps(statement["Resource"])
    of_share = template.properties(template.function_of("share"))["Role"]
    assert list(map(plain, added["Properties"]["Roles"])) == [plain(of_share)]
    assert template.of_type("AWS::IAM::ManagedPolicy") == {}
    roles = template.of_type("AWS::IAM::Role").values()
    assert [role for role in roles if "ManagedPolicyArns" in role["Properties"]] == []


def test_only_lambda_takes_a_role(template: Template) -> None:
    """No account and no person can put a room's role on."""
    for name in template.of_type("AWS::IAM::Role"):
        [statement] = template.properties(name)["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_the_public_reads_rows_of_shares_and_no_other_row(template: Template) -> None:
    """Who may read what, by meaning: a condition narrows the table to the partitions that a link leads to."""
    read = [one for one in template.statements("public") if "dynamodb:GetItem" in one["Action"]]
    [keys] = [one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] for one in read]
    assert keys == ["share#*", "share-settings#*"]
    services = {action.partition(":")[0] for action, _ in template.allowed("public")}
    assert services == {"dynamodb", "s3", "secretsmanager", "sqs", "logs", "xray"}
    assert {action for action, _ in template.allowed("public") if action.startswith("s3")} == {
        "s3:GetObject",
        "s3:ListBucket",
    }


@pytest.mark.parametrize(("secret", "readers"), [("SigningSecret", {"public"}), ("HooksSecret", {"api", "deliver"})])
def test_a_secret_is_read_by_who_needs_it(template: Template, secret: str, readers: set[str]) -> None:
    """Keys of shares by who signs, what seals rules by who seals and unseals: no other role has a word of either."""
    read = ("secretsmanager:GetSecretValue", secret)
    assert {room.name for room in ROOMS if read in template.allowed(room.name)} == readers


def test_who_sends_to_strangers_deletes_nothing_of_anybody(template: Template) -> None:
    """The one room that opens connections to addresses that people wrote reads, notes and tells; it reaches no more."""
    allowed = {action for action, _ in template.allowed("deliver")}
    assert not {"s3:PutObject", "s3:DeleteObject", "dynamodb:Scan"} & allowed
    written = {target for action, target in template.allowed("deliver") if action == "dynamodb:PutItem"}
    assert written == {"TracesTable"}
