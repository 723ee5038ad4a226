"""What AWS does by itself as time passes, done on the laptop when told to, and now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shared.base.clock import Clock
from shared.base.units import US_PER_S

Job = Callable[[], dict[str, int]]
"""Does its work once and says how much of what it did."""


class Expires(Protocol):
    """Something that holds things with an end."""

    def expire(self, now_epoch_s: int) -> int:
        """Delete what has ended; says how many."""
        ...


def expire(holders: Mapping[str, Expires], clock: Clock) -> Job:
    """The job that DynamoDB's TTL and S3's lifecycle do: delete what is past its end, in each holder."""

    def job() -> dict[str, int]:
        now_epoch_s = clock.now_us() // US_PER_S
        return {name: holder.expire(now_epoch_s) for name, holder in holders.items()}

    return job


def scheduled(handler: Callable[[dict[str, Any], object], Any]) -> Job:
    """The job of a room that EventBridge wakes by the clock: its handler, with such an event."""

    def job() -> dict[str, int]:
        counted: dict[str, int] = handler(
            {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}, None
        )
        return counted

    return job
