"""The error that refuses one operation and leaves those beside it alone."""

from __future__ import annotations

from shared.base.errors import Malformed


class Refused(Malformed):
    """One operation cannot be taken, because of this field of it (None: because of the whole)."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
