"""What became of one action of a rule."""

from __future__ import annotations

from typing import Literal

import msgspec

Result = Literal["success", "skipped", "error"]


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one action ended. `payload` says more, never with a word of a trace: what was made, or a `reason`."""

    outcome: Result
    payload: dict[str, str | int | bool | list[str] | None] = {}


def success(**payload: str | int | bool | list[str] | None) -> Outcome:
    """It was done."""
    return Outcome("success", payload)


def skipped(reason: str) -> Outcome:
    """There was nothing to do, or it may not be done; the reason is a sentence for people."""
    return Outcome("skipped", {"reason": reason})


def failed(reason: str) -> Outcome:
    """It cannot be done; the reason is a sentence for people."""
    return Outcome("error", {"reason": reason})
