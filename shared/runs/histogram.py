"""A histogram that can be added up and still knows its percentiles to 1 %.

A value falls into the bucket of its logarithm, so each bucket spans 2 % and its middle is within 1 % of
every value in it. Durations from a microsecond to a year need 1,600 buckets at most; only those that hold
something are kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

_GROWTH = 1.02
_LOG_GROWTH = math.log(_GROWTH)
_MIDDLE = 2 * _GROWTH / (1 + _GROWTH)
"""Of a bucket that ends at b, 2b / (1 + growth) is as far from its lower as from its upper end, relatively."""
_ZERO = -1


class Histogram(msgspec.Struct, array_like=True):
    """Counts of non-negative numbers by bucket.

    Laws: adding histograms is adding their values, in any order; a percentile is within 1 % of the
    nearest-rank percentile of the values themselves.
    """

    buckets: dict[int, int] = {}

    @classmethod
    def of(cls, values: Iterable[float]) -> Histogram:
        """The histogram of these values."""
        made = cls()
        for value in values:
            made.add(value)
        return made

    def add(self, value: float) -> None:
        """Count one value; what is below one counts as zero."""
        bucket = _ZERO if value < 1 else math.ceil(math.log(value) / _LOG_GROWTH)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def merge(self, other: Histogram) -> None:
        """Count all of the other's values too."""
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count

    @property
    def count(self) -> int:
        """How many values were counted."""
        return sum(self.buckets.values())

    def percentile(self, share: float) -> float | None:
        """The value that this share of all values is not above; None of none."""
        rank = max(1, math.ceil(self.count * share))
        seen = 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= rank:
                return 0.0 if bucket == _ZERO else _GROWTH ** (bucket - 1) * _MIDDLE
        return None
