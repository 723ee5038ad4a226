"""A run as it is read: its merged fields, and what follows from them."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from shared.base.units import US_PER_MINUTE
from shared.runs.dotted_order import ancestors, order_us
from shared.runs.fact import ATTACHMENT_PREFIX, Fields
from shared.runs.token_counts import Usage

Status = Literal["success", "error", "pending"]
THREAD_KEYS = ("session_id", "thread_id", "conversation_id")
"""Metadata that names a conversation; the first that is there counts."""
START_SLACK_US = US_PER_MINUTE
"""How far apart a run's start and the start in its dotted order may be. Clients make one of the other: Python's
are equal, JavaScript's differ in what is below a millisecond. Source: langsmith 0.10.5 for JavaScript, run_trees."""
_SUMMARY = 0
_NOTHING: dict[str, Any] = {}


class Run:
    """One run. Times are microseconds since 1970 UTC; None is not known.

    Laws: a run has an error or has ended or is pending; a root's id is its trace's.
    """

    def __init__(self, run_id: str, trace_id: str, fields: Fields) -> None:
        self.id = run_id
        self.trace_id = trace_id
        self.fields = fields

    @property
    def project(self) -> str:
        """The id of its project."""
        project: str = self.fields["project"]
        return project

    @property
    def name(self) -> str:
        """Its name; a run whose create never arrived has none."""
        name: str = self.fields.get("name") or "(unnamed)"
        return name

    @property
    def run_type(self) -> str:
        """One of `RUN_TYPES`."""
        run_type: str = self.fields.get("run_type") or "chain"
        return run_type

    @property
    def dotted_order(self) -> str:
        """Its place in the trace."""
        dotted_order: str = self.fields["dotted_order"]
        return dotted_order

    @cached_property
    def order_us(self) -> int:
        """The start that its place names: what lists are sorted by, since it never changes."""
        return order_us(self.dotted_order)

    @property
    def start_us(self) -> int:
        """When it started."""
        start_us: int | None = self.fields.get("start_us")
        return self.order_us if start_us is None else start_us

    @property
    def asked_start_us(self) -> int:
        """The start that ranges of time go by: its own, unless that is over a minute from its place.

        Law: it is at most `START_SLACK_US` from `order_us`, by which runs are stored; so a walk that is as much
        wider than a range finds every run in the range, whatever clients wrote.
        """
        start_us = self.start_us
        return start_us if abs(start_us - self.order_us) <= START_SLACK_US else self.order_us

    @property
    def end_us(self) -> int | None:
        """When it ended."""
        return self.fields.get("end_us")

    @property
    def latency_us(self) -> int | None:
        """How long it took; None while it runs."""
        return None if self.end_us is None else max(0, self.end_us - self.start_us)

    @property
    def status(self) -> Status:
        """Failed when it has an error, done when it has an end or outputs, else pending."""
        if "error" in self.fields:
            return "error"
        return "success" if "end_us" in self.fields or "outputs" in self.fields else "pending"

    @property
    def is_root(self) -> bool:
        """Whether it is the operation that the trace is of."""
        return self.id == self.trace_id

    @property
    def parent_run_id(self) -> str | None:
        """The run above; None for a root."""
        parent: str | None = self.fields.get("parent_run_id")
        return parent or (self.parent_run_ids[-1] if self.parent_run_ids else None)

    @property
    def is_unplaced(self) -> bool:
        """Whether it says no place under another run: a root, or a span as it came (`shared/runs/repair.py`)."""
        return not self.is_root and "." not in self.dotted_order

    @property
    def parent_run_ids(self) -> list[str]:
        """The runs above, the root first."""
        return ancestors(self.dotted_order)

    @property
    def reference_example_id(self) -> str | None:
        """The example of a dataset that it was run on."""
        return self.fields.get("reference_example_id")

    @property
    def tags(self) -> list[str] | None:
        """Its tags as sent, order and doubles kept."""
        return self.fields.get("tags")

    @property
    def inputs_preview(self) -> str | None:
        """The first characters of its inputs."""
        preview: str | None = self._summary("inputs")
        return preview

    @property
    def outputs_preview(self) -> str | None:
        """The first characters of its outputs."""
        summary = self._summary("outputs")
        return None if summary is None else summary[0]

    @property
    def error_preview(self) -> str | None:
        """The first characters of its error."""
        preview: str | None = self._summary("error")
        return preview

    @property
    def metadata(self) -> dict[str, Any]:
        """Its metadata, without values over 1 KB: those are in the payload `extra`."""
        metadata: dict[str, Any] = self._extra.get("metadata") or {}
        return metadata

    @property
    def has_whole_metadata(self) -> bool:
        """Whether `metadata` is all of it."""
        return "left_out" not in self._extra

    @property
    def model(self) -> str | None:
        """The model it called."""
        return self._extra.get("model")

    @property
    def provider(self) -> str | None:
        """Who serves that model."""
        return self._extra.get("provider")

    @property
    def usage(self) -> Usage | None:
        """The tokens it says it used; what its metadata says beats what its outputs say."""
        usage: Usage | None = self._extra.get("usage")
        outputs = self._summary("outputs")
        return usage or (None if outputs is None else outputs[1])

    @property
    def first_token_us(self) -> int | None:
        """When its first token streamed."""
        events = self._summary("events")
        return None if events is None else events[0]

    @property
    def thread_id(self) -> str | None:
        """The conversation it belongs to."""
        return thread_of(self.metadata)

    @property
    def attachments(self) -> dict[str, list[Any]]:
        """[mime type, size in bytes, object key] by name."""
        start = len(ATTACHMENT_PREFIX)
        return {name[start:]: value for name, value in self.fields.items() if name.startswith(ATTACHMENT_PREFIX)}

    @property
    def _extra(self) -> dict[str, Any]:
        extra = self.fields.get("extra")  # not by `_summary`: a large trace asks each run four times
        return _NOTHING if extra is None else extra[_SUMMARY] or _NOTHING

    def _summary(self, name: str) -> Any:  # noqa: ANN401 each field has a summary of its own shape
        value = self.fields.get(name)
        return None if value is None else value[_SUMMARY]


def thread_of(metadata: dict[str, Any]) -> str | None:
    """The conversation that metadata names."""
    found = (metadata.get(key) for key in THREAD_KEYS)
    return next((str(value) for value in found if value is not None), None)
