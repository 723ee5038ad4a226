"""A run as one line of NDJSON: everything that was said of it, so that it can be sent again, and what follows from it.

What was never said is left out, where v1 and v2 answer with placeholders: only so can an import tell empty
outputs from none.
"""

from __future__ import annotations

from typing import Any

import msgspec

from functions.api.reader import ReadRun
from functions.api.schemas.moments import seconds, utc
from shared.runs.fact import PAYLOAD_FIELDS
from shared.wire.run_parts import Around, attachment_urls, totals_of

PAYLOADS = frozenset(PAYLOAD_FIELDS)
NDJSON_TYPE = "application/x-ndjson"

_AS_SAID = ("name", "run_type", "parent_run_id", "reference_example_id", "tags")
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def line_of(read: ReadRun, project_name: str, around: Around) -> bytes:
    """The line, with its end.

    Payloads stand in it as they were sent, but for line breaks between their tokens, which become spaces: inside
    JSON strings there are none.
    """
    line = _encode(_said(read, project_name) | _known(read) | _beside(read, around))
    return line.translate(_ONE_LINE) + b"\n"


def _said(read: ReadRun, project_name: str) -> dict[str, Any]:
    """What an import sends again, by its names on the wire."""
    run = read.run
    said: dict[str, Any] = {
        "id": run.id,
        "trace_id": run.trace_id,
        "dotted_order": run.dotted_order,
        "session_id": run.project,
        "session_name": project_name,
        "start_time": utc(run.start_us),
    }
    if run.end_us is not None:
        said["end_time"] = utc(run.end_us)
    said |= {name: run.fields[name] for name in _AS_SAID if name in run.fields}
    return said | {name: msgspec.Raw(text) for name in PAYLOAD_FIELDS if (text := read.payloads.get(name)) is not None}


def _known(read: ReadRun) -> dict[str, Any]:
    """What follows from it, for whoever reads the lines."""
    totals = totals_of(read)
    known = {
        "status": read.run.status,
        "latency_seconds": seconds(read.run.latency_us),
        "total_tokens": totals.total_tokens,
        "prompt_tokens": totals.prompt_tokens,
        "completion_tokens": totals.completion_tokens,
        "total_cost": totals.total_cost,
    }
    return {name: value for name, value in known.items() if value is not None}


def _beside(read: ReadRun, around: Around) -> dict[str, Any]:
    """Feedback as it was sent, and attachments with links that work for an hour."""
    beside: dict[str, Any] = {}
    if read.feedback:
        beside["feedback"] = [msgspec.Raw(body) for body in read.feedback]
    if read.run.attachments:
        beside["attachments"] = {
            name: {"mime_type": mime, "size_bytes": read.run.attachments[name][1], "url": url}
            for name, (url, mime) in attachment_urls(read, around).items()
        }
    return beside
