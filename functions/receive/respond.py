"""What clients are told, as API Gateway wants it said. Errors become statuses here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from shared.base.errors import LimitReached, ServiceError, Unavailable

Response = dict[str, Any]

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


def accepted(receipt: str, kept: Sequence[str]) -> Response:
    """All was taken; `kept` are the ids of runs and feedback."""
    return reply(202, {"message": "Accepted", "receipt": receipt, "accepted": kept})


def refused(receipt: str, kept: Sequence[str], refusals: Sequence[Refusal]) -> Response:
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
        },
    )


def failed(error: ServiceError) -> Response:
    """The whole request was refused."""
    headers = {}
    if isinstance(error, LimitReached | Unavailable):
        headers["retry-after"] = str(error.retry_after_s)
    return reply(error.status, {"error": type(error).__name__, "details": error.message}, headers)
