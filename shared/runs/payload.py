"""The value of a payload's JSON text, which is kept as it was sent."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_MAX_DIGITS = 4_000
"""Python refuses to read longer integers. Source: Python, `sys.int_info.default_max_str_digits` (4300)."""


def opened(text: bytes) -> Any:  # noqa: ANN401 any JSON value
    """What a text says that `receive` has found to be JSON. A number beyond a double is infinite, not an error."""
    try:
        return msgspec.json.decode(text)
    except msgspec.ValidationError:  # a number out of range: the only thing wrong that is taken in
        return json.loads(text, parse_int=_integer)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float("-inf" if digits.startswith("-") else "inf")
