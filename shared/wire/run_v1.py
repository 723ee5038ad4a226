"""A run as v1 shows it: every field by its wire name, and which payload it is read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shared.store.whole import ReadRun
from shared.wire.app_paths import run_path
from shared.wire.feedback_stats import feedback_stats
from shared.wire.messages import messages
from shared.wire.moments import naive
from shared.wire.money import amount, amounts
from shared.wire.run_parts import (
    FEEDBACK,
    MADE,
    PREVIEWS,
    WIRE_TIERS,
    Around,
    attachment_urls,
    inputs,
    payload,
    share_token,
    totals_of,
    ttl_s,
)

Getter = Callable[[ReadRun, Around], Any]


def _s3_urls(read: ReadRun, around: Around) -> dict[str, Any] | None:
    """The attachments, as the clients look for them."""
    return {
        f"attachment.{name}": {"presigned_url": url, "mime_type": mime}
        for name, (url, mime) in attachment_urls(read, around).items()
    } or None


FIELDS: dict[str, Getter] = {
    "id": lambda read, _: read.run.id,
    "name": lambda read, _: read.run.name,
    "run_type": lambda read, _: read.run.run_type,
    "start_time": lambda read, _: naive(read.run.start_us),
    "end_time": lambda read, _: naive(read.run.end_us),
    "status": lambda read, _: read.run.status,
    "error": lambda read, _: payload(read, "error"),
    "inputs": lambda read, _: inputs(read),
    "outputs": lambda read, _: payload(read, "outputs"),
    "inputs_preview": lambda read, _: read.run.inputs_preview,
    "outputs_preview": lambda read, _: read.run.outputs_preview,
    "extra": lambda read, _: payload(read, "extra") or {},
    "events": lambda read, _: payload(read, "events") or [],
    "serialized": lambda read, _: payload(read, "serialized"),
    "tags": lambda read, _: read.run.tags,
    "trace_id": lambda read, _: read.run.trace_id,
    "dotted_order": lambda read, _: read.run.dotted_order,
    "parent_run_id": lambda read, _: read.run.parent_run_id,
    "parent_run_ids": lambda read, _: read.run.parent_run_ids,
    "session_id": lambda read, _: read.run.project,
    "reference_example_id": lambda read, _: read.run.fields.get("reference_example_id"),
    "share_token": share_token,
    "app_path": lambda read, around: run_path(around.workspace, read.run),
    "total_tokens": lambda read, _: totals_of(read).total_tokens,
    "prompt_tokens": lambda read, _: totals_of(read).prompt_tokens,
    "completion_tokens": lambda read, _: totals_of(read).completion_tokens,
    "prompt_token_details": lambda read, _: totals_of(read).prompt_token_details or None,
    "completion_token_details": lambda read, _: totals_of(read).completion_token_details or None,
    "total_cost": lambda read, _: amount(totals_of(read).total_cost),
    "prompt_cost": lambda read, _: amount(totals_of(read).prompt_cost),
    "completion_cost": lambda read, _: amount(totals_of(read).completion_cost),
    "prompt_cost_details": lambda read, _: amounts(totals_of(read).prompt_cost_details),
    "completion_cost_details": lambda read, _: amounts(totals_of(read).completion_cost_details),
    "first_token_time": lambda read, _: naive(read.run.first_token_us),
    "thread_id": lambda read, _: read.run.thread_id,
    "feedback_stats": lambda read, _: feedback_stats(read.feedback),
    "messages": lambda read, _: messages(read),
    "s3_urls": _s3_urls,
    "trace_tier": lambda read, _: WIRE_TIERS[read.tier],
    "trace_first_received_at": lambda read, _: naive(read.born_us),
    "ttl_seconds": lambda read, _: ttl_s(read),
    "trace_upgrade": lambda read, _: read.tier == "extended",
    "trace_expires_at": lambda read, _: naive(read.ends_us),
    "trace_kept_because": lambda read, _: read.kept_because,
    "in_dataset": lambda read, _: read.made.is_example,
    "last_queued_at": lambda read, _: naive(read.made.queued_us),
    "execution_order": lambda _, __: 1,
}
"""What can be told of a run. Names that are selected and not here (shares, datasets, queues) are null."""

ALWAYS = ("id", "name", "run_type", "start_time", "trace_id", "dotted_order", "session_id", "status")
"""Without these the SDK's model of a run fails, or its tree does; they cost nothing."""
NULLS: dict[str, Any] = {
    "manifest_id": None,
    "manifest_s3_id": None,
    "price_model_id": None,
    "reference_dataset_id": None,
    "child_run_ids": None,
    "direct_child_run_ids": None,
    "inputs_s3_urls": None,
    "outputs_s3_urls": None,
}
"""What no run has: payloads are always in the answer."""

_ON_REQUEST = frozenset({"serialized", "messages", "in_dataset", "last_queued_at"})
_PAYLOADS = {name: name for name in ("inputs", "outputs", "extra", "events", "error", "serialized")}
_READ_FROM: dict[str, frozenset[str]] = {
    **{name: frozenset({source}) for name, source in _PAYLOADS.items()},
    "messages": frozenset({"inputs", "outputs"}),
    "feedback_stats": frozenset({FEEDBACK}),
    "in_dataset": frozenset({MADE}),
    "last_queued_at": frozenset({MADE}),
}
_VARIANT = "_or_signed_url"
_RENAMED = {"manifest": "serialized"}


class RunShape:
    """Which fields of each run are answered."""

    def __init__(self, names: Iterable[str]) -> None:
        names = list(names)
        self._getters = [(name, FIELDS[name]) for name in names if name in FIELDS]
        self._nulls = {name: NULLS[name] for name in names if name in NULLS}
        self.payloads = frozenset().union(*(_READ_FROM.get(name, frozenset()) for name in names))
        """What must be read for it beside the run itself."""
        self.previews = frozenset(
            side for name, side in PREVIEWS.items() if name in names and side not in self.payloads
        )
        """What must be made for it, where the rows that were read don't have it."""

    def object_of(self, read: ReadRun, around: Around) -> dict[str, Any]:
        """The run, ready to be encoded."""
        return {name: get(read, around) for name, get in self._getters} | self._nulls


def whole_run(*, with_serialized: bool = True, with_messages: bool = False) -> RunShape:
    """All fields: what reading one run gives."""
    left_out = (set() if with_serialized else {"serialized"}) | (set() if with_messages else {"messages"})
    return RunShape([name for name in (*FIELDS, *NULLS) if name not in left_out])


def selected(select: Iterable[str] | None) -> RunShape:
    """The fields that a query selects, and those that no run can do without; without a select, all light ones."""
    if select is None:
        return RunShape([name for name in (*FIELDS, *NULLS) if name not in _ON_REQUEST])
    plain = [name.removesuffix(_VARIANT) for name in select]
    return RunShape(dict.fromkeys([*ALWAYS, *(_RENAMED.get(name, name) for name in plain)]))
