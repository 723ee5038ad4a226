"""What an attempt came to, and whether it is made again.

nobody was reached          again, two times more
no answer in time           failed: whoever was that slow may be at work on it
5xx                         again, two times more
2xx                         delivered
anything else               failed: asked again, the same would be answered

Source: LangSmith, "Use webhooks".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from functions.deliver.post import NotCallable, NotReached, TooSlow
from shared.base.errors import Rejected, Unavailable

_OK, _REDIRECT, _REJECTED, _SERVER_FAULT = 200, 300, 400, 500
_TOO_MANY = 429


class Verdict(NamedTuple):
    """How an attempt ended; of `again` another one may be made. `reason` is a sentence for people."""

    result: Literal["delivered", "failed", "again"]
    reason: str = ""
    status_code: int | None = None


def verdict_of(attempt: Callable[[], int], *, heeds_rate: bool = False) -> Verdict:
    """What became of an attempt that gives the status it was answered.

    `heeds_rate` where 429 means later, as PagerDuty says of its own.
    """
    try:
        status = attempt()
    except NotReached as error:
        return Verdict("again", f"nobody was reached: {error}")
    except TooSlow as error:
        return Verdict("failed", f"{error}; it is not tried again, since it may have arrived")
    except (NotCallable, Rejected) as error:
        return Verdict("failed", f"it was not sent: {error}")
    return _of_status(status, heeds_rate=heeds_rate)


def published(publish: Callable[[], None]) -> Verdict:
    """What became of telling a topic."""
    try:
        publish()
    except Unavailable as error:
        return Verdict("again", error.message)
    except Rejected as error:
        return Verdict("failed", error.message)
    return Verdict("delivered")


def _of_status(status: int, *, heeds_rate: bool) -> Verdict:
    if _OK <= status < _REDIRECT:
        return Verdict("delivered", status_code=status)
    if status >= _SERVER_FAULT or (heeds_rate and status == _TOO_MANY):
        return Verdict("again", f"it answered {status}", status)
    if _REDIRECT <= status < _REJECTED:
        return Verdict("failed", f"it answered {status}; redirects are not followed: write the new address", status)
    return Verdict("failed", f"it answered {status}", status)
