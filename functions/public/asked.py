"""What an event of the HTTP API asks: by which of our names, and where the answer will be read."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote

from shared.base.errors import Malformed
from shared.base.ids import canonical_uuid

_PREFIX = re.compile(r"^/api(?:/v1)?(?=/)")
_NAMED_HOST = "x-tracekeep-host"
"""CloudFront writes it (`infra/stacks/viewer_request/api.js`): it hands on every header but the caller's host."""
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")


@dataclass(frozen=True)
class Asked:
    """One request. `route` is as the topology has it, without its prefix; header names are lower-case."""

    method: str
    route: str
    token: str | None
    variables: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    source_ip: str
    address: str
    request_id: str
    body: bytes = field(default=b"", repr=False)

    @property
    def accepted(self) -> str:
        """The encodings that the client takes."""
        return self.headers.get("accept-encoding", "")

    @property
    def is_through_cdn(self) -> bool:
        """Whether CloudFront says that it hands the request on."""
        return _NAMED_HOST in self.headers

    def origin(self, *, is_local: bool) -> str:
        """Scheme and host of the address that the caller asked. A forged one deceives nobody but its forger."""
        host = self.headers.get(_NAMED_HOST) or self.headers.get("host", "")
        if _HOST.fullmatch(host) is None:
            raise Malformed("The request names no host")
        return f"http://{host}" if is_local else f"https://{host}"

    def run(self) -> str | None:
        """The run that the query names, if it is an id."""
        return canonical_uuid(self.query.get("run", [""])[0])

    def content(self) -> dict[str, Any]:
        """The body's JSON object; an empty body is an empty one. Raises: Malformed."""
        try:
            content = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            raise Malformed("The body is no JSON") from None
        if not isinstance(content, dict):
            raise Malformed("The body must be a JSON object")
        return content


def _address(event: Mapping[str, Any]) -> str:
    """Path and query as they were written, to be asked for elsewhere: a path of this site, and of no other."""
    query = event.get("rawQueryString", "")
    path = quote("/" + str(event.get("rawPath", "")).lstrip("/"), safe="/~")
    return f"{path}?{query}" if query else path


def asked_of(event: Mapping[str, Any]) -> Asked:
    """The request of an event, payload version 2.0."""
    context = event["requestContext"]
    method, _, path = event["routeKey"].partition(" ")
    variables = event.get("pathParameters") or {}
    body = event.get("body") or ""
    return Asked(
        method=method,
        route=_PREFIX.sub("", path, count=1),
        token=canonical_uuid(variables.get("token")),
        variables=variables,
        query=parse_qs(event.get("rawQueryString", ""), keep_blank_values=True),
        headers=event.get("headers") or {},
        source_ip=context["http"].get("sourceIp", ""),
        address=_address(event),
        request_id=context.get("requestId", "-"),
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
    )
