"""Which new traces are taken while a limit lets in a sample of them: whole traces, by nothing but the trace's id.

Whoever asks, in whatever process, gives the same answer for each request of a trace, also while the news of a limit
is still on its way: what counts is when the trace began, and a stretch begins and ends when everybody knows of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from shared.base.units import US_PER_HOUR, US_PER_MINUTE, US_PER_S
from shared.usage.limits import Standing

KNOWN_FOR_US = 60 * US_PER_S
"""So long a process goes by what it read of limits."""
TOLD_WITHIN_US = KNOWN_FOR_US + 5 * US_PER_S
"""So long after a change everybody knows of it: with some seconds in which clocks may differ."""
UNSURE_US = 10 * US_PER_MINUTE
"""A trace that does not say when it began is taken to have begun so long ago."""
_REMEMBERED_US = US_PER_HOUR
"""So long after a stretch it is known whose traces were left out: later requests of them are left out too."""
_HASH_BYTES = 8
_HASHES = 1 << (8 * _HASH_BYTES)


class Stretch(msgspec.Struct, frozen=True):
    """Traces that begin in [since, until) are taken at this rate. Units: microseconds since 1970 UTC."""

    limit_id: str
    since_us: int
    until_us: int
    rate: float


def is_drawn(trace_id: str, rate: float) -> bool:
    """Whether a trace is among this share of all. Law: what is drawn at a rate is drawn at each larger one."""
    digest = hashlib.sha256(f"sample {trace_id}".encode()).digest()[:_HASH_BYTES]
    return int.from_bytes(digest) < rate * _HASHES


def is_taken(trace_id: str, began_us: int, stretches: Iterable[Stretch]) -> bool:
    """Whether a trace that began then is taken."""
    return all(is_drawn(trace_id, one.rate) for one in stretches if one.since_us <= began_us < one.until_us)


def stretches_of(standings: Sequence[Standing], before: Sequence[Stretch], now_us: int) -> list[Stretch]:
    """The stretches as they are from now on: those that go on, those that begin, and those that end soon or did."""
    wanted = {(one.limit_id, one.sample_rate, one.until_us) for one in standings if one.samples_traces}
    told_us = now_us + TOLD_WITHIN_US
    found = []
    for one in before:
        key = (one.limit_id, one.rate, one.until_us)
        if key in wanted:
            wanted.remove(key)
            found.append(one)
        elif one.until_us > now_us - _REMEMBERED_US:
            found.append(msgspec.structs.replace(one, until_us=min(one.until_us, told_us)))
    found += [Stretch(limit_id, told_us, until_us, rate) for limit_id, rate, until_us in sorted(wanted)]
    return [one for one in found if one.since_us < one.until_us]
