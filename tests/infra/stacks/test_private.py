"""A deployment for a company's own networks answers nobody else: at the edge on each path, at the API on each route."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.stacks.options import OptionInvalid, Options
from infra.stacks.private import PASSING_ON, guarded
from tests.infra.stacks.template import Template, plain, synthesised

NODE = str(Path(sys.executable).with_name("node"))
PRIVATE = Options(private=True, allowed_networks="192.0.2.0/24, 198.51.100.7/32, 2001:db8::/32")


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A private deployment."""
    return synthesised(PRIVATE, tmp_path_factory.mktemp("private"))


def _behaviors(template: Template) -> list[dict[str, Any]]:
    [distribution] = template.of_type("AWS::CloudFront::Distribution").values()
    config = distribution["Properties"]["DistributionConfig"]
    return [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]


def test_every_path_is_looked_at_by_the_edge(private: Template) -> None:
    """Page, assets, files of shares and calls: each behavior's function knows the networks."""
    for behavior in _behaviors(private):
        [association] = behavior["FunctionAssociations"]
        code = private.properties(plain(association["FunctionARN"]))["FunctionCode"]
        assert "var ALLOWED" in code
        assert len(code) < 10_240  # Source: CloudFront Functions quotas, "Function size"


def test_every_route_of_the_api_is_authorized(private: Template, template: Template) -> None:
    """None is open beside the edge; in other deployments the rooms look for keys themselves, as ever."""
    kinds = {one["Properties"].get("AuthorizationType") for one in private.of_type("AWS::ApiGatewayV2::Route").values()}
    assert kinds == {"CUSTOM"}
    [authorizer] = private.of_type("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["Properties"]["AuthorizerResultTtlInSeconds"] == 0
    assert template.of_type("AWS::ApiGatewayV2::Authorizer") == {}
    assert "var ALLOWED" not in json.dumps(template.body)


def test_only_the_edge_knows_its_secret(private: Template) -> None:
    """It is added to what goes to the API, where a viewer's own header of that name is replaced; no room has it."""
    [distribution] = private.of_type("AWS::CloudFront::Distribution").values()
    origins = distribution["Properties"]["DistributionConfig"]["Origins"]
    added = [one["OriginCustomHeaders"] for one in origins if "OriginCustomHeaders" in one]
    assert [[header["HeaderName"] for header in headers] for headers in added] == [["x-tracekeep-edge"]]
    assert "resolve:secretsmanager" in plain(added[0][0]["HeaderValue"])


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("198.51.100.7", True),
        ("198.51.100.8", False),
        ("2001:db8::1", True),
        ("2001:db8:1:2:3:4:5:6", True),
        ("2001:db9::", False),
        ("::1", False),
    ],
)
def test_an_address_is_inside_or_not(address: str, is_inside: bool) -> None:
    """Of either protocol, at the borders of each network."""
    event = json.dumps({"request": {"uri": "/"}, "viewer": {"ip": address}})
    script = f"{guarded(PASSING_ON, PRIVATE)}\nhandler({event}).then((answer) => console.log(JSON.stringify(answer)));"
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True, timeout=30)
    answer = json.loads(done.stdout)
    assert (answer.get("uri") == "/", answer.get("statusCode")) == (is_inside, None if is_inside else 403)


@pytest.mark.parametrize(
    "context",
    [{"private": True}, {"allowed_networks": "10.0.0.0/8"}, {"private": True, "allowed_networks": "10.0.0.1/8"}],
)
def test_half_a_choice_is_refused(context: dict[str, Any]) -> None:
    """Nobody could come in, or everybody; a network whose address has bits beyond its length is a mistake."""
    with pytest.raises(OptionInvalid, match="allowed_networks"):
        Options(**context)


def test_the_page_is_told_which_networks(private: Template, template: Template) -> None:
    """So that who shares a trace reads who can see it; elsewhere there is none to tell."""

    def told(one: Template) -> set[str]:
        functions = one.of_type("AWS::Lambda::Function").values()
        said = [function["Properties"].get("Environment", {}).get("Variables", {}) for function in functions]
        return {str(each["TRACEKEEP_ALLOWED_NETWORKS"]) for each in said if "TRACEKEEP_ALLOWED_NETWORKS" in each}

    assert told(private) == {"192.0.2.0/24,198.51.100.7/32,2001:db8::/32"}
    assert told(template) == {""}
