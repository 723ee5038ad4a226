"""Attribute values, read and written: JSON inside texts, lists and objects spread over dotted names."""

from __future__ import annotations

from typing import Any

import msgspec

from functions.receive.json_text import decode
from functions.receive.otel.span import Attributes
from functions.receive.refused import Refused

MAX_DEPTH = 150
"""A text that nests deeper stays a text: what is made of it must stay below what a payload may nest."""
MAX_NESTING = 16
"""Names with more dots than this keep the rest as one name."""
_ANY = msgspec.json.Decoder()
_ENCODE = msgspec.json.Encoder().encode
_OPENERS = ("{", "[")


def parsed(value: Any) -> Any:  # noqa: ANN401 an attribute may be anything
    """What a text holds when it is JSON of an object or a list; else the value itself."""
    if not isinstance(value, str) or not value.lstrip()[:1].startswith(_OPENERS):
        return value
    try:
        return decode(value.encode(), _ANY, max_depth=MAX_DEPTH)
    except (Refused, UnicodeEncodeError):
        return value


def objects(value: Any) -> list[dict[str, Any]] | None:  # noqa: ANN401 as above
    """A list of objects, given as it is or as JSON; None where it is nothing of the kind."""
    read = parsed(value)
    if isinstance(read, list) and read and any(isinstance(one, str) for one in read):
        read = [parsed(one) for one in read]
    if isinstance(read, dict):
        read = [read]
    return read if isinstance(read, list) and read and all(isinstance(one, dict) for one in read) else None


def json_of(value: Any) -> bytes:  # noqa: ANN401 as above
    """The JSON text of a value. Bytes are written as base64, NaN and infinity as null."""
    try:
        return _ENCODE(value)
    except (OverflowError, RecursionError, TypeError) as error:
        raise Refused(None, f"a value cannot be written as JSON: {error}") from None


def text_of(value: Any) -> str:  # noqa: ANN401 as above
    """A value as text: texts as they are, all else as JSON."""
    return value if isinstance(value, str) else json_of(value).decode()


def nested(flat: Attributes) -> Any:  # noqa: ANN401 a list or an object, as the names say
    """The objects and lists that dotted names describe: {"0.role": "user"} is [{"role": "user"}].

    Numbers name places in a list; places that no name fills are left out, however far apart the numbers are.
    """
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *above, last = name.split(".", MAX_NESTING)
        at = tree
        for step in above:
            inner = at.get(step)
            at = at.setdefault(step, {}) if inner is None or isinstance(inner, dict) else at
        at[last] = value
    return _with_lists(tree)


def _with_lists(tree: dict[str, Any]) -> Any:  # noqa: ANN401 as above
    inner = {name: _with_lists(value) if type(value) is dict else value for name, value in tree.items()}
    if inner and all(name.isdecimal() and name.isascii() for name in inner):
        return [inner[name] for name in sorted(inner, key=lambda digits: (len(digits.lstrip("0")), digits.lstrip("0")))]
    return inner
