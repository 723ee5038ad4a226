"""JSON texts from strangers: decoded with bounded depth, and with errors that say where and why."""

from __future__ import annotations

import json
import re
from typing import TypeVar

import msgspec

from functions.receive.refused import Refused

MAX_DEPTH = 200
"""Deeper than any message format nests, and shallow enough for every reader's recursion."""
MAX_BATCH_DEPTH = 800
"""Looser, so that one run that is too deep does not take a whole `/runs/batch` with it."""
MAX_STRUCTURE_BYTES = 2_000_000
"""A pair of brackets costs Python 60 to 230 bytes, so a body of nothing else would fill the memory."""
_MAX_DIGITS = 4_000
"""Python refuses to read longer integers. Source: Python, `sys.int_info.default_max_str_digits` (4300)."""
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))
_STRINGS = re.compile(rb'"[^"]*"')
_SQUARE = bytes.maketrans(b"{}", b"[]")
_PATH = re.compile(r" - at `\$\.?([^`]*)`")

T = TypeVar("T")


def decode(text: bytes, decoder: msgspec.json.Decoder[T], field: str | None = None, max_depth: int = MAX_DEPTH) -> T:
    """The value of a text. Raises: Refused, which names the field."""
    if len(text) > max_depth:
        _check_shape(text, field, max_depth)
    try:
        return decoder.decode(text)
    except RecursionError:
        raise Refused(field, "its JSON nests too deep") from None
    except msgspec.ValidationError as error:
        raise _refused(field, str(error)) from None
    except UnicodeDecodeError as error:
        raise Refused(field, f"its text is not UTF-8: {error.reason} at byte {error.start} of a string") from None
    except msgspec.DecodeError as error:
        raise Refused(field, f"it is not valid JSON: {error}{_hint(text)}") from None


def decode_any(text: bytes, decoder: msgspec.json.Decoder[T], field: str) -> T:
    """The same, for texts that are kept as sent: numbers beyond a double or 64 bits are no error."""
    try:
        return decode(text, decoder, field)
    except Refused as refused:
        if "out of range" not in refused.reason:
            raise
    return msgspec.convert(json.loads(text, parse_int=_integer), decoder.type)


def _check_shape(text: bytes, field: str | None, max_depth: int) -> None:
    """Refuse what would take too much stack or memory to decode. Two counts settle nearly every text."""
    if text.count(b"[") + text.count(b"{") <= max_depth:
        return
    structure = structure_of(text)
    if len(structure) > MAX_STRUCTURE_BYTES:
        raise Refused(field, f"its JSON holds more than {MAX_STRUCTURE_BYTES} brackets and braces")
    if is_deeper(structure, max_depth):
        raise Refused(field, f"its JSON nests deeper than {max_depth} levels")


def structure_of(text: bytes) -> bytes:
    """The brackets and quotes of a JSON text, without its escapes and its strings that hold no bracket.

    Two quotes side by side may be one string's or two strings': what is inside and what outside of
    strings stays the same without them.
    """
    without_escapes = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return without_escapes.translate(None, _NOT_STRUCTURE).replace(b'""', b"")


def is_deeper(structure: bytes, limit: int) -> bool:
    """Whether the brackets outside of strings nest deeper than `limit`."""
    brackets = _STRINGS.sub(b"", structure).translate(_SQUARE)
    depth = 0
    for opened in brackets.split(b"]"):
        depth += len(opened)
        if depth > limit:
            return True
        depth -= 1
    return False


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float("inf")


def _refused(field: str | None, message: str) -> Refused:
    """Out of "Expected `str`, got `int` - at `$.tags[1]`": the field tags[1], and the rest."""
    path = _PATH.search(message)
    inner = path[1] if path else ""
    reason = _PATH.sub("", message).replace("`", "")
    dot = "." if field and inner and not inner.startswith("[") else ""
    return Refused(f"{field or ''}{dot}{inner}" or None, reason[:1].lower() + reason[1:])


def _hint(text: bytes) -> str:
    if b"NaN" in text or b"Infinity" in text:
        return " (NaN and Infinity are no JSON: send null)"
    if b"\\ud" in text.lower():
        return " (perhaps half of a surrogate pair: \\ud83d alone is no character)"
    return ""
