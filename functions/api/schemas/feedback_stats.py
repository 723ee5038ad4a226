"""What the feedback about a run says, key by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from shared.feedback.stats import by_key

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def feedback_stats(bodies: Sequence[bytes]) -> dict[str, Any] | None:
    """The statistics by feedback key; None where there is no feedback. `bodies` are JSON texts."""
    return by_key(map(_decode, bodies)) or None
