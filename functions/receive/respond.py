"""What clients are told, as API Gateway wants it said. Errors become statuses here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from shared.base.errors import LimitReached, ServiceError, Unavailable
from shared.runs.fact import LeftOut

Response = dict[str, Any]
Note = dict[str, Any]
"""What is told of traces that were left out: how many, and why."""

MAX_LISTED = 100
"""Refused operations that one answer and one envelope list; the rest are counted."""
_encode = msgspec.json.Encoder().encode


class Refusal(msgspec.Struct, omit_defaults=True):
    """One refused operation, as its sender reads it."""

    where: str
    run_id: str | None
    reason: str
    field: str | None = None


def reply(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", **(headers or {})},
        "body": _encode(body).decode(),
        "isBase64Encoded": False,
    }


def left_out(counted: LeftOut | None, rate: float) -> Note | None:
    """What is told of traces that a limit left out."""
    if counted is None:
        return None
    reason = (
        f"a monthly limit of traces is reached: {rate:.0%} of new traces are taken, the others are left out whole, "
        "until the limit is raised or begins anew with the next month (UTC)"
    )
    return {"traces": counted.traces, "operations": counted.operations, "reason": reason}


def accepted(receipt: str, kept: Sequence[str], note: Note | None = None) -> Response:
    """All was taken, but for what a limit left out (`note`); `kept` are the ids of runs and feedback."""
    return reply(202, {"message": "Accepted", "receipt": receipt, "accepted": kept, **_noted(note)})


def refused(receipt: str, kept: Sequence[str], refusals: Sequence[Refusal], note: Note | None = None) -> Response:
    """Some or all operations were refused; those in `kept` are on their way none the less."""
    first = refusals[0]
    return reply(
        422,
        {
            "error": f"{len(refusals)} operations were refused; {len(kept)} runs or feedbacks beside them are kept",
            "details": f"{first.where}: {first.field + ': ' if first.field else ''}{first.reason}",
            "receipt": receipt,
            "accepted": kept,
            "rejected": refusals[:MAX_LISTED],
            "rejected_in_all": len(refusals),
            **_noted(note),
        },
    )


def failed(error: ServiceError) -> Response:
    """The whole request was refused."""
    headers = {}
    if isinstance(error, LimitReached | Unavailable):
        headers["retry-after"] = str(error.retry_after_s)
    return reply(error.status, {"error": type(error).__name__, "details": error.message}, headers)


def _noted(note: Note | None) -> dict[str, Note]:
    return {} if note is None else {"left_out": note}
