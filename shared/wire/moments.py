"""Times as v1 writes them: without an offset, and read as UTC; microseconds kept."""

from __future__ import annotations

from datetime import datetime, timedelta

_NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001 v1 answers carry no offset; the clients read them as UTC


def naive(moment_us: int | None) -> datetime | None:
    """The time for a v1 answer."""
    return None if moment_us is None else _NAIVE + timedelta(microseconds=moment_us)
