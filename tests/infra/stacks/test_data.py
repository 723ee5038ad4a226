"""Data is kept as long as it was promised, and no longer; and no code change can replace what holds it."""

from __future__ import annotations

from typing import Any

import pytest

from infra import topology
from infra.stacks.data import TTL_ATTRIBUTE
from shared.store import keys
from shared.store.erased import TOMBSTONE_DAYS
from tests.infra.stacks.template import Template, plain

QUEUES: dict[topology.Resource, tuple[str, str]] = {
    "operations": ("OperationsQueue", "DeadLetterQueue"),
    "erasures": ("ErasuresQueue", "ErasureDeadLetterQueue"),
    "upgrades": ("UpgradesQueue", "UpgradeDeadLetterQueue"),
    "shares": ("SharesQueue", "ShareDeadLetterQueue"),
    "deliveries": ("DeliveriesQueue", "DeliveryDeadLetterQueue"),
}
TABLES = ("TracesTable", "ControlTable")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_reached_by_two_text_keys(template: Template, table: str) -> None:
    """Both tables have pk and sk, both text, and no index: a write is one unit a KiB."""
    properties = template.properties(table)
    assert properties["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert {a["AttributeName"]: a["AttributeType"] for a in properties["AttributeDefinitions"]} == {
        "pk": "S",
        "sk": "S",
    }
    assert not properties.keys() & {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}


@pytest.mark.parametrize("table", TABLES)
def test_rows_end_by_themselves(template: Template, table: str) -> None:
    """DynamoDB deletes a row after the moment in its `expires_at`."""
    specification = template.properties(table)["TimeToLiveSpecification"]
    assert specification == {"AttributeName": TTL_ATTRIBUTE, "Enabled": True}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_survives_its_stack(template: Template, table: str) -> None:
    """Neither deleting the stack nor taking the table out of it deletes a row; nor does a call by hand."""
    resource = template.body["Resources"][table]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert _replica(template, table)["DeletionProtectionEnabled"] is True


def test_what_people_made_can_be_recovered_and_traces_cannot(template: Template) -> None:
    """Keys and projects have point-in-time recovery; a copy of traces would outlive their retention."""
    recovery = {
        table: _replica(template, table)["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        for table in TABLES
    }
    assert recovery == {"TracesTable": False, "ControlTable": True}


def test_tables_bill_what_is_used(template: Template) -> None:
    """On demand: no unit is paid for while nothing is written."""
    assert {template.properties(table)["BillingMode"] for table in TABLES} == {"PAY_PER_REQUEST"}


@pytest.mark.parametrize(("which", "base", "extended"), [("template", 14, 400), ("chosen", 3, 30)])
def test_objects_of_a_tier_go_a_day_after_its_rows(
    request: pytest.FixtureRequest, which: str, base: int, extended: int
) -> None:
    """Each tier's prefix, as `keys.py` writes it, has its own period; nothing else in the bucket expires."""
    found: Template = request.getfixturevalue(which)
    rules = found.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    expiries = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    prefixes = {tier: keys.segment(tier, "w", "r").split("/")[0] + "/" for tier in ("base", "extended")}
    assert expiries == {prefixes["base"]: base + 1, prefixes["extended"]: extended + 1}
    assert {rule["Status"] for rule in rules} == {"Enabled"}


def test_examples_never_expire(template: Template) -> None:
    """No lifecycle touches a key below the prefix of datasets, but for uploads that were never finished."""
    content = keys.example_content("w", "d", "e", "3f")
    rules = template.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    touching = [rule for rule in rules if content.startswith(rule.get("Prefix", ""))]
    assert touching
    assert {key for rule in touching for key in rule} == {"AbortIncompleteMultipartUpload", "Status"}


def test_a_snapshot_outlives_no_trace_whatever_happens(template: Template) -> None:
    """What nobody could delete goes a day after the longest that a trace is kept."""
    rules = template.properties("SnapshotsBucket")["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule} == {"s/": 401}
    assert {rule["Status"] for rule in rules} == {"Enabled"}


def test_a_broken_upload_leaves_nothing(template: Template) -> None:
    """Parts of uploads that never ended are deleted, wherever they are."""
    rules = template.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    [rule] = [rule for rule in rules if "AbortIncompleteMultipartUpload" in rule]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "Prefix" not in rule


@pytest.mark.parametrize("name", ["Bucket", "SnapshotsBucket"])
def test_a_bucket_is_closed(template: Template, name: str) -> None:
    """No object is public, no old version stays behind a delete, and nobody speaks to it in the clear."""
    bucket = template.properties(name)
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert "VersioningConfiguration" not in bucket
    assert _refuses_plain_text(template, "AWS::S3::BucketPolicy", name)


@pytest.mark.parametrize("queue", [name for names in QUEUES.values() for name in names])
def test_queues_are_encrypted_on_the_way_and_at_rest(template: Template, queue: str) -> None:
    """SQS's own keys, which cost nothing, and only TLS."""
    assert template.properties(queue)["SqsManagedSseEnabled"] is True
    assert _refuses_plain_text(template, "AWS::SQS::QueuePolicy", queue)


@pytest.mark.parametrize("resource", QUEUES)
def test_a_message_gets_its_tries_and_is_then_kept_for_two_weeks(
    template: Template, resource: topology.Resource
) -> None:
    """Visibility and deliveries are the topology's; what is buried stays longer than what waits."""
    trigger = topology.consumer_of(resource)
    name, dead_letters = QUEUES[resource]
    queue, buried = template.properties(name), template.properties(dead_letters)
    assert queue["VisibilityTimeout"] == trigger.visibility_s
    assert plain(queue["RedrivePolicy"]["deadLetterTargetArn"]) == dead_letters
    assert queue["RedrivePolicy"]["maxReceiveCount"] == trigger.max_receives
    days = 10 if name == "UpgradesQueue" else 4
    assert (queue["MessageRetentionPeriod"], buried["MessageRetentionPeriod"]) == (days * 86_400, 14 * 86_400)


def test_what_seals_rules_is_random_and_stays_with_what_it_sealed(template: Template) -> None:
    """CloudFormation makes it, so that it stands in no template and no log; and a stack that goes leaves it behind."""
    secret = template.body["Resources"]["HooksSecret"]
    made = secret["Properties"]["GenerateSecretString"]
    assert made["PasswordLength"] >= 43  # 256 bits in letters and digits
    assert made["ExcludePunctuation"] is True
    assert "SecretString" not in secret["Properties"]
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_alerts_of_rules_go_over_tls_alone(template: Template) -> None:
    """The topic of rules takes nothing in the clear, and has no subscriber that nobody asked for."""
    assert _refuses_plain_text(template, "AWS::SNS::TopicPolicy", "AlertsTopic")
    assert template.of_type("AWS::SNS::Subscription") == {}


def test_a_tombstone_outlives_every_message_about_its_trace(template: Template) -> None:
    """An operation may wait, be buried, and be sent again at the last moment: it still finds the tombstone."""
    names = [name for names in QUEUES.values() for name in names]
    waits_s = {name: template.properties(name)["MessageRetentionPeriod"] for name in names}
    longest_s = 2 * waits_s["OperationsQueue"] + waits_s["DeadLetterQueue"]
    assert longest_s < TOMBSTONE_DAYS * 86_400


def _replica(template: Template, table: str) -> dict[str, Any]:
    [replica] = template.properties(table)["Replicas"]
    assert isinstance(replica, dict)
    return replica


def _refuses_plain_text(template: Template, kind: str, target: str) -> bool:
    """Whether the resource policy of `target` denies everything that does not come by TLS."""
    policies = [policy["Properties"] for policy in template.of_type(kind).values()]
    statements = [
        statement
        for policy in policies
        if target in map(plain, [policy.get("Bucket"), *policy.get("Queues", []), *policy.get("Topics", [])])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    return any(
        s["Effect"] == "Deny"
        and s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and s["Principal"] in ({"AWS": "*"}, "*")
        for s in statements
    )
