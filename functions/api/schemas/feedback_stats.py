"""What the feedback about a run says, key by key."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

_MAX_COMMENTS = 10
_Feedback = dict[str, Any]
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def feedback_stats(bodies: Sequence[bytes]) -> dict[str, Any] | None:
    """The statistics by feedback key; None where there is no feedback. `bodies` are JSON texts."""
    by_key: dict[str, list[_Feedback]] = defaultdict(list)
    for body in bodies:
        feedback = _decode(body)
        by_key[str(feedback.get("key"))].append(feedback)
    return {key: _of_key(entries) for key, entries in by_key.items()} or None


def _of_key(entries: list[_Feedback]) -> dict[str, Any]:
    scores = [float(entry["score"]) for entry in entries if type(entry.get("score")) in (int, float, bool)]
    labels = Counter(entry["value"] for entry in entries if type(entry.get("value")) is str)
    comments = [entry["comment"] for entry in entries if type(entry.get("comment")) is str and entry["comment"]]
    return {
        "n": len(entries),
        "avg": statistics.fmean(scores) if scores else None,
        "stdev": statistics.stdev(scores) if len(scores) > 1 else None,
        "min": min(scores, default=None),
        "max": max(scores, default=None),
        "errors": sum(entry.get("error") is True for entry in entries),
        "values": dict(labels),
        "comments": comments[:_MAX_COMMENTS],
        "sources": sorted({source for entry in entries if (source := _source(entry)) is not None}),
    }


def _source(feedback: _Feedback) -> str | None:
    source = feedback.get("feedback_source")
    kind = source.get("type") if type(source) is dict else None
    return kind if type(kind) is str else None
