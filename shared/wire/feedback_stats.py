"""What the feedback about a run says, key by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.feedback.stats import by_key
from shared.runs.payload import opened


def feedback_stats(bodies: Sequence[bytes]) -> dict[str, Any] | None:
    """The statistics by feedback key; None where there is no feedback. `bodies` are JSON texts."""
    return by_key(map(opened, bodies)) or None
