"""The emulator does what we rely on `deploy_check` to have proved."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from infra.emulator import ACCOUNT, HOST, REGION, Aws, EmulatorFailed, emulated_aws

pytestmark = pytest.mark.aws

TABLE = {
    "Type": "AWS::DynamoDB::GlobalTable",
    "Properties": {
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "Replicas": [{"Region": REGION}],
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
    },
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def _table(aws: Aws) -> str:
    """The name of a table that CloudFormation made."""
    cloudformation, stack = aws.client("cloudformation"), f"s{uuid4().hex}"
    template = {"Resources": {"Table": TABLE}, "Outputs": {"Name": {"Value": {"Ref": "Table"}}}}
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    [output] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return str(output["OutputValue"])


def _as_role(aws: Aws, table: str, action: str) -> Any:  # noqa: ANN401 made at run time
    """A DynamoDB client with a role that may do one thing with the table."""
    iam, name = aws.client("iam"), f"r{uuid4().hex}"
    resource = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    session = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return Session().create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=aws.endpoint,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def test_a_deployed_table_lets_rows_expire(strict_aws: Aws) -> None:
    """What CloudFormation was told of TTL is in force."""
    answer = strict_aws.client("dynamodb").describe_time_to_live(TableName=_table(strict_aws))
    assert answer["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_role_can_do_what_it_may_and_nothing_else(strict_aws: Aws) -> None:
    """IAM is in force: so a room that works in `deploy_check` has every leave it needs, and no other."""
    table = _table(strict_aws)
    dynamodb = _as_role(strict_aws, table, "dynamodb:GetItem")
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"pk": {"S": "a"}})
    with pytest.raises(ClientError, match=r"not authorized to perform: dynamodb:PutItem"):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})


def test_a_developers_own_profile_is_not_looked_at(strict_aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever account the machine is set up for, a client of the emulator speaks to the emulator."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    assert strict_aws.client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_policies_that_ask_for_tls_let_our_own_calls_through(strict_aws: Aws) -> None:
    """The emulator speaks plain HTTP; a bucket closed to plain HTTP is open to us all the same."""
    s3, name = strict_aws.client("s3"), f"b{uuid4().hex}"
    s3.create_bucket(Bucket=name)
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{name}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.put_object(Bucket=name, Key="k", Body=b"here")
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"here"


def test_it_listens_on_this_machine_only_and_ends_with_its_block(tmp_path: Path) -> None:
    """After the block nothing answers any more."""
    with emulated_aws(tmp_path) as aws:
        assert aws.endpoint == f"http://{HOST}:{aws.port}"
        socket.create_connection((HOST, aws.port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, aws.port), timeout=5)


def test_one_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the last lines of its log."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "ministack").mkdir()
    (tmp_path / "ministack" / "__init__.py").write_text("raise SystemExit('no emulator today')", encoding="utf-8")
    with pytest.raises(EmulatorFailed, match="no emulator today"), emulated_aws(tmp_path):
        pass
