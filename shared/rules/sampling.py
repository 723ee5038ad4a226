"""Drawing among what matches: by a hash, so that the same is drawn whenever and wherever it is asked."""

from __future__ import annotations

import hashlib

_HASH_BYTES = 8
_HASHES = 1 << (8 * _HASH_BYTES)


def is_drawn(rule_id: str, trace_id: str, rate: float) -> bool:
    """Whether a rule that takes this share of traces (0 to 1) takes this one: all of its runs, or none.

    Law: who is drawn at one rate is drawn at every higher one; all are drawn at 1, none at 0.
    """
    digest = hashlib.sha256(f"{rule_id}#{trace_id}".encode()).digest()
    return int.from_bytes(digest[:_HASH_BYTES], "big") < rate * _HASHES
