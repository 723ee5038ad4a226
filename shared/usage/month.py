"""Calendar months in UTC: what usage is billed by."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from shared.base.errors import Malformed
from shared.base.units import US_PER_DAY, US_PER_S

_TEXT = re.compile(r"(\d{4})-(\d{2})")
_FIRST_YEAR, _LAST_YEAR = 1970, 2285
_MONTHS = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Month(NamedTuple):
    """One month. Law: each moment is in one month, and a month begins where the one before it ends."""

    year: int
    number: int

    @classmethod
    def of(cls, time_us: int) -> Self:
        """The month of a moment."""
        moment = datetime.fromtimestamp(time_us // US_PER_S, UTC)
        return cls(moment.year, moment.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """The month of a text such as `2026-11`. Raises: Malformed."""
        found = _TEXT.fullmatch(text)
        year, number = (int(part) for part in found.groups()) if found else (0, 0)
        if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= _MONTHS):
            raise Malformed(f"month: {text[:40]!r} is no month such as 2026-11")
        return cls(year, number)

    @property
    def text(self) -> str:
        """Such as `2026-11`: text order is time order."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def start_us(self) -> int:
        """Its first moment, in microseconds since 1970."""
        return (datetime(self.year, self.number, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)

    @property
    def end_us(self) -> int:
        """The first moment behind it."""
        return self.next.start_us

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end_us - self.start_us) // US_PER_DAY

    @property
    def next(self) -> Month:
        """The month behind it."""
        return Month(self.year + self.number // _MONTHS, self.number % _MONTHS + 1)

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month.of(self.start_us - 1)


def months_between(start_us: int, end_us: int) -> list[Month]:
    """The months that hold any of [start, end), the oldest first."""
    found = []
    month = Month.of(start_us)
    while month.start_us < end_us:
        found.append(month)
        month = month.next
    return found
