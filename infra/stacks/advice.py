"""The advice of cdk-nag that we do not follow, said where it would apply, with the reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def decline(construct: IConstruct, rule: str, reason: str) -> None:
    """Do not follow `rule` of the AwsSolutions pack for this construct and those below it."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))
