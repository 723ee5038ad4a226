"""Which of the room's routes a request is for: one dictionary, under every prefix that clients use.

Powertools' APIGatewayHttpResolver was measured beside it: 21 µs a request against 1 µs, and 130 ms more
to import on a cold start, for six fixed routes and one with a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.base.errors import NotFound

_PREFIX = re.compile(r"/api(?:/v1)?(?=/)")
_RUNS = "/runs/"
_ROUTES = {
    ("GET", "/info"): "about",
    ("GET", "/info/health"): "health",
    ("GET", "/ok"): "health",
    ("POST", "/otel/v1/traces"): "spans",
    ("POST", "/runs"): "create",
    ("POST", "/runs/batch"): "batch",
    ("POST", "/runs/multipart"): "multipart",
}


class Found(NamedTuple):
    """A route, and the run that its path names."""

    name: str
    method: str
    path: str
    run_id: str | None = None


def find(event: Mapping[str, Any]) -> Found:
    """The route of an event. Raises: NotFound."""
    method: str = event["requestContext"]["http"]["method"]
    path = _PREFIX.sub("", event["rawPath"], count=1).rstrip("/")
    name = _ROUTES.get((method, path))
    if name is not None:
        return Found(name, method, path)
    if method == "PATCH" and path.startswith(_RUNS):
        return Found("update", method, path, path[len(_RUNS) :])
    raise NotFound(f"There is no {method} {path[:200]} here")
