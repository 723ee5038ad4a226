"""Feedback that rides in a multipart body, judged: `record` reads the JSON text as it was sent."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.receive.json_text import decode
from functions.receive.refused import Refused
from shared.base.ids import canonical_uuid
from shared.base.multipart import Part
from shared.feedback.check import MAX_BYTES, BadFeedback, checked
from shared.runs.fact import FeedbackFact

_OBJECT = msgspec.json.Decoder(dict[str, Any])


def feedback_of(part: Part) -> FeedbackFact:
    """The feedback of a part `feedback.<id>`. Raises: Refused, which names the field.

    The SDK's name holds the feedback's id, LangSmith's document says a run's: an id in the body counts.
    """
    if len(part.body) > MAX_BYTES:
        raise Refused(None, f"it has {len(part.body)} bytes; at most {MAX_BYTES} are taken")
    body = decode(part.body, _OBJECT, "feedback")
    feedback_id = _id(body.get("id") or part.name.partition(".")[2])
    try:
        said = checked(body)
    except BadFeedback as bad:
        raise Refused(bad.field, bad.reason) from None
    return FeedbackFact(feedback_id, said.get("run_id"), said.get("trace_id"), part.body)


def _id(written: object) -> str:
    if not written:
        raise Refused("id", "it is missing; expected a UUID")
    found = canonical_uuid(written)
    if found is None:
        raise Refused("id", f"{str(written)[:80]!r} is not a UUID")
    return found
