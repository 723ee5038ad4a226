"""What CloudFront needs to hand out shares: whose signatures it trusts, and which shares it refuses all the same.

    keys       n - 1, n, n + 1: the room signs with n. A page that is open when n becomes n + 1 goes on with what n
               signed, and every edge knows n + 1 before anything is signed with it.
    denied     a KeyValueStore of shares that were taken back, read by `viewer_request/share.js` at each request

The keys are made at deploy by a function (`infra/keys/make.py`), their private halves put into one secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Aws, CustomResource, Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.page.shares import FILE_HEADERS, KEPT_AT_EDGE_S
from infra.stacks.advice import decline
from infra.stacks.compute import ARCHITECTURE, RUNTIME, Bundles
from infra.stacks.data import Data
from infra.stacks.log_groups import log_group
from infra.stacks.options import Options
from infra.stacks.private import Inside, guarded
from infra.topology import ROOMS

_MAKER = Path(__file__).parents[1] / "keys"
_PACKAGES = ("cryptography",)
_WITHIN = Duration.minutes(1)
_MEMORY_MB = 256
_HSTS = Duration.days(365)


class EdgeTrust(Construct):
    """Whom the edge trusts. `name` is the key that signs, `key_id` what CloudFront calls it."""

    def __init__(
        self, scope: Construct, construct_id: str, options: Options, secret: secretsmanager.CfnSecret, bundles: Bundles
    ) -> None:
        super().__init__(scope, construct_id)
        self.inside = Inside(self, "inside", options) if options.private else None
        newest = options.share_key
        names = [str(number) for number in range(max(1, newest - 1), newest + 2)]
        made = self._made(options, secret, bundles, names)
        keys = {name: self._public_key(name, made.get_att_string(f"PublicKey{name}")) for name in names}
        self.name = str(newest)
        self.key_id = keys[self.name].public_key_id
        self.group = cloudfront.KeyGroup(
            self,
            "Trusted",
            key_group_name=f"{Aws.STACK_NAME}-{Aws.REGION}-shares",
            comment="Who may open the files of shared traces",
            items=list(keys.values()),
        )

    @property
    def settings(self) -> dict[str, str]:
        """What rooms must be told of it, by the names of their settings."""
        return {"signing_key": self.name, "signing_key_id": self.key_id}

    def _public_key(self, name: str, pem: str) -> cloudfront.PublicKey:
        """CloudFront takes no other key under a name that it knows, so each has its own."""
        return cloudfront.PublicKey(
            self, f"Key{name}", public_key_name=f"{Aws.STACK_NAME}-{Aws.REGION}-share-{name}", encoded_key=pem
        )

    def _made(
        self, options: Options, secret: secretsmanager.CfnSecret, bundles: Bundles, names: list[str]
    ) -> CustomResource:
        return CustomResource(
            self,
            "Made",
            resource_type="Custom::SigningKeys",
            service_token=self._maker(options, secret, bundles).function_arn,
            service_timeout=_WITHIN,
            properties={"Secret": secret.attr_id, "Names": names},
        )

    def _maker(self, options: Options, secret: secretsmanager.CfnSecret, bundles: Bundles) -> lambda_.Function:
        group = log_group(self, "logs", options)
        role = iam.Role(
            self,
            "role",
            description="What may make the keys that sign shares",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"make": _maker_policy(secret.attr_id, group.log_group_arn)},
        )
        decline(secret, rule="SMG4", reason="A new key is a deploy with another share_key: docs/runbook.md says how")
        return lambda_.Function(
            self,
            "maker",
            description="Tracekeep, at deploys: makes the keys that sign shares",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler="make.handler",
            code=lambda_.Code.from_asset(str(_MAKER), exclude=["__pycache__", "__init__.py"]),
            layers=[self._layer(bundles)],
            memory_size=_MEMORY_MB,
            timeout=_WITHIN,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            role=role.without_policy_updates(),
        )

    def _layer(self, bundles: Bundles) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            "packages",
            description="Packages of what makes keys",
            code=lambda_.Code.from_asset(str(bundles.layer(_PACKAGES))),
            compatible_architectures=[ARCHITECTURE],
            compatible_runtimes=[RUNTIME],
        )


class SharedFiles(Construct):
    """How the files of shares are handed out: `behavior` is the distribution's for their paths."""

    def __init__(self, scope: Construct, construct_id: str, options: Options, data: Data, trust: EdgeTrust) -> None:
        super().__init__(scope, construct_id)
        # It may not list: of what is not there S3 says what it says of what is refused.
        origin = origins.S3BucketOrigin.with_origin_access_control(
            data.snapshots, origin_access_levels=[cloudfront.AccessLevel.READ]
        )
        self.behavior = cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=self._kept_shortly(),
            response_headers_policy=self._headers(),
            trusted_key_groups=[trust.group],
            compress=True,
            function_associations=[self._refusal(options, data.denied)],
        )

    def _kept_shortly(self) -> cloudfront.CachePolicy:
        return cloudfront.CachePolicy(
            self,
            "Shortly",
            comment="Files of shares, for less than a minute; the signature is no part of what they are kept by",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(KEPT_AT_EDGE_S),
            max_ttl=Duration.seconds(KEPT_AT_EDGE_S),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )

    def _refusal(self, options: Options, denied: cloudfront.KeyValueStore) -> cloudfront.FunctionAssociation:
        source = (Path(__file__).parent / "viewer_request" / "share.js").read_text(encoding="utf-8")
        function = cloudfront.Function(
            self,
            "before-share",
            comment=source.partition("\n")[0].removeprefix("// ")[:128],
            code=cloudfront.FunctionCode.from_inline(guarded(source, options)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            key_value_store=denied,
        )
        return cloudfront.FunctionAssociation(event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=function)

    def _headers(self) -> cloudfront.ResponseHeadersPolicy:
        """Those of the laptop, and TLS for a year."""
        said = dict(FILE_HEADERS)
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            comment="Files of shares: kept by nobody, indexed by nobody, run by nobody",
            response_headers_policy_name=f"{Aws.STACK_NAME}-{Aws.REGION}-shares",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=said.pop("content-security-policy"), override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(
                    override=said.pop("x-content-type-options") == "nosniff"
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy(
                        said.pop("referrer-policy").upper().replace("-", "_")
                    ),
                    override=True,
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=_HSTS, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                    for name, value in said.items()
                ]
            ),
        )


def tell_of(distribution: cloudfront.Distribution, url: str, functions: Mapping[str, lambda_.Function]) -> None:
    """Give rooms what is known of the edge only when all rooms are made: its domain, and leave to write there."""
    for room in ROOMS:
        if "page_url" in room.settings.__dataclass_fields__:
            functions[room.name].add_environment("TRACEKEEP_PAGE_URL", url)
        if ("edge", "write") in room.grants:
            functions[room.name].add_environment("TRACEKEEP_DISTRIBUTION_ID", distribution.distribution_id)
            _let_invalidate(functions[room.name], distribution)


def _let_invalidate(function: lambda_.Function, distribution: cloudfront.Distribution) -> None:
    assert function.role is not None  # noqa: S101 every room has one
    iam.CfnPolicy(
        function,
        "Invalidate",
        policy_name="invalidate",
        roles=[function.role.role_name],
        policy_document=iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    actions=["cloudfront:CreateInvalidation"], resources=[distribution.distribution_arn]
                )
            ]
        ),
    )


def _maker_policy(secret_arn: str, log_group_arn: str) -> iam.PolicyDocument:
    allowed = {
        ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"): secret_arn,
        ("logs:CreateLogStream", "logs:PutLogEvents"): log_group_arn,
    }
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(actions=list(actions), resources=[resource]) for actions, resource in allowed.items()
        ]
    )
