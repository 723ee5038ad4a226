"""A Lambda authorizer of a private deployment: who comes by the edge, which has looked, or from an allowed network.

It has nothing but what Lambda's runtime has. Whoever asks the API's own domain does not pass the edge, so here the
caller's address is looked at; what the edge hands on carries a secret that it alone knows.
Source: API Gateway, "Control access to HTTP APIs with AWS Lambda authorizers", simple response.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
from typing import Any

EDGE_HEADER = "x-tracekeep-edge"


def handler(event: dict[str, Any], _context: object) -> dict[str, bool]:
    """Whether the request may go on."""
    said = str((event.get("headers") or {}).get(EDGE_HEADER, ""))
    is_through_edge = hmac.compare_digest(said.encode(), os.environ["EDGE_SECRET"].encode())
    return {"isAuthorized": is_through_edge or is_inside(event["requestContext"]["http"]["sourceIp"])}


def is_inside(address: str) -> bool:
    """Whether the address is of one of the networks."""
    found = ipaddress.ip_address(address)
    networks = [ipaddress.ip_network(one) for one in os.environ["NETWORKS"].split(",")]
    return any(found in network for network in networks)
