"""Sessions: a browser that was shown an API key once holds a random cookie in its place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from shared.access.api_key import hash_of
from shared.base.errors import Unauthenticated
from shared.base.units import S_PER_DAY, US_PER_S

COOKIE = "tracekeep_session"
SESSION_S = 30 * S_PER_DAY
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of a session; its token is not, only the SHA-256 of it. Times are microseconds since 1970.

    It can do what its key can, and ends with it.
    """

    hash: str
    key_hash: str
    created_us: int
    expires_us: int

    def check(self, now_us: int) -> None:
        """Nothing, while the session lasts. Raises: Unauthenticated."""
        if self.expires_us <= now_us:
            raise ended()

    def seconds_left(self, now_us: int) -> int:
        """How long it lasts, in whole seconds."""
        return max(0, (self.expires_us - now_us) // US_PER_S)


def new_token() -> str:
    """A new session's token: 256 random bits, in characters that a cookie may hold."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def session_of(token: str, key_hash: str, key_expires_us: int | None, now_us: int) -> Session:
    """The record of a session with this token, which ends no later than its key."""
    ends_us = now_us + SESSION_S * US_PER_S
    return Session(hash_of(token), key_hash, now_us, min(ends_us, key_expires_us or ends_us))


def ended() -> Unauthenticated:
    """What is said to a cookie that opens nothing, whatever the reason."""
    return Unauthenticated("This session has ended; sign in again with an API key")
