"""A deployment for a company's own networks: its links, page and API answer from there, and from nowhere else.

    by CloudFront       each behavior's function looks at the viewer's address before anything else
    by the API's name   an authorizer does, and lets through what carries the secret of the edge

A web ACL would do it too, for $5 a month and more; these are billed by the request.
"""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.inside.authorize import EDGE_HEADER
from infra.stacks.advice import decline
from infra.stacks.compute import ARCHITECTURE, RUNTIME
from infra.stacks.log_groups import log_group
from infra.stacks.options import Options

_AUTHORIZER = Path(__file__).parents[1] / "inside"
_LOOK = """
var ALLOWED = {networks};
function bitsOf(ip) {{
  var bits = (number, size) => number.toString(2).padStart(size, "0");
  if (ip.indexOf(":") < 0) return "4:" + ip.split(".").map((part) => bits(Number(part), 8)).join("");
  var halves = ip.split("::").map((half) => half.split(":").filter((part) => part));
  var missing = Array(8 - halves.reduce((count, half) => count + half.length, 0)).fill("0");
  var parts = halves.length > 1 ? halves[0].concat(missing, halves[1]) : halves[0];
  return "6:" + parts.map((part) => bits(parseInt(part, 16), 16)).join("");
}}
async function handler(event) {{
  var bits = bitsOf(event.viewer.ip);
  if (ALLOWED.some((network) => bits.indexOf(network) === 0)) return allowed(event);
  return {{ statusCode: 403, statusDescription: "Forbidden", headers: {{ "cache-control": {{ value: "no-store" }} }} }};
}}
"""
PASSING_ON = "// Whoever may come in gets what was asked for.\nfunction handler(event) {\n  return event.request;\n}\n"


def guarded(source: str, options: Options) -> str:
    """The code of a CloudFront function, behind a look at the viewer's address where the deployment is private."""
    if not options.private:
        return source
    networks = [_bits(network) for network in options.networks()]
    return source.replace("function handler(", "function allowed(") + _LOOK.format(networks=json.dumps(networks))


def _bits(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> str:
    """How the addresses of a network begin, bit by bit."""
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"
    return f"{network.version}:{bits[: network.prefixlen]}"


class Inside(Construct):
    """What a private deployment has beyond others: the secret of its edge, and who asks for it."""

    def __init__(self, scope: Construct, construct_id: str, options: Options) -> None:
        super().__init__(scope, construct_id)
        self._secret = secretsmanager.Secret(
            self,
            "EdgeSecret",
            description="Tracekeep: by this the API knows what comes from its own edge",
            generate_secret_string=secretsmanager.SecretStringGenerator(exclude_punctuation=True, password_length=48),
        )
        decline(self._secret, rule="SMG4", reason="It opens nothing by itself: it says who has looked already")
        self.authorizer = authorizers.HttpLambdaAuthorizer(
            "inside",
            self._function(options),
            authorizer_name="inside",
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            identity_source=[],
            # An answer that was kept for an edge's address would be everybody's who has a distribution.
            results_cache_ttl=Duration.seconds(0),
        )

    @property
    def headers(self) -> dict[str, str]:
        """What the edge adds to each request that it hands on; CloudFront lets no viewer send it."""
        return {EDGE_HEADER: self._secret.secret_value.unsafe_unwrap()}

    def _function(self, options: Options) -> lambda_.Function:
        return lambda_.Function(
            self,
            "authorize",
            description="Tracekeep: lets in who comes from an allowed network",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler="authorize.handler",
            code=lambda_.Code.from_asset(str(_AUTHORIZER), exclude=["__pycache__", "__init__.py"]),
            environment={
                "EDGE_SECRET": self._secret.secret_value.unsafe_unwrap(),
                "NETWORKS": ",".join(map(str, options.networks())),
            },
            memory_size=256,
            timeout=Duration.seconds(5),
            log_group=log_group(self, "logs", options),
            logging_format=lambda_.LoggingFormat.JSON,
        )
