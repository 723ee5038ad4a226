"""Presigned tokens: whoever has one may give one feedback on one run, without a key, for a while."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

MAX_TOKENS = 1_000
"""That one request may make."""


@dataclass(frozen=True, slots=True)
class FeedbackToken:
    """What a token allows. Its id is its text: 122 random bits, which only who may write in the workspace is told.

    Each use says the feedback `feedback_id` anew, so a token that is used again changes what it said.
    """

    id: str
    workspace: str
    run_id: str
    key: str
    feedback_id: str
    created_us: int
    expires_us: int
    config: str | None = None

    @property
    def hash(self) -> str:
        """The form in which it is looked up."""
        return hash_of(self.id)


def hash_of(token: str) -> str:
    """SHA-256 is enough: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
