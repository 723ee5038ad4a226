"""What a snapshot holds, and under which names: everything that a share shows, and nothing that it hides.

trace.json         what draws the trace (`shared/runs/skeleton.py`), without whose it is
runs/<k>.json      the runs with all that was sent, some in each file
index.json         which file has which run, and where attachments lie
head.json          what stands above the trace, and how much is hidden
attachments/<n>    files, but those that tell what is hidden
trace.ndjson, trace.2.ndjson, …    to be downloaded: a run a line
trace.md, trace.2.md, …            to be downloaded: to be read
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from shared.runs.run import Run
from shared.runs.skeleton import ERROR_CHARS
from shared.sharing.embedded import encoded, opened_exactly
from shared.sharing.redact import Redactor

PAYLOADS = ("inputs", "outputs", "error", "events", "extra")
PART_RUNS = 50
PART_BYTES = 256 * 1024
"""A file of runs is full with so many, or so much: what is read to look at one of them."""
DOWNLOAD_BYTES = 16 * 1024 * 1024
"""A file to be downloaded is full with so much; then there is another."""
SHAPE = 1
"""Part of every revision: a new one where the snapshot of the same trace becomes another."""

_SHOWN_FEEDBACK = ("id", "run_id", "key", "score", "value", "comment", "correction", "created_at", "modified_at")
_HARMLESS = frozenset(
    {"application/json", "application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"}
)
_HARMLESS_KINDS = ("audio/", "video/")


class File(NamedTuple):
    """One file of a snapshot, by its name below the snapshot's folder."""

    name: str
    content: bytes
    content_type: str = "application/json"


class ShownAttachment(NamedTuple):
    """A file of a run as it is shown; `path` is None where it stays away."""

    name: str
    mime_type: str
    size_bytes: int
    path: str | None


def shown_detail(
    run: Run, payloads: Mapping[str, bytes], feedback: Iterable[bytes], files: Iterable[ShownAttachment], by: Redactor
) -> dict[str, Any]:
    """All that is shown of one run: as the page's own details, without project and author.

    A payload in which nothing is hidden is still written anew: what is shown is what was looked at.
    """
    return {
        "id": run.id,
        "name": by.text("name", run.name),
        "run_type": run.run_type,
        "status": run.status,
        "start_us": run.start_us,
        "end_us": run.end_us,
        "first_token_us": run.first_token_us,
        "model": _named(run.model, by),
        "provider": _named(run.provider, by),
        "usage": run.usage,
        "tags": None if run.tags is None else by.field("tags", run.tags),
        **{name: _payload(payloads, name, by) for name in PAYLOADS},
        "attachments": {
            one.name: {"path": one.path, "mime_type": one.mime_type, "bytes": one.size_bytes} for one in files
        },
        "feedback": [_feedback(text, by) for text in feedback],
    }


def shown_run(run: Run, detail: Mapping[str, Any]) -> Run:
    """A run as the skeleton is drawn of it: its names and its error as they are shown, its numbers as they are."""
    fields = dict(run.fields)
    if "name" in fields:
        fields["name"] = detail["name"]
    if detail["tags"] is not None:
        fields["tags"] = detail["tags"]
    if "error" in fields:
        fields["error"] = [str(detail["error"] or "")[:ERROR_CHARS]]
    if run.model is not None:
        summary = {**run.fields["extra"][0], "model": detail["model"]}
        fields["extra"] = [summary]
    return Run(run.id, run.trace_id, fields)


def learn(run: Run, payloads: Mapping[str, bytes], feedback: Iterable[bytes], by: Redactor) -> None:
    """The first pass over one run."""
    for name in PAYLOADS:
        if name in payloads:
            by.learn(name, opened_exactly(payloads[name]).value)
    by.learn("tags", run.tags or [])
    by.learn("name", run.name)
    for text in feedback:
        by.learn("feedback", msgspec.json.decode(text))


def shown_file(number: int, mime_type: str, content: bytes) -> File:
    """A file of a run as it lies in the snapshot. What a browser would run is given to it as mere bytes."""
    plain = mime_type.partition(";")[0].strip().lower()
    is_harmless = plain in _HARMLESS or plain.startswith(_HARMLESS_KINDS)
    return File(f"attachments/{number}", content, plain if is_harmless else "application/octet-stream")


def json_file(name: str, content: Any) -> File:  # noqa: ANN401 any JSON value
    """A file that is one JSON text."""
    return File(name, encoded(content))


def _payload(payloads: Mapping[str, bytes], name: str, by: Redactor) -> Any:  # noqa: ANN401 any JSON value
    return by.field(name, opened_exactly(payloads[name]).value) if name in payloads else None


def _named(text: str | None, by: Redactor) -> str | None:
    """A name that comes of metadata."""
    return None if text is None or by.hides_metadata else by.text("extra", text)


def _feedback(text: bytes, by: Redactor) -> dict[str, Any]:
    """A feedback without who gave it."""
    said = msgspec.json.decode(text)
    shown = by.field("feedback", {name: said.get(name) for name in _SHOWN_FEEDBACK if name not in {"id", "run_id"}})
    source = said.get("feedback_source")
    kind = source.get("type") if isinstance(source, dict) else None
    return {"id": said.get("id"), "run_id": said.get("run_id"), **shown, "feedback_source": {"type": kind}}
