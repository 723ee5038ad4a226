"""The stack as a whole: valid, well advised, free while idle, and telling its owner what they need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.stacks.options import Options
from tests.infra.stacks.template import Template, plain, synthesised

FREE_WHILE_IDLE = {
    "AWS::ApiGatewayV2::Api": "billed by the request",
    "AWS::ApiGatewayV2::Integration": "part of the API",
    "AWS::ApiGatewayV2::Route": "part of the API",
    "AWS::ApiGatewayV2::Stage": "part of the API",
    "AWS::CloudFront::CachePolicy": "free",
    "AWS::CloudFront::Distribution": "billed by the request and the byte",
    "AWS::CloudFront::Function": "billed by the request",
    "AWS::CloudFront::KeyGroup": "free",
    "AWS::CloudFront::KeyValueStore": "billed by the write, and by the read of a function",
    "AWS::CloudFront::OriginAccessControl": "free",
    "AWS::CloudFront::PublicKey": "free",
    "AWS::CloudFront::ResponseHeadersPolicy": "free",
    "AWS::CloudWatch::Alarm": "as many as an account has for nothing: see test_alarms.py",
    "AWS::DynamoDB::GlobalTable": "on demand: billed by the request and the byte stored",
    "AWS::Events::Rule": "schedules are free; what they wake is billed by the request and the millisecond",
    "AWS::IAM::Role": "free",
    "AWS::IAM::Policy": "free",
    "AWS::Lambda::EventSourceMapping": "its polls are SQS requests, within the million a month that are free",
    "AWS::Lambda::Function": "billed by the request and the millisecond",
    "AWS::Lambda::LayerVersion": "free",
    "AWS::Lambda::Permission": "free",
    "AWS::Logs::LogGroup": "billed by the byte",
    "AWS::S3::Bucket": "billed by the request and the byte",
    "AWS::S3::BucketPolicy": "free",
    "AWS::SNS::Subscription": "billed by the message",
    "AWS::SNS::Topic": "billed by the message",
    "AWS::SNS::TopicPolicy": "free",
    "AWS::SQS::Queue": "billed by the request",
    "AWS::SQS::QueuePolicy": "free",
    "AWS::SecretsManager::Secret": "$0.40 a month each, by the month: nothing else is, and docs/settings.md says so",
    "Custom::Page": "runs at deploys only",
    "Custom::SigningKeys": "runs at deploys only",
}
"""Every type that the template may hold, with what it is billed by: never by the hour."""

LINT_EXCEPTIONS = {
    "W3005": "CDK orders a function after its role by DependsOn, although the reference does so already",
}
BOUGHT_BY_THE_HOUR = ("ProvisionedConcurrency", "ProvisionedThroughput", "ProvisionedPoller", "SnapStart", "VpcConfig")


def test_idle_costs_nothing(chosen: Template) -> None:
    """Nothing in the template, with every option on, has a price by the hour."""
    kinds = {resource["Type"] for resource in chosen.body["Resources"].values()}
    assert kinds - FREE_WHILE_IDLE.keys() == set()
    assert [word for word in BOUGHT_BY_THE_HOUR if word in json.dumps(chosen.body)] == []


def test_what_costs_by_the_month_is_what_the_page_says(template: Template) -> None:
    """Two secrets, by name; docs/settings.md counts them."""
    assert set(template.of_type("AWS::SecretsManager::Secret")) == {"SigningSecret", "HooksSecret"}
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert "Nothing by the hour. Two secrets," in page


@pytest.mark.parametrize("which", ["template", "chosen"])
def test_cfn_lint_finds_nothing(request: pytest.FixtureRequest, which: str) -> None:
    """The template is valid by CloudFormation's own schemas, but for the exceptions above."""
    found: Template = request.getfixturevalue(which)
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "us-east-1", "eu-central-1"]
    ignored = ["--ignore-checks", *LINT_EXCEPTIONS]
    done = subprocess.run(
        [*command, *ignored, "--template", str(found.path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_cdk_nag_finds_nothing_that_has_no_reason(tmp_path: Path) -> None:
    """The AwsSolutions rules hold, but where `decline` says why not."""
    template = synthesised(Options(alarm_email="on-call@example.com"), tmp_path, with_nag=True)
    report = json.loads((template.path.parent / "validation-report.json").read_text(encoding="utf-8"))
    assert report["pluginReports"] == []


def test_each_reason_answers_a_rule_that_finds_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules really run: without our reasons they refuse the template, for just what we gave reasons for."""
    declined: set[str] = set()
    for module in ("cdn", "compute", "edge", "page", "sharing", "tracekeep"):
        monkeypatch.setattr(
            f"infra.stacks.{module}.decline", lambda *_, rule, reason: declined.add(rule) if reason else None
        )
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        synthesised(Options(), tmp_path, with_nag=True)
    report = json.loads((tmp_path / "out" / "validation-report.json").read_text(encoding="utf-8"))
    [nag] = report["pluginReports"]
    assert {violation["ruleName"].removeprefix("AwsSolutions-") for violation in nag["violations"]} == declined


def test_outputs_say_how_to_reach_it(template: Template) -> None:
    """The endpoint to set, with the path from which clients make their links, and each name a script needs."""
    outputs = {name: plain(output["Value"]) for name, output in template.body["Outputs"].items()}
    [api] = template.of_type("AWS::ApiGatewayV2::Api")
    [domain] = template.of_type("AWS::CloudFront::Distribution")
    assert outputs == {
        "PageUrl": f"https://{domain}",
        "LangSmithEndpoint": f"https://{domain}/api/v1",
        "ApiEndpoint": api,
        "TracesTableName": "TracesTable",
        "ControlTableName": "ControlTable",
        "BucketName": "Bucket",
        "SnapshotsBucketName": "SnapshotsBucket",
        "OperationsQueueUrl": "OperationsQueue",
        "DeadLetterQueueUrl": "DeadLetterQueue",
        "ErasuresQueueUrl": "ErasuresQueue",
        "ErasureDeadLetterQueueUrl": "ErasureDeadLetterQueue",
        "UpgradesQueueUrl": "UpgradesQueue",
        "UpgradeDeadLetterQueueUrl": "UpgradeDeadLetterQueue",
        "SharesQueueUrl": "SharesQueue",
        "ShareDeadLetterQueueUrl": "ShareDeadLetterQueue",
        "DeliveriesQueueUrl": "DeliveriesQueue",
        "DeliveryDeadLetterQueueUrl": "DeliveryDeadLetterQueue",
        "AlertsTopicArn": "AlertsTopic",
    }


def test_outputs_name_the_owners_own_domain(chosen: Template) -> None:
    """Where there is one, it is the one that people and clients use."""
    outputs = {name: plain(output["Value"]) for name, output in chosen.body["Outputs"].items()}
    assert outputs["PageUrl"] == "https://traces.example.com"
    assert outputs["LangSmithEndpoint"] == "https://traces.example.com/api/v1"


def test_outputs_are_nobody_elses_imports(template: Template) -> None:
    """No output is exported: an import elsewhere would forbid changing it."""
    assert [output for output in template.body["Outputs"].values() if "Export" in output] == []
