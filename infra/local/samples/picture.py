"""Small pictures, drawn here, so that the samples need no file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

_BAR, _GAP, _HEIGHT = 18, 6, 120
_PAPER, _INK = b"\xfb\xfb\xf8", b"\x2f\x6f\xb7"
_COVER, _SPINE, _TITLE, _DESK = b"\x8c\x2f\x39", b"\x5c\x1d\x25", b"\xf1\xd9\xa7", b"\xb9\xa0\x86"
_COVER_WIDTH, _COVER_HEIGHT, _TORN = 120, 160, 62


def chart_png(values: Sequence[int]) -> bytes:
    """A bar chart of these values as PNG."""
    width, tallest = len(values) * (_BAR + _GAP) + _GAP, max(values)

    def pixel(x: int, y: int) -> bytes:
        bar, within = divmod(x - _GAP, _BAR + _GAP)
        is_bar = 0 <= bar < len(values) and within < _BAR
        return _INK if is_bar and values[bar] >= tallest * (_HEIGHT - y) / _HEIGHT else _PAPER

    return _png(width, _HEIGHT, pixel)


def cover_png() -> bytes:
    """A photo, so to say, of a book whose upper right corner was torn off in the post."""
    return _png(_COVER_WIDTH, _COVER_HEIGHT, _cover_pixel)


def _cover_pixel(x: int, y: int) -> bytes:
    ragged = (y * 7) % 5
    if (_COVER_WIDTH - x) + y < _TORN + ragged:
        return _DESK
    if x < 10:  # noqa: PLR2004 the spine's pixels
        return _SPINE
    is_title = y in range(60, 68) and x in range(24, 100)
    is_author = y in range(76, 80) and x in range(24, 70)
    return _TITLE if is_title or is_author else _COVER


def _png(width: int, height: int, pixel: Callable[[int, int], bytes]) -> bytes:
    rows = (b"".join(pixel(x, y) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    image = zlib.compress(b"".join(b"\x00" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", image) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
