"""A histogram that can be added up and still knows its percentiles to 1 %.

A value falls into the bucket of its logarithm, which spans 1 %. A bucket keeps the sum of its values as well
as their number, and answers with their mean: so a value that is alone in its bucket comes back exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

_LOG_GROWTH = math.log(1.01)
_ZERO = -1


class Histogram(msgspec.Struct, array_like=True):
    """Counts and sums of whole, non-negative numbers by bucket.

    Laws: adding histograms is adding their values, in any order; a percentile is within 1 % of the
    nearest-rank percentile of the values themselves.
    """

    counts: dict[int, int] = {}
    sums: dict[int, int] = {}

    @classmethod
    def of(cls, values: Iterable[int]) -> Histogram:
        """The histogram of these values."""
        made = cls()
        for value in values:
            made.add(value)
        return made

    def add(self, value: int) -> None:
        """Count one value."""
        bucket = _ZERO if value < 1 else math.floor(math.log(value) / _LOG_GROWTH)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.sums[bucket] = self.sums.get(bucket, 0) + value

    def merge(self, other: Histogram) -> None:
        """Count all of the other's values too."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count
            self.sums[bucket] = self.sums.get(bucket, 0) + other.sums[bucket]

    @property
    def count(self) -> int:
        """How many values were counted."""
        return sum(self.counts.values())

    def percentile(self, share: float) -> float | None:
        """The value that this share of all values is not above; None of none."""
        return self.percentiles(share)[0]

    def percentiles(self, *shares: float) -> list[float | None]:
        """The same for several shares, which grow."""
        found: list[float | None] = []
        seen, count = 0, self.count
        ranks = [max(1, math.ceil(count * share)) for share in shares]
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            while len(found) < len(ranks) and seen >= ranks[len(found)]:
                found.append(self.sums[bucket] / self.counts[bucket])
        return found or [None] * len(shares)
