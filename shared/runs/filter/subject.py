"""What is known of a run, for `evaluate`: from a log row or a head alone, or with its whole trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from shared.base.units import US_PER_S
from shared.runs.fact import PREVIEW_CHARS
from shared.runs.filter.evaluate import UNKNOWN, EntryParts, Unknown
from shared.runs.filter.expression import Family
from shared.runs.filter.when_said import MODIFIED_US
from shared.runs.preview import preview_of
from shared.runs.run import Run
from shared.runs.times import time_us
from shared.runs.totals import NOTHING, Totals

OpenPayload = Callable[[str], Any]
"""The decoded value of a payload field; None where the run has none."""
_MAX_NESTED = 10_000


@dataclass(frozen=True)
class Known:
    """A run and what else is known of it; what is None here is not known.

    `feedback` are feedback bodies as sent; `payload` opens inputs, outputs, error and extra.
    """

    run: Run
    totals: Totals | None = None
    feedback: Sequence[dict[str, Any]] | None = None
    payload: OpenPayload | None = None
    has_totals: bool = False

    def value(self, field: str) -> object:
        """The value of a field in its own unit, None where it has none, or UNKNOWN."""
        read = _VALUES.get(field)
        return UNKNOWN if read is None else read(self)

    def entries(self, family: Family) -> Iterable[EntryParts] | Unknown:
        """The entries of a family, or UNKNOWN."""
        if family == "metadata":
            return self._metadata()
        if family == "feedback":
            return UNKNOWN if self.feedback is None else [_feedback_parts(one) for one in self.feedback]
        if self.payload is None:
            return UNKNOWN
        return _pairs(family, self.payload(f"{family}s"))

    def searched(self) -> str | Unknown:
        """Name, error and previews in folded case, or UNKNOWN."""
        parts = [self.run.fields.get("name"), self.run.error_preview, self.preview("inputs"), self.preview("outputs")]
        if UNKNOWN in parts:
            return UNKNOWN
        return "\n".join(str(part) for part in parts if part is not None).casefold()

    def preview(self, field: str) -> str | Unknown | None:
        """The first characters of inputs or outputs: chunks leave them out, the payload gives them back."""
        if field not in self.run.fields:
            return None
        known = self.run.inputs_preview if field == "inputs" else self.run.outputs_preview
        if known is not None:
            return known
        return UNKNOWN if self.payload is None else preview_of(field, self.payload(field))  # type: ignore[arg-type]

    def error(self) -> object:
        """The whole error; its preview is the whole where it is short."""
        preview = self.run.error_preview
        if preview is None or len(preview) < PREVIEW_CHARS:
            return preview
        return UNKNOWN if self.payload is None else self.payload("error")

    def text(self, field: str) -> object:
        """The JSON text of inputs or outputs."""
        if field not in self.run.fields:
            return None
        return UNKNOWN if self.payload is None else msgspec.json.encode(self.payload(field)).decode()

    def total(self, name: str) -> object:
        """A number of the run's tree. Costs are the floats that a filter's numbers are, so that 0.1 is 0.1."""
        if not self.has_totals:
            return UNKNOWN
        found = getattr(NOTHING if self.totals is None else self.totals, name)
        return float(found) if isinstance(found, Decimal) else found

    def _metadata(self) -> Iterable[EntryParts] | Unknown:
        if self.run.has_whole_metadata:
            return _pairs("metadata", self.run.metadata)
        if self.payload is None:
            return UNKNOWN
        extra = self.payload("extra")
        return _pairs("metadata", extra.get("metadata") if isinstance(extra, dict) else None)


def _seconds(time_us: int | None, since_us: int) -> float | None:
    return None if time_us is None else (time_us - since_us) / US_PER_S


def _latency(known: Known) -> float | None:
    return None if known.run.latency_us is None else known.run.latency_us / US_PER_S


def _parent(known: Known) -> object:
    """The run above. A span may call it by another id than its run's: which run that is, only its trace tells."""
    is_named_so = known.run.is_unplaced and not known.has_totals
    return UNKNOWN if is_named_so else known.run.parent_run_id


_VALUES: dict[str, Callable[[Known], object]] = {
    "id": lambda known: known.run.id,
    "trace_id": lambda known: known.run.trace_id,
    "parent_run_id": _parent,
    "session_id": lambda known: known.run.project,
    "reference_example_id": lambda known: known.run.fields.get("reference_example_id"),
    "thread_id": lambda known: known.run.thread_id,
    "name": lambda known: known.run.fields.get("name"),
    "run_type": lambda known: known.run.run_type,
    "status": lambda known: known.run.status,
    "error": Known.error,
    "inputs": lambda known: known.text("inputs"),
    "outputs": lambda known: known.text("outputs"),
    "tags": lambda known: known.run.tags,
    "is_root": lambda known: known.run.is_root,
    "start_time": lambda known: known.run.asked_start_us,
    "end_time": lambda known: known.run.end_us,
    "first_token_time": lambda known: known.run.first_token_us,
    "latency": _latency,
    "time_to_first_token": lambda known: _seconds(known.run.first_token_us, known.run.start_us),
    "total_tokens": lambda known: known.total("total_tokens"),
    "prompt_tokens": lambda known: known.total("prompt_tokens"),
    "completion_tokens": lambda known: known.total("completion_tokens"),
    "total_cost": lambda known: known.total("total_cost"),
    "prompt_cost": lambda known: known.total("prompt_cost"),
    "completion_cost": lambda known: known.total("completion_cost"),
    "execution_order": lambda _: 1,
}


def _pairs(family: str, value: object) -> Iterator[EntryParts]:
    """An entry for each key of an object, and for each key of objects inside it as `outer.inner`."""
    waiting: list[tuple[str | None, object]] = [(None, value)]
    for count, (path, found) in enumerate(waiting):
        if count > _MAX_NESTED:
            return
        if path is not None:
            yield {f"{family}_key": path, f"{family}_value": found}
        if isinstance(found, dict):
            waiting += [(key if path is None else f"{path}.{key}", inner) for key, inner in found.items()]


def _feedback_parts(body: dict[str, Any]) -> EntryParts:
    source = body.get("feedback_source")
    score = body.get("score")
    return {
        "feedback_key": body.get("key"),
        "feedback_score": int(score) if isinstance(score, bool) else score,
        "feedback_value": body.get("value"),
        "feedback_comment": body.get("comment"),
        "feedback_source": source.get("type") if isinstance(source, dict) else None,
        MODIFIED_US: time_us(body["modified_at"]) if "modified_at" in body else None,
    }
