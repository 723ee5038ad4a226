"""A refused operation as its owner sees it."""

from __future__ import annotations

from typing import Any

from functions.api.schemas.moments import utc
from shared.store.rejects import RejectedOperation


def rejected_object(operation: RejectedOperation) -> dict[str, Any]:
    """What it was, why it was refused, and when it came."""
    return {
        "receipt": operation.receipt,
        "received_at": utc(operation.received_us),
        "where": operation.where,
        "reason": operation.reason,
        "run_id": operation.run_id,
        "project": operation.project,
    }
