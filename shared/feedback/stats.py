"""What the feedback about something says, key by key."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_COMMENTS = 10
Spoken = Mapping[str, Any]
"""A feedback by its names on the wire: key, score, value, comment, error, feedback_source."""


def by_key(spoken: Iterable[Spoken]) -> dict[str, dict[str, Any]]:
    """For each key how many there are, what their scores come to, how often each label was given, some comments.

    Law: the counts add up to the number of feedbacks. A boolean score counts as 0 or 1.
    """
    of_key: dict[str, list[Spoken]] = defaultdict(list)
    for one in spoken:
        of_key[str(one.get("key"))].append(one)
    return {key: _of_key(entries) for key, entries in of_key.items()}


def _of_key(entries: Sequence[Spoken]) -> dict[str, Any]:
    scores = [float(score) for one in entries if isinstance(score := one.get("score"), int | float)]
    labels = Counter(one["value"] for one in entries if isinstance(one.get("value"), str))
    comments = [comment for one in entries if isinstance(comment := one.get("comment"), str) and comment]
    return {
        "n": len(entries),
        "avg": statistics.fmean(scores) if scores else None,
        "stdev": statistics.stdev(scores) if len(scores) > 1 else None,
        "min": min(scores, default=None),
        "max": max(scores, default=None),
        "errors": sum(one.get("error") is True for one in entries),
        "values": dict(labels),
        "comments": comments[:MAX_COMMENTS],
        "sources": sorted({source for one in entries if (source := _source(one)) is not None}),
    }


def _source(spoken: Spoken) -> str | None:
    source = spoken.get("feedback_source")
    kind = source.get("type") if isinstance(source, dict) else None
    return kind if isinstance(kind, str) else None
