"""What the steps of `deploy_check` share: how they fail, how they wait, and what they say."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")
_PAUSE_S = 0.3


class CheckFailed(Exception):
    """A step did not do what it has to; the message says which and what it said."""


def eventually(look: Callable[[], T], is_accepted: Callable[[T], bool], what: str, within_s: float) -> T:
    """The first thing seen that is accepted. Raises: CheckFailed with what was seen last."""
    deadline_s = time.monotonic() + within_s
    while not is_accepted(seen := look()):
        if time.monotonic() > deadline_s:
            raise CheckFailed(f"{what} is not done after {within_s} s; last seen: {seen!r:.2000}")
        time.sleep(_PAUSE_S)
    return seen


@contextlib.contextmanager
def timed(step: str) -> Iterator[None]:
    """Say how long the block took, when it did what it has to."""
    started_s = time.monotonic()
    yield
    say(f"{step}: {time.monotonic() - started_s:.1f} s")


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(f"deploy-check: {text}", flush=True)
