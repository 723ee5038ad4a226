"""What a feedback may say. Both ways in go by this: the body of `POST /feedback`, and a part of a multipart body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from shared.base.errors import Malformed
from shared.base.ids import canonical_uuid
from shared.base.units import KIB
from shared.runs.times import time_us

MAX_BYTES = 64 * KIB
"""Of the whole JSON text: it stands in a row of its own, which may have 400 KB, and in the lists of its project."""
MAX_KEY_CHARS = 180
"""Source: LangSmith's OpenAPI document, FeedbackCreateSchema."""
MAX_COMMENT_CHARS = 16_384
MAX_VALUE_BYTES = 32 * KIB
MAX_SOURCE_CHARS = 100
MAX_SCORE = 1e100
"""Their squares, which a deviation is made of, must be numbers too."""

_SHOWN_BITS = 256
_BEYOND_64_BITS = 2**63
_UUIDS = ("run_id", "trace_id", "session_id", "comparative_experiment_id", "feedback_group_id")
_MOMENTS = ("created_at", "modified_at", "start_time")
_FLAGS = ("error", "extend_trace_retention", "_skip_trace_upgrade")


class BadFeedback(Malformed):
    """A field of a feedback that cannot be taken."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """What this body says of a feedback, but for its id: nulls and unknown fields left out, ids canonical.

    A `trace_id` alone names the run at its root. Raises: BadFeedback.
    """
    said = checked_fields(body)
    if "key" not in said:
        raise BadFeedback("key", f"expected text of 1 to {MAX_KEY_CHARS} characters, got null")
    if "trace_id" in said:
        said.setdefault("run_id", said["trace_id"])
    if "run_id" not in said and "session_id" not in said:
        raise BadFeedback("run_id", "name the run that this is about, or by session_id a project")
    return said


def checked_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that these say something, each as it may be. Raises: BadFeedback."""
    given = {name: body[name] for name in _CHECKS if body.get(name) is not None}
    return {name: _CHECKS[name](name, value) for name, value in given.items()}


def check_text(name: str, text: str) -> None:
    """Nothing, if this text can be written. Raises: BadFeedback; half of a surrogate pair is no character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadFeedback(name, f"its text is not UTF-8: {error.reason}") from None


def stated_us(said: Mapping[str, Any], name: str, now_us: int) -> int:
    """A time that a client stated, but never later than it arrived; where it stated none, that."""
    return min(time_us(said[name]), now_us) if name in said else now_us


def _uuid(name: str, value: object) -> str:
    found = canonical_uuid(value)
    if found is None:
        raise BadFeedback(name, f"{str(value)[:80]!r} is not a UUID")
    return found


def _key(name: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_KEY_CHARS:
        raise BadFeedback(name, f"expected text of 1 to {MAX_KEY_CHARS} characters, got {_shown(value)}")
    check_text(name, value)
    return value


def _score(name: str, value: object) -> float:
    """A number or a boolean, which stays one."""
    if not isinstance(value, int | float):
        raise BadFeedback(name, f"expected a number, true, false or null, got {_shown(value)}; text goes into value")
    if not abs(value) <= MAX_SCORE:  # so is NaN
        raise BadFeedback(name, f"expected a number of at most {MAX_SCORE:.0e}, got {_shown(value)}")
    return value if abs(value) < _BEYOND_64_BITS else float(value)


def _any(name: str, value: object) -> object:
    try:
        size_bytes = len(msgspec.json.encode(value))
        msgspec.msgpack.encode(value)
    except UnicodeEncodeError as error:
        raise BadFeedback(name, f"its text is not UTF-8: {error.reason}") from None
    except OverflowError:
        raise BadFeedback(name, "it holds an integer of more than 64 bits; send such a number as text") from None
    if size_bytes > MAX_VALUE_BYTES:
        raise BadFeedback(name, f"it has {size_bytes} bytes as JSON; at most {MAX_VALUE_BYTES} are taken")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadFeedback(name, f"expected text or null, got {_shown(value)}")
    if len(value) > MAX_COMMENT_CHARS:
        raise BadFeedback(name, f"it has {len(value)} characters; at most {MAX_COMMENT_CHARS} are taken")
    check_text(name, value)
    return value


def _object(name: str, value: object) -> object:
    if not isinstance(value, dict):
        raise BadFeedback(name, f"expected an object or null, got {_shown(value)}")
    return _any(name, value)


def _correction(name: str, value: object) -> object:
    if not isinstance(value, dict | str):
        raise BadFeedback(name, f"expected an object, text or null, got {_shown(value)}")
    return _any(name, value)


def _source(name: str, value: object) -> object:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or not 0 < len(kind) <= MAX_SOURCE_CHARS:
        raise BadFeedback(name, f'expected an object like {{"type": "api"}}, got {_shown(value)}')
    return _any(name, value)


def _moment(name: str, value: object) -> object:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise BadFeedback(name, f"expected a time such as 2026-11-20T18:23:00.123456Z, got {_shown(value)}")
    try:
        time_us(value)
    except Malformed as error:
        raise BadFeedback(name, error.message) from None
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadFeedback(name, f"expected true, false or null, got {_shown(value)}")
    return value


def _shown(value: object) -> str:
    """Some of it. Python refuses to write out longer integers."""
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"a number of {value.bit_length()} bits"
    return repr(value)[:80]


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "key": _key,
    "score": _score,
    "value": _any,
    "comment": _text,
    "correction": _correction,
    "feedback_source": _source,
    "feedback_config": _object,
    "extra": _object,
    **dict.fromkeys(_UUIDS, _uuid),
    **dict.fromkeys(_MOMENTS, _moment),
    **dict.fromkeys(_FLAGS, _flag),
}
