"""Waiting for what a server does in its own time: look again and again, never sleep and hope."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WITHIN_S = 20.0
_EVERY_S = 0.03


def eventually(look: Callable[[], T], accept: Callable[[T], bool], within_s: float = WITHIN_S) -> T:
    """The first thing seen that is accepted. Raises: AssertionError, with what was seen last."""
    deadline_s = time.monotonic() + within_s
    while not accept(seen := look()):
        if time.monotonic() > deadline_s:
            raise AssertionError(f"not within {within_s} s; last seen: {seen!r}")
        time.sleep(_EVERY_S)
    return seen
