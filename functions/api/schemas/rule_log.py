"""What rules did, as logs show it."""

from __future__ import annotations

from typing import Any

from functions.api.schemas.moments import utc
from shared.store.deliveries import Outcome as Delivered


def delivery_object(delivered: Delivered | None) -> dict[str, Any]:
    """What became of a delivery so far."""
    if delivered is None:
        return {"result": "pending", "attempts": 0, "status_code": None, "reason": None, "at": None}
    return {
        "result": delivered.result,
        "attempts": delivered.attempts,
        "status_code": delivered.status_code,
        "reason": delivered.reason or None,
        "at": utc(delivered.at_us),
    }
