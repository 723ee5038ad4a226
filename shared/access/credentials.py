"""Which key and workspace a request's headers name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shared.base.errors import Unauthenticated

_BEARER = "bearer "


class Credentials(NamedTuple):
    """A key's text, and the workspace that was asked for by id, if any."""

    key: str
    workspace: str | None


def credentials_of(headers: Mapping[str, str]) -> Credentials:
    """The credentials in these headers, whose names are in lower case.

    Raises: Unauthenticated when there is no key.
    """
    key = headers.get("x-api-key", "").strip() or _bearer(headers.get("authorization", ""))
    if not key:
        raise Unauthenticated("No API key: send it in the header x-api-key (LANGSMITH_API_KEY for the SDKs)")
    return Credentials(key, workspace_of(headers))


def names_key(headers: Mapping[str, str]) -> bool:
    """Whether these headers try to name a key, rightly or not: then no cookie is looked at."""
    return "x-api-key" in headers or "authorization" in headers


def workspace_of(headers: Mapping[str, str]) -> str | None:
    """The workspace that was asked for by id, if any."""
    return headers.get("x-tenant-id", "").strip() or None


def _bearer(authorization: str) -> str:
    return authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else ""
