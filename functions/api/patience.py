"""How long one answer may look for runs before it says how far it came.

    Prefer: wait=2      the client takes part of an answer, also an empty one with a cursor, after so many seconds
    without             it may be one that takes an empty page for the end: what was found is answered soon, and
                        what was not is looked for as long as a gateway waits; then the client is sent on
                        to itself (307), to a cursor behind what was looked at

Source: RFC 7240, section 4.3 (wait); RFC 9110, section 15.4.8 (307: the same method and body again).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

SOON_S = 2.0
"""A page with something on it is answered then, full or not."""
IN_VAIN_S = 15.0
"""A search that has found nothing goes on so long. API Gateway's HTTP API waits 30 s for an integration, and the
room may run 29 s. Source: API Gateway developer guide, quotas of HTTP APIs, "Integration timeout"."""
_LEAST_S = 0.1
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6}(?:\.\d{1,6})?)\"?(?![\d.])", re.IGNORECASE | re.ASCII)

Elapsed = Callable[[], float]
"""Seconds on a clock that only goes forward, from whenever."""


class Patience:
    """The time that one answer has, from now on."""

    def __init__(self, wait_s: float | None = None, elapsed: Elapsed = time.monotonic) -> None:
        self.wait_s = None if wait_s is None else min(max(wait_s, _LEAST_S), IN_VAIN_S)
        self._elapsed = elapsed
        self._began_s = elapsed()

    @property
    def takes_parts(self) -> bool:
        """Whether whoever asks knows that an empty page need not be the end."""
        return self.wait_s is not None

    def is_over(self, *, has_found: bool) -> bool:
        """Whether to stop here, with what there is."""
        most_s = self.wait_s if self.wait_s is not None else SOON_S if has_found else IN_VAIN_S
        return self._elapsed() - self._began_s >= most_s


def wait_of(prefer: str | None) -> float | None:
    """The seconds that a `Prefer` header names; None where it names none."""
    found = None if prefer is None else _WAIT.search(prefer)
    return None if found is None else float(found.group(1))
