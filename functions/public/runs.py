"""Runs of a snapshot by the names of LangSmith's two public APIs.

Whose they are is not told: no project, no workspace, no path into the page of those who shared it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from functions.public.tree import Place, Tree
from shared.base.errors import Rejected
from shared.base.units import US_PER_S
from shared.feedback.stats import by_key
from shared.runs.times import utc_time

_NANO_USD = Decimal(10**9)
_NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001 v1 answers carry no offset; the clients read them as UTC


class Seen(NamedTuple):
    """One run as it is shared: its place in the tree, its details, and the link to each of its attachments."""

    tree: Tree
    place: Place
    detail: Mapping[str, Any]
    attachments: Mapping[str, str]


Getter = Callable[[Seen], Any]


class UnknownProperty(Rejected):
    """A property was selected that no run has."""

    status = 400


def _naive(us: int | None) -> datetime | None:
    return None if us is None else _NAIVE + timedelta(microseconds=us)


def _utc(us: int | None) -> datetime | None:
    return None if us is None else utc_time(us)


def _first_token_us(seen: Seen) -> int | None:
    after_us = seen.place.first_token_us
    return None if after_us is None else seen.place.start_us + after_us


def _cost(seen: Seen) -> str | None:
    nano = seen.tree.sums_of(seen.place.at).cost_nano_usd
    return None if nano is None else f"{(Decimal(nano) / _NANO_USD).normalize():f}"


def _parents(seen: Seen) -> list[str]:
    return [place.id for place in seen.tree.above(seen.place)]


def _metadata(seen: Seen) -> dict[str, Any]:
    found = (seen.detail.get("extra") or {}).get("metadata")
    return found if isinstance(found, dict) else {}


def _feedback_stats(seen: Seen) -> dict[str, Any] | None:
    return by_key(seen.detail.get("feedback") or []) or None


def _s3_urls(seen: Seen) -> dict[str, Any] | None:
    about = seen.detail.get("attachments") or {}
    return {
        f"attachment.{name}": {"presigned_url": url, "mime_type": about.get(name, {}).get("mime_type")}
        for name, url in seen.attachments.items()
    } or None


_V1: dict[str, Getter] = {
    "id": lambda seen: seen.place.id,
    "name": lambda seen: seen.place.name,
    "run_type": lambda seen: seen.place.kind,
    "start_time": lambda seen: _naive(seen.place.start_us),
    "end_time": lambda seen: _naive(seen.place.end_us),
    "status": lambda seen: seen.place.status,
    "error": lambda seen: seen.detail.get("error"),
    "inputs": lambda seen: seen.detail.get("inputs") or {},
    "outputs": lambda seen: seen.detail.get("outputs"),
    "extra": lambda seen: seen.detail.get("extra") or {},
    "events": lambda seen: seen.detail.get("events") or [],
    "tags": lambda seen: seen.detail.get("tags"),
    "trace_id": lambda seen: seen.tree.trace_id,
    "dotted_order": lambda seen: seen.tree.dotted_order(seen.place),
    "parent_run_id": lambda seen: next(reversed(_parents(seen)), None),
    "parent_run_ids": _parents,
    "total_tokens": lambda seen: seen.tree.sums_of(seen.place.at).total_tokens,
    "prompt_tokens": lambda seen: seen.tree.sums_of(seen.place.at).prompt_tokens,
    "completion_tokens": lambda seen: seen.tree.sums_of(seen.place.at).completion_tokens,
    "total_cost": _cost,
    "first_token_time": lambda seen: _naive(_first_token_us(seen)),
    "feedback_stats": _feedback_stats,
    "s3_urls": _s3_urls,
}

_V2: dict[str, Getter] = {
    "ID": lambda seen: seen.place.id,
    "NAME": lambda seen: seen.place.name,
    "RUN_TYPE": lambda seen: seen.place.kind.upper(),
    "STATUS": lambda seen: seen.place.status.upper(),
    "START_TIME": lambda seen: _utc(seen.place.start_us),
    "END_TIME": lambda seen: _utc(seen.place.end_us),
    "LATENCY_SECONDS": lambda seen: None if seen.place.duration_us is None else seen.place.duration_us / US_PER_S,
    "FIRST_TOKEN_TIME": lambda seen: _utc(_first_token_us(seen)),
    "ERROR": lambda seen: seen.detail.get("error"),
    "ERROR_PREVIEW": lambda seen: seen.place.error,
    "EXTRA": lambda seen: seen.detail.get("extra") or {},
    "METADATA": _metadata,
    "EVENTS": lambda seen: seen.detail.get("events") or [],
    "INPUTS": lambda seen: seen.detail.get("inputs") or {},
    "OUTPUTS": lambda seen: seen.detail.get("outputs"),
    "PARENT_RUN_IDS": _parents,
    "TRACE_ID": lambda seen: seen.tree.trace_id,
    "DOTTED_ORDER": lambda seen: seen.tree.dotted_order(seen.place),
    "IS_ROOT": lambda seen: seen.place.id == seen.tree.trace_id,
    "TOTAL_TOKENS": lambda seen: seen.tree.sums_of(seen.place.at).total_tokens,
    "PROMPT_TOKENS": lambda seen: seen.tree.sums_of(seen.place.at).prompt_tokens,
    "COMPLETION_TOKENS": lambda seen: seen.tree.sums_of(seen.place.at).completion_tokens,
    "TOTAL_COST": lambda seen: None if (cost := _cost(seen)) is None else float(cost),
    "TAGS": lambda seen: seen.detail.get("tags"),
    "ATTACHMENTS": lambda seen: dict(seen.attachments),
    "FEEDBACK_STATS": _feedback_stats,
}
_NOT_SHARED = frozenset(
    [
        "INPUTS_PREVIEW",
        "OUTPUTS_PREVIEW",
        "MANIFEST",
        "PROJECT_ID",
        "THREAD_ID",
        "REFERENCE_EXAMPLE_ID",
        "REFERENCE_DATASET_ID",
        "PROMPT_COST",
        "COMPLETION_COST",
        "PROMPT_TOKEN_DETAILS",
        "COMPLETION_TOKEN_DETAILS",
        "PROMPT_COST_DETAILS",
        "COMPLETION_COST_DETAILS",
        "PRICE_MODEL_ID",
        "APP_PATH",
        "THREAD_EVALUATION_TIME",
        "IS_IN_DATASET",
        "LAST_QUEUED_AT",
        "SHARE_URL",
        "LS_USER_ID",
    ]
)
"""What may be selected, and is null in public."""
_OF_THE_TREE = frozenset(
    [
        "ID",
        "NAME",
        "RUN_TYPE",
        "STATUS",
        "START_TIME",
        "END_TIME",
        "LATENCY_SECONDS",
        "FIRST_TOKEN_TIME",
        "ERROR_PREVIEW",
        "PARENT_RUN_IDS",
        "TRACE_ID",
        "DOTTED_ORDER",
        "IS_ROOT",
        "TOTAL_TOKENS",
        "PROMPT_TOKENS",
        "COMPLETION_TOKENS",
        "TOTAL_COST",
    ]
)


def v1_run(seen: Seen) -> dict[str, Any]:
    """A run as v1 shows it."""
    return {name: get(seen) for name, get in _V1.items()}


def v2_run(seen: Seen, names: Iterable[str]) -> dict[str, Any]:
    """A run as v2 shows it: what was selected of it."""
    return {name.lower(): _V2[name](seen) if name in _V2 else None for name in names}


def selected(names: Iterable[object]) -> list[str]:
    """The properties that a v2 question selects; the id, where it selects none. Raises: UnknownProperty."""
    asked = list(dict.fromkeys(map(str, names))) or ["ID"]
    unknown = [name for name in asked if name not in _V2 and name not in _NOT_SHARED]
    if unknown:
        raise UnknownProperty(f"selects: {', '.join(unknown)[:200]} is not a property of a run")
    return asked


def needs_details(names: Iterable[str]) -> bool:
    """Whether the tree alone does not have all of it."""
    return any(name in _V2 and name not in _OF_THE_TREE for name in names)
