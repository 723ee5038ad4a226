"""One domain: the page from its bucket, the API behind it, and each path with the rules that are its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.page.paths import API, ASSETS, FILES, is_file
from infra.page.site import headers_of
from tests.infra.stacks.template import Template, plain

NODE = str(Path(sys.executable).with_name("node"))
# Source: CloudFront, "Use managed cache policies" and "Use managed origin request policies".
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
EVERY_METHOD = {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}


def _config(template: Template) -> dict[str, Any]:
    [distribution] = template.of_type("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = distribution["Properties"]["DistributionConfig"]
    return config


def _behaviors(template: Template) -> dict[str, dict[str, Any]]:
    config = _config(template)
    return {"*": config["DefaultCacheBehavior"]} | {one["PathPattern"]: one for one in config["CacheBehaviors"]}


def _origin_of(template: Template, behavior: dict[str, Any]) -> dict[str, Any]:
    [found] = [origin for origin in _config(template)["Origins"] if origin["Id"] == behavior["TargetOriginId"]]
    return dict(found)


def _headers(template: Template, behavior: dict[str, Any]) -> dict[str, Any]:
    policy = template.properties(plain(behavior["ResponseHeadersPolicyId"]))
    return dict(policy["ResponseHeadersPolicyConfig"])


def _before(template: Template, path: str) -> str:
    """The code that a path's requests go through."""
    [one] = _behaviors(template)[path]["FunctionAssociations"]
    assert one["EventType"] == "viewer-request"
    function = template.properties(plain(one["FunctionARN"]))
    assert (function["AutoPublish"], function["FunctionConfig"]["Runtime"]) == (True, "cloudfront-js-2.0")
    return str(function["FunctionCode"])


def _run(code: str, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the function makes of each request, under Node."""
    events = json.dumps([{"request": request} for request in requests])
    script = f"{code}\nprocess.stdout.write(JSON.stringify({events}.map((event) => handler(event))));"
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True, timeout=30)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_each_path_is_whose_the_paths_say(template: Template) -> None:
    """The same list that the laptop reads."""
    behaviors = _behaviors(template)
    assert behaviors.keys() == {"*", f"{ASSETS}*", *[f"{prefix}*" for prefix in API]}
    [api] = template.of_type("AWS::ApiGatewayV2::Api")
    for path, behavior in behaviors.items():
        domain = json.dumps(_origin_of(template, behavior)["DomainName"])
        found = {"api" if api in domain else "page" if "PageBucket" in domain else "snapshots"}
        assert found == {"snapshots" if path == "/s/*" else "api" if path[:-1] in API else "page"}


@pytest.mark.parametrize("path", [f"{prefix}*" for prefix in API if prefix != "/s/"])
def test_calls_go_through_whole_and_are_never_kept(template: Template, path: str) -> None:
    """Every method, header and cookie but the host; by TLS to the gateway, and for longer than the API takes."""
    behavior = _behaviors(template)[path]
    assert set(behavior["AllowedMethods"]) == EVERY_METHOD
    assert behavior["CachePolicyId"] == CACHING_DISABLED
    assert behavior["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    origin = _origin_of(template, behavior)["CustomOriginConfig"]
    assert (origin["OriginProtocolPolicy"], origin["OriginReadTimeout"]) == ("https-only", 60)


def test_assets_are_kept_and_compressed(template: Template) -> None:
    """At the edge, for as long as the bucket says, which is a year."""
    behavior = _behaviors(template)[f"{ASSETS}*"]
    assert (behavior["CachePolicyId"], behavior["Compress"]) == (CACHING_OPTIMIZED, True)
    assert "FunctionAssociations" not in behavior


def test_documents_are_asked_for_and_compressed(template: Template) -> None:
    """None is kept for longer than its bucket says; they are compressed, as only what may be kept is."""
    behavior = _behaviors(template)["*"]
    config = template.properties(plain(behavior["CachePolicyId"]))["CachePolicyConfig"]
    assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)
    assert config["MaxTTL"] > 0
    parameters = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parameters["EnableAcceptEncodingBrotli"] is parameters["EnableAcceptEncodingGzip"] is True
    assert behavior["Compress"] is True


@pytest.mark.parametrize("path", ["*", f"{ASSETS}*"])
def test_the_page_is_only_read_and_only_by_tls(template: Template, path: str) -> None:
    """No method that changes anything reaches the bucket."""
    behavior = _behaviors(template)[path]
    assert set(behavior["AllowedMethods"]) == {"GET", "HEAD"}
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"


@pytest.mark.parametrize("path", ["*", f"{ASSETS}*"])
def test_the_page_has_the_laptops_headers(template: Template, path: str) -> None:
    """With TLS for a year, and images from the one bucket that traces' attachments lie in."""
    found = _headers(template, _behaviors(template)[path])
    security, expected = found["SecurityHeadersConfig"], headers_of()
    policy = plain(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    hosts = " https://Bucket https://Bucket"
    assert policy.replace(hosts, "") == expected["content-security-policy"]
    assert policy.count(hosts) == 2
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == expected["referrer-policy"]
    assert security["ContentTypeOptions"]["Override"] is True
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    others = {one["Header"]: one["Value"] for one in found["CustomHeadersConfig"]["Items"]}
    assert others == {name: expected[name] for name in ("cross-origin-opener-policy", "permissions-policy")}


def test_calls_have_tls_for_a_year_too(template: Template) -> None:
    """Whatever a program reads first."""
    security = _headers(template, _behaviors(template)["/api/*"])["SecurityHeadersConfig"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000


def test_the_bucket_is_read_by_this_distribution_alone(template: Template) -> None:
    """Nothing of it is public: CloudFront signs its requests, and may read and list, not write."""
    bucket = template.properties("PageBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    for control in template.of_type("AWS::CloudFront::OriginAccessControl").values():
        config = control["Properties"]["OriginAccessControlConfig"]
        assert (config["SigningBehavior"], config["OriginAccessControlOriginType"]) == ("always", "s3")
    [distribution] = template.of_type("AWS::CloudFront::Distribution")
    allowed = [s for s in _statements(template, "PageBucket") if s["Effect"] == "Allow"]
    assert [statement["Action"] for statement in allowed] == [["s3:GetObject", "s3:ListBucket"]]
    for statement in allowed:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert distribution in plain(statement["Condition"]["StringEquals"]["AWS:SourceArn"])


def test_errors_stay_the_apis_own(template: Template) -> None:
    """No status is answered with another body: it would be so for the API too."""
    assert "CustomErrorResponses" not in _config(template)


def test_http_2_and_3_over_both_protocols(template: Template) -> None:
    """As fast as the reader's browser can."""
    config = _config(template)
    assert (config["HttpVersion"], config["IPV6Enabled"], config["PriceClass"]) == ("http2and3", True, "PriceClass_100")


def test_a_domain_of_ones_own_has_its_certificate(chosen: Template) -> None:
    """And TLS 1.2 as the least."""
    config = _config(chosen)
    assert (config["Aliases"], config["PriceClass"]) == (["traces.example.com"], "PriceClass_All")
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["ViewerCertificate"]["AcmCertificateArn"].startswith("arn:aws:acm:us-east-1:")


def test_views_become_the_document_and_files_stay(template: Template) -> None:
    """Every path that is no file of the page, at any depth; the query is left alone."""
    paths = ["/", "/o/w/projects/p/x/r/y", "/settings/", "/favicon.ico/x", "/nonsense.js", "/index.html"]
    files = [f"/{name}" for name in FILES]
    asked = [{"uri": uri, "querystring": {"poll": {"value": "true"}}, "headers": {}} for uri in [*paths, *files]]
    answered = _run(_before(template, "*"), asked)
    assert [one["uri"] for one in answered] == ["/index.html"] * len(paths) + files
    assert all(is_file(uri) for uri in files)
    assert {json.dumps(one["querystring"]) for one in answered} == {'{"poll": {"value": "true"}}'}


def test_the_api_is_told_the_domain_that_was_asked(template: Template) -> None:
    """Whatever the caller says in that header itself."""
    forged = {"host": {"value": "traces.example.com"}, "x-tracekeep-host": {"value": "evil.example"}}
    [answered] = _run(_before(template, "/api/*"), [{"uri": "/api/v1/info", "querystring": {}, "headers": forged}])
    assert answered["headers"]["x-tracekeep-host"] == {"value": "traces.example.com"}
    assert (answered["uri"], answered["headers"]["host"]) == ("/api/v1/info", {"value": "traces.example.com"})


def _statements(template: Template, bucket: str) -> list[dict[str, Any]]:
    policies = [policy["Properties"] for policy in template.of_type("AWS::S3::BucketPolicy").values()]
    [found] = [policy for policy in policies if plain(policy["Bucket"]) == bucket]
    return list(found["PolicyDocument"]["Statement"])
