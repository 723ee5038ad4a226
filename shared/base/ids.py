"""Ids: receipts that sort by time, and the time that is hidden in a UUIDv7."""

from __future__ import annotations

import os
import re
import uuid

from shared.base.units import US_PER_MS

_RANDOM_BYTES = 10
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSION_AT = 14  # the digit of a canonical UUID's text that says its version


def new_receipt(now_us: int) -> str:
    """A new id for one accepted request.

    Shapes: 32 hex digits, the first 12 of them milliseconds since 1970, the rest random.
    Law: receipts given in different milliseconds sort as text in the order they were given.
    """
    return f"{now_us // US_PER_MS:012x}{os.urandom(_RANDOM_BYTES).hex()}"


def receipt_us(receipt: str) -> int:
    """When a receipt was given, in microseconds since 1970, to the millisecond."""
    return int(receipt[:12], 16) * US_PER_MS


def first_receipt_at(time_us: int) -> str:
    """The smallest receipt that could be given at that time: a bound for ranges."""
    return f"{time_us // US_PER_MS:012x}"


def new_uuid() -> str:
    """A random id (UUIDv4)."""
    return str(uuid.uuid4())


def canonical_uuid(text: object) -> str | None:
    """The lower-case, dashed form of a UUID, or None where `text` is not one."""
    if not isinstance(text, str):
        return None
    if _UUID.fullmatch(text):
        return text
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def uuid_time_us(run_id: str) -> int | None:
    """The time inside a canonical UUIDv7, in microseconds; None for any other version.

    Source: RFC 9562, section 5.7: the first 48 bits are Unix milliseconds.
    """
    if run_id[_VERSION_AT] != "7":
        return None
    return int(run_id[:8] + run_id[9:13], 16) * US_PER_MS
