"""How shares are handed out: for a trusted signature, from one bucket, and never once they were taken back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.page.shares import FILE_HEADERS, KEPT_AT_EDGE_S
from infra.stacks.options import Options
from shared.base.ids import new_receipt, new_uuid
from shared.sharing.scopes import share_id_of
from shared.store.edge import SCOPES_A_KEY, CloudFrontEdge
from tests.infra.stacks.template import Template, plain, synthesised
from tests.stores import NOON_US

_MOST_CODE_BYTES = 10_240
_MOST_VALUE_CHARS = 1_024
"""Source: Amazon CloudFront, "Quotas", of functions and of key value stores."""
NODE = str(Path(sys.executable).with_name("node"))


def _behavior(template: Template) -> dict[str, Any]:
    [distribution] = template.of_type("AWS::CloudFront::Distribution").values()
    behaviors = distribution["Properties"]["DistributionConfig"]["CacheBehaviors"]
    [found] = [one for one in behaviors if one["PathPattern"] == "/s/*"]
    return dict(found)


def _trusted(template: Template) -> list[str]:
    """The names of the keys whose signatures open files."""
    [group] = template.of_type("AWS::CloudFront::KeyGroup").values()
    keys = [plain(key) for key in group["Properties"]["KeyGroupConfig"]["Items"]]
    names = [plain(template.properties(key)["PublicKeyConfig"]["Name"]) for key in keys]
    return [name.rpartition("-")[2] for name in names]


def test_files_need_a_signature_of_the_one_key_group(template: Template) -> None:
    """Only by TLS, only to be read, and no account may sign beside the group."""
    behavior = _behavior(template)
    [group] = template.of_type("AWS::CloudFront::KeyGroup")
    assert [plain(one) for one in behavior["TrustedKeyGroups"]] == [group]
    assert "TrustedSigners" not in behavior
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert set(behavior["AllowedMethods"]) == {"GET", "HEAD"}


def test_every_other_path_is_open_as_before(template: Template) -> None:
    """A signature is asked for where files of shares are, and nowhere else."""
    [distribution] = template.of_type("AWS::CloudFront::Distribution").values()
    config = distribution["Properties"]["DistributionConfig"]
    others = [one for one in config["CacheBehaviors"] if one["PathPattern"] != "/s/*"]
    assert [one for one in [config["DefaultCacheBehavior"], *others] if "TrustedKeyGroups" in one] == []


def test_an_edge_keeps_files_for_a_minute_whoever_signed(template: Template) -> None:
    """And adds to each what the laptop adds."""
    behavior = _behavior(template)
    cache = template.properties(plain(behavior["CachePolicyId"]))["CachePolicyConfig"]
    assert cache["MaxTTL"] <= KEPT_AT_EDGE_S
    keyed = cache["ParametersInCacheKeyAndForwardedToOrigin"]
    assert keyed["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    headers = template.properties(plain(behavior["ResponseHeadersPolicyId"]))["ResponseHeadersPolicyConfig"]
    security = headers["SecurityHeadersConfig"]
    said = {one["Header"]: one["Value"] for one in headers["CustomHeadersConfig"]["Items"]}
    said["content-security-policy"] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    said["referrer-policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    said["x-content-type-options"] = {True: "nosniff"}[security["ContentTypeOptions"]["Override"]]
    assert said == FILE_HEADERS


def test_the_bucket_gives_files_to_this_distribution_and_no_list(template: Template) -> None:
    """Of a file that is not there it says what it says of one that is refused."""
    [policy] = [
        one["Properties"]["PolicyDocument"]["Statement"]
        for one in template.of_type("AWS::S3::BucketPolicy").values()
        if plain(one["Properties"]["Bucket"]) == "SnapshotsBucket"
    ]
    [allowed] = [one for one in policy if one["Effect"] == "Allow"]
    [distribution] = template.of_type("AWS::CloudFront::Distribution")
    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert distribution in plain(allowed["Condition"]["StringEquals"]["AWS:SourceArn"])


def test_another_key_breaks_no_open_page(template: Template, tmp_path: Path) -> None:
    """The one before goes on, and the one after is known before anything is signed with it."""
    assert _trusted(template) == ["1", "2"]
    changed = synthesised(Options(share_key=2), tmp_path)
    assert _trusted(changed) == ["1", "2", "3"]
    for found, name in ((template, "1"), (changed, "2")):
        environ = found.properties(found.function_of("public"))["Environment"]["Variables"]
        key = found.properties(plain(environ["TRACEKEEP_SIGNING_KEY_ID"]).partition(".")[0])
        assert environ["TRACEKEEP_SIGNING_KEY"] == name
        assert plain(key["PublicKeyConfig"]["Name"]).endswith(f"-share-{name}")


def test_private_keys_are_in_no_template(template: Template) -> None:
    """The secret is empty until the keys are made, by a function that CloudFormation calls."""
    assert template.properties("SigningSecret")["SecretString"] == '{"keys":{}}'
    assert "PRIVATE KEY" not in json.dumps(template.body)
    [made] = template.of_type("Custom::SigningKeys").values()
    assert made["Properties"]["Names"] == ["1", "2"]


def test_what_was_taken_back_is_refused_at_the_edge(template: Template) -> None:
    """By the share's id, before any copy is looked at; a path that no snapshot has goes no further either."""
    [association] = _behavior(template)["FunctionAssociations"]
    function = template.properties(plain(association["FunctionARN"]))
    [store] = function["FunctionConfig"]["KeyValueStoreAssociations"]
    [denied] = template.of_type("AWS::CloudFront::KeyValueStore")
    assert denied in plain(store["KeyValueStoreARN"])
    code = function["FunctionCode"]
    assert len(code.encode()) < _MOST_CODE_BYTES
    paths = ["/s/fine/1/trace.json", "/s/fine/1/runs/3.json", "/s/back/1/trace.json", "/s/back/2/attachments/0"]
    paths += ["/s/fine/1/../../back/1/x", "/s/fine/1/%2e%2e/x", "/s/fine/1//x", "/s/fine", "/s/fine/1/x/"]
    assert _answers(code, paths, {"back": "1"}) == [0, 0, 403, 403, 403, 403, 403, 403, 403]


@pytest.mark.parametrize("count", [0, 1, SCOPES_A_KEY - 1, SCOPES_A_KEY, 2 * SCOPES_A_KEY, 2 * SCOPES_A_KEY + 1])
def test_what_was_switched_off_is_refused_at_the_edge(template: Template, count: int) -> None:
    """All shares of each workspace and organization that is on the list as it is written, and no other."""
    [association] = _behavior(template)["FunctionAssociations"]
    code = template.properties(plain(association["FunctionARN"]))["FunctionCode"]
    scopes = [new_uuid() for _ in range(count)]
    listed: dict[str, str] = {"off7": "left from longer ago"}
    edge = CloudFrontEdge(lambda: _Written(listed), lambda: None, "arn", "id")
    edge.deny_scopes(lambda: scopes)
    assert all(len(value) <= _MOST_VALUE_CHARS for value in listed.values())
    others = [share_id_of(new_receipt(NOON_US), new_uuid(), new_uuid()) for _ in range(3)]
    refused = [share_id_of(new_receipt(NOON_US), scope, new_uuid()) for scope in scopes[::2]]
    refused += [share_id_of(new_receipt(NOON_US), new_uuid(), scope) for scope in scopes[1::2]]
    paths = [f"/s/{share}/1/trace.json" for share in (*others, "share-without", *refused)]
    assert _answers(code, paths, listed) == [0] * 4 + [403] * count


class _Written:
    """A KeyValueStore, as far as a list is written to it."""

    def __init__(self, listed: dict[str, str]) -> None:
        self._listed = listed

    def describe_key_value_store(self, **_: str) -> dict[str, str]:
        return {"ETag": "1"}

    def update_keys(self, *, Puts: list[dict[str, str]], **_: str) -> None:  # noqa: N803 AWS's own name
        self._listed.update({put["Key"]: put["Value"] for put in Puts})


def _answers(code: str, paths: list[str], listed: dict[str, str]) -> list[int]:
    """The status that the function gives each path, with this list; 0 where it lets it through."""
    known = f"var LISTED = {json.dumps(listed)};"
    store = "{exists: async (key) => key in LISTED, get: async (key) => LISTED[key]}"
    code = known + code.replace('import cf from "cloudfront";', f"var cf = {{kvs: () => ({store})}};")
    events = json.dumps([{"request": {"uri": path}} for path in paths])
    script = f"{code}\nPromise.all({events}.map(handler)).then((all) => console.log(JSON.stringify(all)));"
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True, timeout=30)
    return [one.get("statusCode", 0) for one in json.loads(done.stdout)]
