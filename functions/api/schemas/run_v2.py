"""A run as v2 shows it: every member of its `selects`, and which payload it is read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from functions.api.errors import BadRequest
from functions.api.reader import ReadRun
from functions.api.schemas.moments import seconds, utc
from shared.wire.app_paths import run_path
from shared.wire.feedback_stats import feedback_stats
from shared.wire.run_parts import (
    FEEDBACK,
    MADE,
    PREVIEWS,
    WIRE_TIERS,
    Around,
    attachment_urls,
    inputs,
    metadata,
    payload,
    share_url,
    totals_of,
)

Getter = Callable[[ReadRun, Around], Any]

FIELDS: dict[str, Getter] = {
    "ID": lambda read, _: read.run.id,
    "NAME": lambda read, _: read.run.name,
    "RUN_TYPE": lambda read, _: read.run.run_type.upper(),
    "STATUS": lambda read, _: read.run.status.upper(),
    "START_TIME": lambda read, _: utc(read.run.start_us),
    "END_TIME": lambda read, _: utc(read.run.end_us),
    "LATENCY_SECONDS": lambda read, _: seconds(read.run.latency_us),
    "FIRST_TOKEN_TIME": lambda read, _: utc(read.run.first_token_us),
    "ERROR": lambda read, _: payload(read, "error"),
    "ERROR_PREVIEW": lambda read, _: read.run.error_preview,
    "EXTRA": lambda read, _: payload(read, "extra") or {},
    "METADATA": lambda read, _: metadata(read),
    "EVENTS": lambda read, _: payload(read, "events") or [],
    "INPUTS": lambda read, _: inputs(read),
    "INPUTS_PREVIEW": lambda read, _: read.run.inputs_preview,
    "OUTPUTS": lambda read, _: payload(read, "outputs"),
    "OUTPUTS_PREVIEW": lambda read, _: read.run.outputs_preview,
    "MANIFEST": lambda read, _: payload(read, "serialized"),
    "PARENT_RUN_IDS": lambda read, _: read.run.parent_run_ids,
    "PROJECT_ID": lambda read, _: read.run.project,
    "TRACE_ID": lambda read, _: read.run.trace_id,
    "THREAD_ID": lambda read, _: read.run.thread_id,
    "DOTTED_ORDER": lambda read, _: read.run.dotted_order,
    "IS_ROOT": lambda read, _: read.run.is_root,
    "REFERENCE_EXAMPLE_ID": lambda read, _: read.run.fields.get("reference_example_id"),
    "TOTAL_TOKENS": lambda read, _: totals_of(read).total_tokens,
    "PROMPT_TOKENS": lambda read, _: totals_of(read).prompt_tokens,
    "COMPLETION_TOKENS": lambda read, _: totals_of(read).completion_tokens,
    "TOTAL_COST": lambda read, _: totals_of(read).total_cost,
    "PROMPT_COST": lambda read, _: totals_of(read).prompt_cost,
    "COMPLETION_COST": lambda read, _: totals_of(read).completion_cost,
    "PROMPT_TOKEN_DETAILS": lambda read, _: _raw(totals_of(read).prompt_token_details),
    "COMPLETION_TOKEN_DETAILS": lambda read, _: _raw(totals_of(read).completion_token_details),
    "PROMPT_COST_DETAILS": lambda read, _: _raw(totals_of(read).prompt_cost_details),
    "COMPLETION_COST_DETAILS": lambda read, _: _raw(totals_of(read).completion_cost_details),
    "TAGS": lambda read, _: read.run.tags,
    "APP_PATH": lambda read, around: run_path(around.workspace, read.run),
    "ATTACHMENTS": lambda read, around: {name: url for name, (url, _) in attachment_urls(read, around).items()},
    "SHARE_URL": share_url,
    "FEEDBACK_STATS": lambda read, _: feedback_stats(read.feedback),
    "IS_IN_DATASET": lambda read, _: read.made.is_example,
    "LAST_QUEUED_AT": lambda read, _: utc(read.made.queued_us),
    "TRACE_TIER": lambda read, _: WIRE_TIERS[read.tier],
    "TRACE_EXPIRES_AT": lambda read, _: utc(read.ends_us),
    "TRACE_KEPT_BECAUSE": lambda read, _: read.kept_because,
}
"""The last three are the page's: LangSmith's v2 says nothing of how long a trace is kept."""
NULLS: dict[str, Any] = {
    "REFERENCE_DATASET_ID": None,
    "PRICE_MODEL_ID": None,
    "THREAD_EVALUATION_TIME": None,
    "LS_USER_ID": None,
}
"""What no run has."""

_READ_FROM: dict[str, frozenset[str]] = {
    "ERROR": frozenset({"error"}),
    "EXTRA": frozenset({"extra"}),
    "METADATA": frozenset({"extra"}),
    "EVENTS": frozenset({"events"}),
    "INPUTS": frozenset({"inputs"}),
    "OUTPUTS": frozenset({"outputs"}),
    "MANIFEST": frozenset({"serialized"}),
    "FEEDBACK_STATS": frozenset({FEEDBACK}),
    "IS_IN_DATASET": frozenset({MADE}),
    "LAST_QUEUED_AT": frozenset({MADE}),
}


class RunShape:
    """Which properties of each run are answered: the id, where none was selected."""

    def __init__(self, selects: Iterable[str] | None) -> None:
        names = list(dict.fromkeys(selects or ("ID",)))
        unknown = [name for name in names if name not in FIELDS and name not in NULLS]
        if unknown:
            raise BadRequest(f"selects: {', '.join(unknown)[:200]} is not a property of a run")
        self._getters = [(name.lower(), FIELDS[name]) for name in names if name in FIELDS]
        self._nulls = {name.lower(): NULLS[name] for name in names if name in NULLS}
        self.payloads: frozenset[str] = frozenset().union(*(_READ_FROM.get(name, frozenset()) for name in names))
        """What must be read for it beside the run itself."""
        lower = {name.lower() for name in names}
        self.previews = frozenset(
            side for name, side in PREVIEWS.items() if name in lower and side not in self.payloads
        )
        """What must be made for it, where the rows that were read don't have it."""

    def object_of(self, read: ReadRun, around: Around) -> dict[str, Any]:
        """The run, ready to be encoded."""
        return {name: get(read, around) for name, get in self._getters} | self._nulls


def _raw(details: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"raw": details} if details else None
