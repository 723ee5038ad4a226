"""Share tokens: whoever has one may look at the trace that it was made for, and at nothing else."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from shared.base.ids import canonical_uuid

_TOKEN_BITS = 128
_RANDOM_VERSION = 4


def new_token() -> str:
    """A new token: 128 random bits, written as a UUID, which is what clients send and read."""
    return str(uuid.UUID(int=secrets.randbits(_TOKEN_BITS)))


def token_or_new(brought: str | None) -> str:
    """The token that a client brought, where it is a random UUID; else a new one.

    A version 4 has 122 random bits. What else a client calls a token may be a name, a time or a constant: it is
    guessed sooner than it is found, so it is not taken, and the answer says which token it is instead.
    """
    found = canonical_uuid(brought)
    if found is None or uuid.UUID(found).version != _RANDOM_VERSION:
        return new_token()
    return found


def hash_of(token: str) -> str:
    """The form in which a token is looked up. SHA-256 is enough: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
