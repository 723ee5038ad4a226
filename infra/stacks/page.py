"""The page on its way into its bucket, at each deploy that changes it: a function that carries it, and runs then."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stacks.advice import decline
from infra.stacks.compute import ARCHITECTURE, RUNTIME
from infra.stacks.log_groups import log_group
from infra.stacks.options import Options

_WITHIN = Duration.minutes(2)
"""Some hundred small files, one after the other, take seconds."""
_MEMORY_MB = 512


class Page(Construct):
    """Puts the files of `package` into the bucket; the CDK's own BucketDeployment needs a layer and wider rights."""

    def __init__(self, scope: Construct, construct_id: str, options: Options, bucket: s3.Bucket, package: Path) -> None:
        super().__init__(scope, construct_id)
        publish = self._function(options, bucket, package)
        CustomResource(
            self,
            "Files",
            resource_type="Custom::Page",
            service_token=publish.function_arn,
            service_timeout=_WITHIN,
            # Another folder is another page: without a change here, nothing would be put.
            properties={"Bucket": bucket.bucket_name, "Version": package.name},
        )

    def _function(self, options: Options, bucket: s3.Bucket, package: Path) -> lambda_.Function:
        group = log_group(self, "logs", options)
        role = iam.Role(
            self,
            "role",
            description="What may change the page of Tracekeep",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"publish": _policy(bucket, group.log_group_arn)},
        )
        decline(
            role,
            rule="IAM5[Resource::<PageBucket.Arn>/*]",
            reason="The page's files are the resource: their names change with every version",
        )
        return lambda_.Function(
            self,
            "publish",
            description="Tracekeep, at deploys: puts the page into its bucket",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler="publish.handler",
            code=lambda_.Code.from_asset(str(package)),
            memory_size=_MEMORY_MB,
            timeout=_WITHIN,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            role=role.without_policy_updates(),
        )


def _policy(bucket: s3.Bucket, log_group_arn: str) -> iam.PolicyDocument:
    allowed = {
        ("s3:PutObject", "s3:DeleteObject"): f"{bucket.bucket_arn}/*",
        ("s3:ListBucket",): bucket.bucket_arn,
        ("logs:CreateLogStream", "logs:PutLogEvents"): log_group_arn,
    }
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(actions=list(actions), resources=[resource]) for actions, resource in allowed.items()
        ]
    )
