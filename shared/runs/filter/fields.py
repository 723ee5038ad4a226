"""The fields of the filter language: what each holds, and what it may be compared by."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from shared.base.ids import canonical_uuid
from shared.base.units import S_PER_DAY, S_PER_HOUR, S_PER_MINUTE, US_PER_MS, US_PER_S
from shared.runs.filter.expression import Family, Scalar

Holds = Literal["text", "word", "id", "number", "score", "seconds", "time", "truth", "tags", "json"]
"""A `word` is text in which case does not count; an `id` a UUID, in whatever form it is written; `json` a value
of any type, compared by type; a `score` a number, where true is 1 and false is 0."""

FIELDS: dict[str, Holds] = {
    "id": "id",
    "trace_id": "id",
    "parent_run_id": "id",
    "session_id": "id",
    "reference_example_id": "id",
    "thread_id": "text",
    "name": "text",
    "run_type": "word",
    "status": "word",
    "error": "text",
    "inputs": "text",
    "outputs": "text",
    "tags": "tags",
    "is_root": "truth",
    "start_time": "time",
    "end_time": "time",
    "first_token_time": "time",
    "latency": "seconds",
    "time_to_first_token": "seconds",
    "total_tokens": "number",
    "prompt_tokens": "number",
    "completion_tokens": "number",
    "total_cost": "number",
    "prompt_cost": "number",
    "completion_cost": "number",
    "execution_order": "number",
    "metadata_key": "text",
    "metadata_value": "json",
    "input_key": "text",
    "input_value": "json",
    "output_key": "text",
    "output_value": "json",
    "feedback_key": "text",
    "feedback_score": "score",
    "feedback_value": "json",
    "feedback_comment": "text",
    "feedback_source": "word",
}
ALIASES = {"project_id": "session_id", "feedback_source_type": "feedback_source"}
_FAMILIES: tuple[Family, ...] = ("metadata", "input", "output", "feedback")

ORDERED = ("gt", "gte", "lt", "lte")
_ORDER = ("eq", "neq", *ORDERED, "in")
_TEXT = ("eq", "neq", "in", "like", "notlike", "search", *ORDERED)
COMPARATORS: dict[Holds, tuple[str, ...]] = {
    "text": _TEXT,
    "word": ("eq", "neq", "in", "like", "notlike", "search"),
    "id": ("eq", "neq", "in", "like", "notlike", "search"),
    "number": _ORDER,
    "score": _ORDER,
    "seconds": _ORDER,
    "time": _ORDER,
    "truth": ("eq", "neq"),
    "tags": ("has", "eq", "neq", "in"),
    "json": (*_ORDER, "like", "notlike", "search"),
}
EXPECTED: dict[Holds, str] = {
    "text": "a string",
    "word": "a string",
    "id": "a string",
    "number": "a number",
    "score": "a number, true or false",
    "seconds": 'seconds, as a number or like "1.5s", "200ms", "2m"',
    "time": 'a date or a time, like "2026-11-20" or "2026-11-20T18:23:00Z"',
    "truth": "true or false",
    "tags": "a string",
    "json": "a string, a number, true, false or null",
}
_DURATION = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(us|µs|ms|s|m|h|d)", re.IGNORECASE)
_UNITS = {
    "us": Decimal(1) / US_PER_S,
    "µs": Decimal(1) / US_PER_S,
    "ms": Decimal(US_PER_MS) / US_PER_S,
    "s": Decimal(1),
    "m": Decimal(S_PER_MINUTE),
    "h": Decimal(S_PER_HOUR),
    "d": Decimal(S_PER_DAY),
}
"""Decimal, so that "0.017ms" is the same number as 17 microseconds by a million."""


def family_of(field: str) -> Family | None:
    """The family of entries that a field belongs to: metadata_key to metadata."""
    family, _, part = field.partition("_")
    return family if part and family in _FAMILIES and field in FIELDS else None


def converted(holds: Holds, value: Scalar) -> Scalar:
    """The value in the field's own unit. Raises: ValueError when it is not of the field's kind.

    Units: times are microseconds since 1970, durations seconds. null is of every kind.
    """
    return None if value is None else _CONVERSIONS[holds](value)


def _text(value: Scalar) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 the value is wrong, not the program
    return value


def _word(value: Scalar) -> str:
    return _text(value).casefold()


def _id(value: Scalar) -> str:
    return canonical_uuid(value) or _word(value)


def _truth(value: Scalar) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False}
    if not isinstance(value, str) or value.lower() not in words:
        raise ValueError
    return words[value.lower()]


def _number(value: Scalar) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)  # noqa: TRY004 the value is wrong, not the program
    return value


def _score(value: Scalar) -> int | float:
    return int(value) if isinstance(value, bool) else _number(value)


def _seconds(value: Scalar) -> int | float:
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError
        return float(Decimal(match[1]) * _UNITS[match[2].lower()])
    return _number(value)


def _time_us(value: Scalar) -> int:
    """Naive times are UTC; a date is its first moment."""
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 the value is wrong, not the program
    moment = datetime.fromisoformat(value.strip())
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * S_PER_DAY + since.seconds) * US_PER_S + since.microseconds


_CONVERSIONS: dict[Holds, Callable[[Scalar], Scalar]] = {
    "text": _text,
    "word": _word,
    "id": _id,
    "number": _number,
    "score": _score,
    "seconds": _seconds,
    "time": _time_us,
    "truth": _truth,
    "tags": _text,
    "json": lambda value: value,
}
