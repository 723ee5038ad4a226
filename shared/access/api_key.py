"""API keys: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from shared.base.errors import NotAllowed, Unauthenticated
from shared.base.ids import new_uuid

Kind = Literal["personal", "service"]
_PREFIXES: dict[Kind, str] = {"personal": "lsv2_pt_", "service": "lsv2_sk_"}
_SECRET_BYTES = 24
_SHOWN_END = 4


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; its text is not.

    `is_read_only` keys may read and not write. Those that are `is_organization_wide` may act in each workspace of
    their organization, which the request names, and make new ones. Times are microseconds since 1970; None is never.
    """

    id: str
    workspace: str
    hash: str
    short: str
    description: str
    created_us: int
    expires_us: int | None = None
    revoked_us: int | None = None
    is_read_only: bool = False
    is_organization_wide: bool = False

    def check(self, now_us: int) -> None:
        """Nothing, if the key is valid now. Raises: Unauthenticated, which says why not."""
        if self.revoked_us is not None:
            raise Unauthenticated(f"API key {self.short} was revoked; use another one")
        if self.expires_us is not None and self.expires_us <= now_us:
            raise Unauthenticated(f"API key {self.short} has expired; make a new one in Settings")

    def check_may_write(self) -> None:
        """Nothing, if the key may write. Raises: NotAllowed."""
        if self.is_read_only:
            raise NotAllowed(f"API key {self.short} is read only; use a key that may write")

    def check_organization_wide(self) -> None:
        """Nothing, if the key may manage the organization. Raises: NotAllowed."""
        if not self.is_organization_wide:
            raise NotAllowed(
                f"API key {self.short} belongs to one workspace; this needs a key of the whole organization, such as "
                "the first one that `make run` or `tracekeep bootstrap` printed"
            )


def new_key_text(kind: Kind = "personal") -> str:
    """A new key's text: 192 random bits behind the prefix that LangSmith's clients know."""
    return _PREFIXES[kind] + secrets.token_hex(_SECRET_BYTES)


def hash_of(text: str) -> str:
    """The form in which a key is stored and looked up.

    A plain SHA-256 is enough: the text has 192 random bits, so there is nothing to guess.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def describe_key(text: str, workspace: str, created_us: int, description: str = "") -> ApiKey:
    """The record of a key with this text."""
    short = f"{text[:8]}…{text[-_SHOWN_END:]}"
    return ApiKey(new_uuid(), workspace, hash_of(text), short, description, created_us)
