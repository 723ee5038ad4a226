"""A feedback as the wire shows it, and what a body says of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from functions.api.schemas.moments import utc
from shared.base.errors import TooLarge
from shared.base.ids import canonical_uuid, new_uuid
from shared.feedback.check import MAX_BYTES, BadFeedback
from shared.feedback.feedback import CHANGEABLE, Feedback

_AS_SAID = (
    "run_id",
    "key",
    *CHANGEABLE,
    "feedback_source",
    "start_time",
    "comparative_experiment_id",
    "feedback_group_id",
    "extra",
    "error",
)
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode


def feedback_object(feedback: Feedback) -> dict[str, Any]:
    """The feedback, ready to be encoded."""
    return {
        "id": feedback.id,
        "created_at": utc(feedback.created_us),
        "modified_at": utc(feedback.modified_us),
        "trace_id": feedback.trace_id,
        "session_id": feedback.project,
        **{name: feedback.fields.get(name) for name in _AS_SAID},
        "extend_trace_retention": feedback.extends_retention,
    }


def feedback_text(feedback: Feedback) -> bytes:
    """The feedback as JSON."""
    return _encode(feedback_object(feedback))


def body_of(text: bytes) -> dict[str, Any]:
    """The object of a body. NaN and infinity are no JSON, though Python reads them. Raises: BadFeedback, TooLarge."""
    if len(text) > MAX_BYTES:
        raise TooLarge(f"The body has {len(text)} bytes; a feedback may have {MAX_BYTES}")
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFeedback("body", f"it is no JSON object: {error}") from None
    except RecursionError:
        raise BadFeedback("body", "its JSON nests too deep") from None


def id_in(body: Mapping[str, Any]) -> str:
    """The id that a body gives, or a new one. Raises: BadFeedback."""
    written = body.get("id")
    found = new_uuid() if written is None else canonical_uuid(written)
    if found is None:
        raise BadFeedback("id", f"{str(written)[:80]!r} is not a UUID")
    return found
