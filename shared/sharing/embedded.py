"""JSON that stands in a text, as tool calls and logs have it; and texts that only look different."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

_ENDS = {"{": "}", "[": "]"}
_MOST_CHARS = 4 * 1024 * 1024
_MOST_DIGITS = 18
_encode = msgspec.json.Encoder(decimal_format="number").encode


class Embedded(NamedTuple):
    """What a text says as JSON, and whether an object in it has two values under one name."""

    value: Any
    has_doubles: bool


def embedded_in(text: str) -> Embedded | None:
    """The object or list that a text is; None where it is none."""
    bare = text.strip()
    if len(bare) > _MOST_CHARS or not bare or _ENDS.get(bare[0]) != bare[-1]:
        return None
    try:
        return opened_exactly(bare)
    except (ValueError, RecursionError):
        return None


def opened_exactly(text: str | bytes) -> Embedded:
    """What a JSON text says, its numbers to the last digit. Raises: ValueError; RecursionError."""
    doubles = []

    def said(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        doubles.append(len(found) < len(pairs))
        return found

    value = json.loads(
        text, object_pairs_hook=said, parse_float=Decimal, parse_int=_integer, parse_constant=lambda name: name
    )
    return Embedded(value, any(doubles))


def written(value: Any) -> str:  # noqa: ANN401 any JSON value
    """A value as JSON text."""
    return encoded(value).decode()


def encoded(value: Any) -> bytes:  # noqa: ANN401 any JSON value
    """A value as JSON; halves of surrogate pairs, which are no characters, become question marks."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(_whole_characters(value))


def plain_text(text: str) -> str:
    """A text in compatibility form, without what takes no room: as it reads, whatever it is made of."""
    kept = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", kept)


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_DIGITS else Decimal(digits)


def _whole_characters(value: Any) -> Any:  # noqa: ANN401 any JSON value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole_characters(one) for one in value]
    if isinstance(value, dict):
        return {_whole_characters(name): _whole_characters(one) for name, one in value.items()}
    return value
