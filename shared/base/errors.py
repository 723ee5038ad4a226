"""What can go wrong, as a tree; a room maps it once to HTTP or to the queue.

ServiceError
├─ Rejected          the caller's fault, will never succeed: 4xx, or written to the rejects
│  ├─ Malformed      422  the text or a field cannot be understood
│  ├─ TooLarge       413  over a named limit
│  ├─ NotFound       404  not there, or another workspace's
│  ├─ Conflict       409  the name or id is taken
│  └─ NotAllowed     403  the key may not do this
│     ├─ Unauthenticated  401  no key, or one we don't know
│     └─ LimitReached     429  over a quota
└─ Unavailable       503  try again later
"""

from __future__ import annotations


class ServiceError(Exception):
    """An expected failure with a message for the person who has to mend it."""

    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Rejected(ServiceError):
    """The caller's fault: sending the same again will never succeed."""

    status = 400


class Malformed(Rejected):
    """The input cannot be understood; the message names the part and the field."""

    status = 422


class TooLarge(Rejected):
    """The input is over a limit; the message names the limit and its value."""

    status = 413


class NotFound(Rejected):
    """Nothing by that id in this workspace."""

    status = 404


class Conflict(Rejected):
    """A name or id is already taken."""

    status = 409


class NotAllowed(Rejected):
    """The key is known but may not do this."""

    status = 403


class Unauthenticated(NotAllowed):
    """No key, or one that is unknown, expired or revoked."""

    status = 401


class LimitReached(NotAllowed):
    """Over a quota; `retry_after_s` says when to come back."""

    status = 429

    def __init__(self, message: str, retry_after_s: int = 30) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(ServiceError):
    """A dependency did not answer: the caller should try again."""

    status = 503

    def __init__(self, message: str, retry_after_s: int = 5) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
