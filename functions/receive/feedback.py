"""Feedback that rides in a multipart body, judged: `record` stores its JSON text as it was sent."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.receive.json_text import decode_any
from functions.receive.multipart import Part
from functions.receive.refused import Refused
from shared.base.ids import canonical_uuid
from shared.base.units import KIB
from shared.runs.fact import FeedbackFact

MAX_FEEDBACK_BYTES = 64 * KIB
"""It stands in a row of its own, which may have 400 KB."""
_MAX_KEY_CHARS = 180
"""Source: LangSmith's OpenAPI document, FeedbackCreate."""
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def feedback_of(part: Part) -> FeedbackFact:
    """The feedback of a part `feedback.<id>`. Raises: Refused, which names the field.

    The SDK's name holds the feedback's id, LangSmith's document says a run's: an id in the body counts.
    """
    if len(part.body) > MAX_FEEDBACK_BYTES:
        raise Refused(None, f"it has {len(part.body)} bytes; at most {MAX_FEEDBACK_BYTES} are taken")
    said = decode_any(part.body, _OBJECT, "feedback")
    named = part.name.partition(".")[2]
    feedback_id = _uuid("id", said.get("id") or named)
    if feedback_id is None:
        raise Refused("id", "it is missing; expected a UUID")
    _check_key(said.get("key"))
    return FeedbackFact(
        feedback_id, _uuid("run_id", said.get("run_id")), _uuid("trace_id", said.get("trace_id")), part.body
    )


def _uuid(field: str, written: object) -> str | None:
    if written is None or written == "":
        return None
    found = canonical_uuid(written)
    if found is None:
        raise Refused(field, f"{str(written)[:80]!r} is not a UUID")
    return found


def _check_key(key: object) -> None:
    if not isinstance(key, str) or not 0 < len(key) <= _MAX_KEY_CHARS:
        raise Refused("key", f"expected text of 1 to {_MAX_KEY_CHARS} characters, got {str(key)[:80]!r}")
