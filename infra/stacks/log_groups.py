"""Log groups that forget."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stacks.options import Options


def log_group(scope: Construct, construct_id: str, options: Options) -> logs.LogGroup:
    """A log group that keeps its lines for `log_days` and goes with its stack."""
    group = logs.LogGroup(scope, construct_id, removal_policy=RemovalPolicy.DESTROY)
    resource = group.node.default_child
    assert isinstance(resource, logs.CfnLogGroup)  # noqa: S101 that is what a LogGroup is made of
    resource.retention_in_days = options.log_days
    return group
