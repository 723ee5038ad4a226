"""One domain for everything: CloudFront before the page's bucket and the HTTP API. Nothing of it costs while idle.

    /assets/*            bucket, kept for a year at the edge and in the browser
    /api/*, /public/* …  HTTP API, never kept
    /s/*                 bucket of snapshots, for a trusted signature, of what was not taken back
    anything else        bucket: the document, asked for each time

Which path is whose is said in `infra/page/paths.py`, which the laptop reads too.
"""

from __future__ import annotations

import json
from pathlib import Path

from aws_cdk import Aws, CfnElement, Duration, Fn, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.page.paths import API, ASSETS, FILES
from infra.page.shares import PREFIX as SHARED_FILES
from infra.page.site import headers_of
from infra.stacks.advice import decline
from infra.stacks.data import Data
from infra.stacks.options import Options
from infra.stacks.private import PASSING_ON, guarded
from infra.stacks.sharing import EdgeTrust, SharedFiles

_FUNCTIONS = Path(__file__).parent / "viewer_request"
_HSTS = Duration.days(365)
_PATIENCE = Duration.seconds(60)
"""Longer than the API's 30 s, so that its own answer is what the client gets."""


class Cdn(Construct):
    """The distribution and the bucket of the page; `page.py` fills the bucket."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        options: Options,
        api: gateway.HttpApi,
        data: Data,
        trust: EdgeTrust,
    ) -> None:
        super().__init__(scope, construct_id)
        self._options, self._inside = options, trust.inside
        self.bucket = self._page_bucket()
        # It may list what there is, or S3 would call what is not there forbidden.
        self._stored = origins.S3BucketOrigin.with_origin_access_control(
            self.bucket, origin_access_levels=[cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST]
        )
        self._headers = _page_headers(self, data.bucket)
        self._shares = SharedFiles(self, "shares", options, data, trust)
        self.distribution = self._distribution(options, self._calls(api))
        self.url = f"https://{options.domain_name or self.distribution.distribution_domain_name}"
        self._decline()

    def _page_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "PageBucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        resource = bucket.node.default_child
        assert isinstance(resource, CfnElement)  # noqa: S101 that is what a Bucket is made of
        resource.override_logical_id("PageBucket")
        return bucket

    def _distribution(self, options: Options, calls: cloudfront.BehaviorOptions) -> cloudfront.Distribution:
        return cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Tracekeep {options.stack_name}: page and API",
            default_behavior=self._views(),
            additional_behaviors=self._behaviors(calls),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass[options.price_class],
            enable_ipv6=True,
            domain_names=[options.domain_name] if options.domain_name else None,
            certificate=(
                acm.Certificate.from_certificate_arn(self, "Certificate", options.certificate_arn)
                if options.certificate_arn
                else None
            ),
        )

    def _behaviors(self, calls: cloudfront.BehaviorOptions) -> dict[str, cloudfront.BehaviorOptions]:
        """Whose each path is, but for those of views."""
        called = {f"{prefix}*": calls for prefix in API if prefix != SHARED_FILES}
        return {f"{ASSETS}*": self._files(before=self._look()), f"{SHARED_FILES}*": self._shares.behavior, **called}

    def _files(
        self,
        cache: cloudfront.ICachePolicy = cloudfront.CachePolicy.CACHING_OPTIMIZED,
        before: list[cloudfront.FunctionAssociation] | None = None,
    ) -> cloudfront.BehaviorOptions:
        """What the bucket has."""
        return cloudfront.BehaviorOptions(
            origin=self._stored,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=cache,
            response_headers_policy=self._headers,
            compress=True,
            function_associations=before,
        )

    def _views(self) -> cloudfront.BehaviorOptions:
        """Views and the few files at the root. How long they are kept is what the bucket says with each."""
        asked = cloudfront.CachePolicy(
            self,
            "Asked",
            comment="Compressed, and kept for as long as the bucket says",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            # With all three at zero nothing would be compressed. Source: CloudFront, "Control the cache with policies".
            max_ttl=Duration.days(1),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )
        files = json.dumps([f"/{name}" for name in FILES])
        return self._files(asked, [self._before("page", f"var FILES = {files};\n")])

    def _calls(self, api: gateway.HttpApi) -> cloudfront.BehaviorOptions:
        """What the HTTP API answers, with all that the caller sent but the host."""
        host = Fn.select(2, Fn.split("/", api.api_endpoint))
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                host,
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                read_timeout=_PATIENCE,
                custom_headers=self._inside.headers if self._inside else None,
            ),
            # A key that came without TLS has been seen: nothing is to be redirected, the client is to be mended.
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=_api_headers(self),
            compress=False,  # the API does it, with zstd where it may
            function_associations=[self._before("api")],
        )

    def _before(self, name: str, head: str = "") -> cloudfront.FunctionAssociation:
        return self._association(name, (_FUNCTIONS / f"{name}.js").read_text(encoding="utf-8"), head)

    def _association(self, name: str, source: str, head: str = "") -> cloudfront.FunctionAssociation:
        return cloudfront.FunctionAssociation(
            event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
            function=cloudfront.Function(
                self,
                f"before-{name}",
                comment=source.partition("\n")[0].removeprefix("// ")[:128],
                code=cloudfront.FunctionCode.from_inline(guarded(head + source, self._options)),
                runtime=cloudfront.FunctionRuntime.JS_2_0,
            ),
        )

    def _look(self) -> list[cloudfront.FunctionAssociation] | None:
        """What looks at the viewer where nothing else is to be done."""
        return [self._association("asset", PASSING_ON)] if self._options.private else None

    def _decline(self) -> None:
        for rule, reason in _ADVICE.items():
            decline(self, rule=rule, reason=reason)


def _page_headers(scope: Construct, payloads: s3.IBucket) -> cloudfront.ResponseHeadersPolicy:
    """As on the laptop, and that images of traces may come from the bucket that their signed links lead to."""
    hosts = f"https://{payloads.bucket_regional_domain_name} https://{payloads.bucket_domain_name}"
    headers = headers_of({"img-src": hosts, "media-src": hosts})
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "PageHeaders",
        comment="The page loads its own files and asks its own API, and nothing else",
        response_headers_policy_name=f"{Aws.STACK_NAME}-{Aws.REGION}-page",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=headers["content-security-policy"], override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
            strict_transport_security=_strict_transport(),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=name, value=headers[name], override=True)
                for name in ("cross-origin-opener-policy", "permissions-policy")
            ]
        ),
    )


def _api_headers(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "ApiHeaders",
        comment="Nothing that the API answers is a page, and all of it goes by TLS",
        response_headers_policy_name=f"{Aws.STACK_NAME}-{Aws.REGION}-api",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            strict_transport_security=_strict_transport(),
        ),
    )


def _strict_transport() -> cloudfront.ResponseHeadersStrictTransportSecurity:
    return cloudfront.ResponseHeadersStrictTransportSecurity(access_control_max_age=_HSTS, override=True)


_ADVICE = {
    "S1": "The page is public reading, and the same for everyone: a log of who read it would only be a burden",
    "CFR1": "Traces are read wherever their team is",
    "CFR2": "A web ACL has an hourly price; an owner who wants one can attach it",
    "CFR3": "The API's stage has an access log without keys and ids; CloudFront's would hold both",
    "CFR4": "CloudFront's own domain has CloudFront's own certificate and its minimum; with domain_name it is TLS 1.2",
}
